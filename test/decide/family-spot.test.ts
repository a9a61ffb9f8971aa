import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import { explain } from '../../src/healing/explain.ts'
import { remember } from '../../src/healing/remember.ts'
import type { FamilySpotPolicy } from '../../src/healing/spot-policy.ts'
import { changedSpec } from '../../src/model/launch-spec.ts'
import type { FamilySpotMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { day, minute } from '../../src/model/time.ts'
import { crashed, firstRestart, now, policy, running, spec, stop, view } from './healing-tasks.ts'

const fallback: FamilySpotPolicy = {
  from: 'FARGATE_SPOT',
  to: 'FARGATE',
  after: 2,
  withinMs: 10 * minute,
  returnAfterMs: 30 * minute,
  atOnce: 2,
}
const wish = { ...policy(), spot: { fallback } }

/** Crashed long ago, so that it is due; its launch specification names this provider. */
const stopOn = (provider: string | null, other: Partial<Task> = {}) => {
  const task = crashed('a', { capacityProvider: provider, ...other })
  const recorded = spec('a', { capacityProvider: provider, launchType: provider ? null : 'FARGATE' })
  return stop(task, { spec: { kind: 'value', value: recorded, observedAtMs: now } })
}

const memoryOf = (other: Partial<FamilySpotMemory> = {}) => ({
  placements: {},
  recovering: {},
  spot: { failures: [], untilMs: 0, moved: {}, ...other },
})
const fallingBack = { untilMs: now + minute }
const failedAt = (...minutesAgo: number[]) =>
  minutesAgo.map(each => ({ id: `f${each}`, atMs: now - each * minute }))

const changeOf = (
  provider: string | null,
  memory: Partial<FamilySpotMemory>,
  living: Task[] = [],
  other: Partial<Task> = {},
) => firstRestart(decide(view([stopOn(provider, other)], living), wish, memoryOf(memory), now))?.do.change

const onDemand = (id: string, root: string) =>
  running(id, { capacityProvider: 'FARGATE', startedBy: `longshore/${root}/1` })

describe('where a stopped task is run again', () => {
  const to = { capacityProvider: 'FARGATE' }
  const back = { capacityProvider: 'FARGATE_SPOT' }
  const justMoved = { ...fallingBack, moved: { r: now - minute, s: now - minute } }
  const endedAgain = stop(crashed('b', { capacityProvider: 'FARGATE', startedBy: 'longshore/r/1' }), {
    spec: { kind: 'value', value: spec('b', { capacityProvider: 'FARGATE' }), observedAtMs: now },
  })
  const rows: [what: string, change: unknown, expected: unknown][] = [
    ['on Spot, nothing failed', changeOf('FARGATE_SPOT', {}), undefined],
    ['on Spot, one failure', changeOf('FARGATE_SPOT', { failures: failedAt(1) }), undefined],
    ['on Spot, two failures: on demand', changeOf('FARGATE_SPOT', { failures: failedAt(2, 1) }), to],
    [
      'two, of which one has left the window',
      changeOf('FARGATE_SPOT', { failures: failedAt(10, 1) }),
      undefined,
    ],
    ['within the time that the fallback lasts', changeOf('FARGATE_SPOT', fallingBack), to],
    ['when it is over', changeOf('FARGATE_SPOT', { untilMs: now }), undefined],
    ['an owner who runs it on demand', changeOf('FARGATE', fallingBack), undefined],
    ['a launch type', changeOf(null, fallingBack), undefined],
    [
      'moved before, and Spot still fails',
      changeOf('FARGATE', { ...fallingBack, moved: { a: now - day } }),
      undefined,
    ],
    ['moved before, and it is time to go back', changeOf('FARGATE', { moved: { a: now - day } }), back],
    [
      'a replacement of a lineage that was moved',
      changeOf('FARGATE', { moved: { r: now - day } }, [], { startedBy: 'longshore/r/1' }),
      back,
    ],
    [
      'moved longer ago than is remembered: it stays',
      changeOf('FARGATE', { moved: { a: now - 30 * day } }),
      undefined,
    ],
    [
      'one runs on demand, and two may',
      changeOf('FARGATE_SPOT', { ...fallingBack, moved: { r: now - day } }, [onDemand('b', 'r')]),
      to,
    ],
    [
      'two run on demand',
      changeOf('FARGATE_SPOT', { ...fallingBack, moved: { r: now - day, s: now - day } }, [
        onDemand('b', 'r'),
        onDemand('c', 's'),
      ]),
      undefined,
    ],
    [
      'one was run just now, and is not listed yet',
      changeOf('FARGATE_SPOT', { ...fallingBack, moved: { r: now - day, s: now - minute } }, [
        onDemand('b', 'r'),
      ]),
      undefined,
    ],
    [
      'of two that were run just now one has ended again: its place is free',
      decide(view([stopOn('FARGATE_SPOT'), endedAgain]), wish, memoryOf(justMoved), now).memory.spot?.moved,
      { ...justMoved.moved, a: now },
    ],
    [
      "the owner's own on demand do not count",
      changeOf('FARGATE_SPOT', fallingBack, [
        running('b', { capacityProvider: 'FARGATE' }),
        running('c', { capacityProvider: 'FARGATE' }),
      ]),
      to,
    ],
  ]
  it.each(rows)('%s', (_what, change, expected) => expect(change).toEqual(expected))

  it('without a wish for it, nowhere else', () => {
    const verdict = decide(
      view([stopOn('FARGATE_SPOT')]),
      policy(),
      memoryOf({ failures: failedAt(2, 1) }),
      now,
    )
    expect(firstRestart(verdict)?.do.change).toBeUndefined()
    expect(verdict.memory.spot).toBeUndefined()
  })

  it('is said, and remembered by the first task of the lineage', () => {
    const verdict = decide(view([stopOn('FARGATE_SPOT')]), wish, memoryOf(fallingBack), now)
    const [decision] = verdict.decisions
    expect(decision && explain(decision.because)).toContain(
      'Run again on FARGATE instead of FARGATE_SPOT, attempt 1',
    )
    expect(verdict.memory.spot?.moved).toEqual({ a: now })
  })

  it('a provider takes the place of a launch type', () => {
    expect(changedSpec(spec('a'), to)).toMatchObject({ capacityProvider: 'FARGATE', launchType: null })
  })
})

describe('what counts as a failure of Spot', () => {
  const interrupted = (id: string, minutesAgo: number, other: Partial<Task> = {}) =>
    stop(
      running(id, {
        capacityProvider: 'FARGATE_SPOT',
        desiredStatus: 'STOPPED',
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
        stoppingAtMs: now - minutesAgo * minute,
        ...other,
      }),
    )
  const failuresAfter = (...stops: ReturnType<typeof interrupted>[]) =>
    decide(view(stops), wish, memoryOf(), now).memory.spot

  it('an interruption, once however often it is seen; the fallback lasts from the newest on', () => {
    const both = failuresAfter(interrupted('a', 3), interrupted('b', 1), interrupted('a', 3))
    expect(both?.failures.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(both?.untilMs).toBe(now + 29 * minute)
  })
  it('not one of another provider, and no crash', () => {
    expect(
      failuresAfter(interrupted('a', 1, { capacityProvider: 'fleet' }), stopOn('FARGATE_SPOT')),
    ).toBeUndefined()
  })

  const action = (capacityProvider?: string) => ({
    verb: 'run-task' as const,
    cluster: 'prod',
    specTaskId: 'a',
    replaces: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a',
    rootTaskId: 'a',
    attempt: 1,
    clientToken: 'token',
    ...(capacityProvider ? { change: { capacityProvider } } : {}),
  })
  const refused = (message: string) => ({ ok: false, code: 'placement', message, transient: false }) as const
  it.each([
    ['no room on Spot', 'RESOURCE:FARGATE', undefined, 1],
    ['no room on demand says nothing of Spot', 'RESOURCE:FARGATE', 'FARGATE', 0],
    ['an agent says nothing of it', 'AGENT', undefined, 0],
  ])('RunTask: %s', (_what, message, provider, expected) => {
    const first = remember(memoryOf(), action(provider), refused(message), now, wish)
    expect(first.memory.spot?.failures).toHaveLength(expected)
    const again = remember(first.memory, action(provider), refused(message), now, wish)
    expect(again.memory.spot?.failures).toHaveLength(expected)
  })
})
