import { describe, expect, it } from 'vitest'
import { scalingMemory } from '../../src/adapters/dynamodb-store-memory-shapes.ts'
import { QueueCourse } from '../decide/queue-course.ts'
import { SloCourse } from '../decide/slo-course.ts'
import { leaves, spoiled } from './spoiled.ts'

/** What a rule has learned comes back from the table, and what somebody edited by hand does not. */

const requests = new SloCourse(4, at => 150 + (at % 300))
requests.until(1_800)
const queue = new QueueCourse({}, { in: { atMost: [{ tasks: 50, periodMs: 60_000 }] } })
queue.put(400).run(600, at => at % 3)

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
