import { expect, it } from 'vitest'
import { memory } from '../../src/adapters/dynamodb-store-memory-shapes.ts'
import type { Memory } from '../../src/model/memory.ts'

/** What is remembered of a service that fell back comes back from the table, and what somebody edited by hand does not. */

const onSpot = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }]
const remembered: Memory = {
  serviceHealing: {
    stops: [],
    loops: {},
    spot: {
      failures: [{ id: '17', atMs: 17 }],
      refusedAtMs: 5,
      fallback: {
        original: onSpot,
        share: 100,
        sinceMs: 1,
        waitMs: 2,
        set: [{ capacityProvider: 'FARGATE', base: 0, weight: 1 }],
        before: { strategy: onSpot, share: 0 },
        changedAtMs: 1,
        deploymentId: 'ecs-svc/1',
        isSeen: true,
      },
    },
  },
}

/** Every number, text and flag within, by the way to it. */
function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value !== 'object' || value === null) return yield path
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value))
    yield* leaves((value as Record<string | number, unknown>)[key], [...path, key])
}

function spoiled(path: (string | number)[]): unknown {
  const copy = structuredClone(remembered)
  let part = copy as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) part = part[key] as typeof part
  part[path.at(-1) as string] = { by: 'hand' }
  return copy
}

it('is what the table takes back, and nothing else', () => {
  expect(memory(JSON.parse(JSON.stringify(remembered)))).toBeNull()
  const paths = [...leaves(remembered)]
  expect(paths.length).toBeGreaterThan(15)
  for (const path of paths) expect(memory(spoiled(path)), path.join('.')).not.toBeNull()
})
