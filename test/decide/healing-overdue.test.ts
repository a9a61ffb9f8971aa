import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { crashed, lines, now, policy, running, stop, view } from './healing-tasks.ts'

const minutes = (count: number) => count * 60_000
const rules: NonNullable<HealPolicy['stop']> = {
  maxRuntime: { afterMs: minutes(360), runAgain: false },
  stuck: { afterMs: minutes(15), runAgain: true },
  unhealthy: { afterMs: minutes(5), runAgain: true },
}
const wishes = (stop: HealPolicy['stop'] = rules): HealPolicy => ({ ...policy(), stop })
const look = (living: Task[], memory?: HealingMemory, by: HealPolicy | null = wishes(), at = now) =>
  decide(view([], living), by, memory, at)

const ran = (count: number, change: Partial<Task> = {}) =>
  running('a', { startedAtMs: now - minutes(count), createdAtMs: now - minutes(count + 1), ...change })
const starting = (count: number, lastStatus: Task['lastStatus']) =>
  running('a', { lastStatus, startedAtMs: null, createdAtMs: now - minutes(count) })

describe('a living task is stopped', () => {
  it.each<[string, Task, string[]]>([
    ['it has run as long as it may', ran(360), ['stop a longshore:max-runtime!']],
    ['a second less', ran(360, { startedAtMs: now - minutes(360) + 1_000 }), []],
    ['it is PROVISIONING too long', starting(15, 'PROVISIONING'), ['stop a longshore:stuck!']],
    ['it is PENDING too long', starting(16, 'PENDING'), ['stop a longshore:stuck!']],
    ['it is ACTIVATING too long', starting(16, 'ACTIVATING'), ['stop a longshore:stuck!']],
    ['it starts', starting(14, 'PENDING'), []],
    ['it runs, and was created long ago', ran(100), []],
    ['it has just become unhealthy', ran(100, { healthStatus: 'UNHEALTHY' }), []],
  ])('%s', (_, task, expected) => {
    expect(lines(look([task]))).toEqual(expected)
  })

  it('says why, for how long, and what follows', () => {
    expect(look([ran(361)]).decisions).toEqual([
      {
        do: {
          verb: 'stop-task',
          cluster: 'prod',
          taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a',
          reason: 'longshore:max-runtime',
        },
        because: {
          code: 'overdue',
          why: 'max-runtime',
          lastStatus: 'RUNNING',
          forMs: minutes(361),
          afterMs: minutes(360),
          runAgain: false,
        },
        tell: true,
      },
    ])
  })

  it('that is unhealthy, after having been so at every look for the whole time', () => {
    const sick = ran(100, { healthStatus: 'UNHEALTHY' })
    const first = look([sick])
    expect(first.memory.unhealthySince).toEqual({ a: now })
    expect(first.nextLookAtMs).toBe(now + minutes(1))
    const later = look([sick], first.memory, wishes(), now + minutes(5) - 1)
    expect(lines(later)).toEqual([])
    expect(lines(look([sick], later.memory, wishes(), now + minutes(5)))).toEqual([
      'stop a longshore:unhealthy!',
    ])
  })

  it('but not when it was well in between, or nobody saw it', () => {
    const sick = ran(100, { healthStatus: 'UNHEALTHY' })
    const { memory } = look([sick])
    for (const between of [[ran(100, { healthStatus: 'HEALTHY' })], [ran(100)], []])
      expect(look(between, memory).memory).not.toHaveProperty('unhealthySince')
  })

  it('once: what was asked to stop is not asked again for a while', () => {
    const memory = { placements: {}, recovering: {}, stopping: { a: { askAgainAtMs: now + 1_000 } } }
    const verdict = look([ran(400)], memory)
    expect(lines(verdict)).toEqual([])
    expect(verdict.memory.stopping).toEqual(memory.stopping)
    expect(verdict.nextLookAtMs).toBe(now + 1_000)
    expect(lines(look([ran(400)], memory, wishes(), now + 1_000))).toEqual(['stop a longshore:max-runtime!'])
    expect(look([], memory).memory).not.toHaveProperty('stopping')
  })

  it('is looked at again when its time is over', () => {
    expect(look([starting(14, 'PENDING')], undefined, wishes({ stuck: rules.stuck })).nextLookAtMs).toBe(
      now + minutes(1),
    )
  })

  it.each<[string, HealPolicy | null]>([
    ['its rule has no heal', null],
    ['its rule has no heal.stop', policy()],
    ['that rule is not among them', wishes({ stuck: rules.stuck })],
  ])('not when %s', (_, by) => {
    expect(lines(look([ran(9_999, { healthStatus: 'UNHEALTHY' })], undefined, by))).toEqual([])
  })
})

describe('what Longshore stopped', () => {
  const stopped = (why: string, change: Partial<Task> = {}) =>
    crashed('a', { stopCode: 'UserInitiated', stoppedReason: `longshore:${why}`, ...change })
  const judged = (task: Task, by: HealPolicy = wishes()) =>
    lines(decide(view([stop(task)]), by, undefined, now))

  it.each<[string, string]>([
    ['max-runtime', 'leave a own-stop'],
    ['stuck', 'restart a #1 of a!'],
    ['unhealthy', 'restart a #1 of a!'],
    ['something of a later version', 'leave a own-stop'],
  ])('as %s: %s', (why, expected) => {
    expect(judged(stopped(why))).toEqual([expected])
  })

  it('waits its back-off and keeps to its attempts like every other', () => {
    expect(judged(stopped('stuck', { stoppedAtMs: now - 4_000 }))).toEqual(['wait a backoff 6 s'])
    expect(judged(stopped('stuck', { startedBy: 'longshore/r/5', startedAtMs: null }))).toEqual([
      'leave a attempts-exhausted!',
    ])
  })

  it('and a schedule started is left to the schedule', () => {
    expect(judged(stopped('stuck', { startedBy: 'events-rule/nightly' }))).toEqual([
      'leave a scheduled-elsewhere!',
    ])
  })

  it('is left alone when the rule is gone meanwhile', () => {
    expect(judged(stopped('stuck'), policy())).toEqual(['leave a own-stop'])
  })
})
