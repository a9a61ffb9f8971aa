import { describe, expect, it } from 'vitest'
import { scalingMemory } from '../../src/adapters/dynamodb-store-memory-shapes.ts'
import { QueueCourse } from '../decide/queue-course.ts'
import { SloCourse } from '../decide/slo-course.ts'

/** What a rule has learned comes back from the table, and what somebody edited by hand does not. */

const requests = new SloCourse(4, at => 150 + (at % 300))
requests.until(1_800)
const queue = new QueueCourse({}, { in: { atMost: [{ tasks: 50, periodMs: 60_000 }] } })
queue.put(400).run(600, at => at % 3)

/** Every list, number and text within, by the way to it. */
function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== 'object' || value === null) return yield path
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value))
    yield* leaves((value as Record<string | number, unknown>)[key], [...path, key])
}

function spoiled(memory: unknown, path: (string | number)[]): unknown {
  const copy = structuredClone(memory)
  let part = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) part = part[key] as typeof part
  part[path.at(-1) as string] = { by: 'hand' }
  return copy
}

describe.each([
  ['an slo for requests', { cooldown: null, lastWrite: null, triggers: { slo: { slo: requests.memory } } }],
  ['an slo for a queue', queue.course.memory],
] as const)('the memory of %s', (_what, memory) => {
  it('is what the table takes back', () => {
    expect(Object.keys(memory?.triggers ?? {})).toHaveLength(1)
    expect(scalingMemory(JSON.parse(JSON.stringify(memory)))).toBeNull()
  })

  it('is refused when any of it was edited into something else', () => {
    const paths = [...leaves(memory)].filter(path => path.length > 0)
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths) expect(scalingMemory(spoiled(memory, path)), path.join('.')).not.toBeNull()
  })
})
