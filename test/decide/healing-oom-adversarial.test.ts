import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import { growthOf } from '../../src/healing/growth.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { Task } from '../../src/model/task.ts'
import {
  container,
  crashed,
  firstRestart,
  lines,
  now,
  outOfMemory,
  policy,
  spec,
  stop,
  view,
} from './healing-tasks.ts'

const oomed = (change: Partial<Task> = {}): Task => crashed('a', { containers: [outOfMemory()], ...change })
const oom = { growPercent: 50, upToMiB: 8_192 }

describe('more memory, at its edges', () => {
  it.each<[string, Partial<Task>, string]>([
    ['nobody tells how much it had', { memoryMiB: null }, 'unknown'],
    ['nobody tells its CPU', { cpuUnits: null }, 'unknown'],
    ['it had none', { memoryMiB: 0 }, 'unknown'],
    ['it had a size that Fargate does not have', { cpuUnits: 300, memoryMiB: 700 }, 'more'],
    ['it had more CPU than Fargate has', { cpuUnits: 99_999, memoryMiB: 2_048 }, 'most'],
    [
      'a machine, and an injected container was killed',
      {
        launchType: 'EC2',
        containers: [outOfMemory({ name: 'aws-guardduty-agent-1', memoryMiB: 128 })],
      },
      'unknown',
    ],
    [
      'a machine, and it was killed by the watchdog',
      {
        launchType: 'EC2',
        containers: [container({ exitCode: 137, reason: 'Killed by the watchdog', memoryMiB: 128 })],
      },
      'unknown',
    ],
    [
      'a machine, and nobody says why it was killed',
      {
        launchType: 'EC2',
        containers: [container({ exitCode: 137, memoryMiB: 128 })],
      },
      'more',
    ],
    ['Spot of Fargate', { launchType: null, capacityProvider: 'FARGATE_SPOT' }, 'more'],
  ])('%s', (_, change, expected) => {
    expect(growthOf(oomed(change), oom).kind).toBe(expected)
  })

  it('of two that were killed on a machine, the one at the limit stays', () => {
    const task = oomed({
      launchType: 'EC2',
      containers: [outOfMemory({ memoryMiB: 8_192 }), outOfMemory({ name: 'b', memoryMiB: 7_000 })],
    })
    expect(growthOf(task, oom)).toEqual({
      kind: 'more',
      fromMiB: 7_000,
      toMiB: 8_192,
      memory: { containers: [{ name: 'b', memoryMiB: 8_192 }] },
    })
  })

  it('any size: always more, never less CPU, never beyond the limit, and an end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(256, 512, 1_024, 2_048, 4_096, 8_192, 16_384),
        fc.integer({ min: 512, max: 130_000 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 200_000 }),
        (cpuUnits, memoryMiB, growPercent, upToMiB) => {
          let task = oomed({ cpuUnits, memoryMiB })
          for (let times = 0; ; times += 1) {
            expect(times).toBeLessThan(130)
            const growth = growthOf(task, { growPercent, upToMiB })
            if (growth.kind !== 'more') return
            const size = growth.memory.task
            if (!size) throw new Error('no size')
            expect(size.memoryMiB).toBeGreaterThan(task.memoryMiB ?? 0)
            expect(size.memoryMiB).toBeLessThanOrEqual(upToMiB)
            expect(size.cpuUnits).toBeGreaterThanOrEqual(task.cpuUnits ?? 0)
            // On Fargate 2 to 8 MiB go with a unit.
            expect(size.memoryMiB / size.cpuUnits).toBeLessThanOrEqual(8)
            expect(size.memoryMiB / size.cpuUnits).toBeGreaterThanOrEqual(2)
            task = { ...task, ...size }
          }
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })

  it('overrides that would be too long for RunTask are told, not tried', () => {
    const environment = [{ name: 'A', value: 'x'.repeat(8_192 - 70) }]
    const value: LaunchSpec = spec('a', { overrides: { containerOverrides: [{ name: 'app', environment }] } })
    const stopped = stop(oomed(), { spec: { kind: 'value', value, observedAtMs: now } })
    expect(lines(decide(view([stopped]), policy(), undefined, now))).toEqual(['restart a #1 of a!'])
    const verdict = decide(view([stopped]), { ...policy(), oom }, undefined, now)
    expect(lines(verdict)).toEqual(['leave a launch-spec-unsure!'])
    expect(verdict.decisions[0]?.because).toMatchObject({ gaps: ['overrides-too-long'] })
  })

  it('the same stop asks for the same, however often its RunTask places nothing', () => {
    const look = (memory?: Parameters<typeof decide>[2]) =>
      decide(view([stop(oomed())]), { ...policy(), oom }, memory, now)
    const first = look()
    const again = look({ ...first.memory, placements: { a: { failures: 2, nextTryAtMs: now } } })
    const changeOf = (verdict: typeof first) => firstRestart(verdict)?.do.change
    expect(changeOf(first)).toBeDefined()
    expect(changeOf(again)).toEqual(changeOf(first))
  })
})
