import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overdue } from '../../src/healing/overdue.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { Task } from '../../src/model/task.ts'
import { now, policy, running } from './healing-tasks.ts'

const wishes: HealPolicy = {
  ...policy(),
  stop: {
    maxRuntime: { afterMs: 600_000, runAgain: false },
    stuck: { afterMs: 600_000, runAgain: false },
    unhealthy: { afterMs: 600_000, runAgain: false },
  },
}
const stopped = (...tasks: Task[]) =>
  overdue(tasks, wishes, undefined, now).decisions.map(decision =>
    'do' in decision ? `${decision.do.taskArn.split('/').at(-1)} ${decision.do.reason}` : '',
  )

describe('stopping, at its edges', () => {
  it.each<[string, Partial<Task>, string[]]>([
    ['nobody tells since when it runs', { startedAtMs: null }, []],
    ['it started ahead of our clock', { startedAtMs: now + 9e6 }, []],
    ['no number for a start time', { startedAtMs: Number.NaN }, []],
    ['nobody tells when it was created', { lastStatus: 'PENDING', createdAtMs: null }, []],
    ['it runs since the epoch', { startedAtMs: 0 }, ['a longshore:max-runtime']],
    ['its health is not known', { healthStatus: 'UNKNOWN' }, []],
  ])('%s', (_, change, expected) => {
    expect(stopped(running('a', change))).toEqual(expected)
  })

  it('of two reasons the one that came first counts', () => {
    const sick = running('a', { startedAtMs: now - 700_000, healthStatus: 'UNHEALTHY' })
    const memory = { placements: {}, recovering: {}, unhealthySince: { a: now - 690_000 } }
    const [decision] = overdue([sick], wishes, memory, now).decisions
    expect(decision?.because).toMatchObject({ why: 'max-runtime', forMs: 700_000 })
  })

  it('two hundred at once: twenty, and the others soon', () => {
    const old = { startedAtMs: now - 700_000 }
    const tasks = Array.from({ length: 200 }, (_, n) => running(`t${n}`, old))
    const found = overdue(tasks, wishes, undefined, now)
    expect(found.decisions).toHaveLength(20)
    expect(Math.min(...found.looks)).toBe(now + 1_000)
  })

  it('any task: nothing is stopped before its time, whatever the order', () => {
    const times = fc.option(fc.integer({ min: now - 2e6, max: now + 2e6 }))
    const tasks = fc.array(
      fc.record({
        taskId: fc.stringMatching(/^[a-f0-9]{4}$/),
        lastStatus: fc.constantFrom('PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING') as fc.Arbitrary<
          Task['lastStatus']
        >,
        healthStatus: fc.constantFrom('HEALTHY', 'UNHEALTHY', null) as fc.Arbitrary<Task['healthStatus']>,
        startedAtMs: times,
        createdAtMs: times,
      }),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(tasks, changes => {
        const living = changes.map(change => running(change.taskId, change))
        const found = overdue(living, wishes, undefined, now)
        for (const decision of found.decisions) {
          const { forMs = 0, afterMs = 1 } = decision.because as { forMs?: number; afterMs?: number }
          expect(forMs).toBeGreaterThanOrEqual(afterMs)
        }
        expect(found.looks.every(each => each > now)).toBe(true)
        expect(overdue(living.toReversed(), wishes, undefined, now).decisions.length).toBe(
          found.decisions.length,
        )
      }),
      { seed: 9, numRuns: 300 },
    )
  })
})
