import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/decide.ts'
import type { StoppedTask } from '../../src/healing/view.ts'
import type { Task } from '../../src/model/task.ts'
import { container, crashed, lines, now, policy, running, stop, view } from './healing-tasks.ts'

const look = (stopped: StoppedTask[], living: Task[] = [], memory?: Parameters<typeof decide>[2], at = now) =>
  decide(view(stopped, living), policy(), memory, at)

const done = container({ exitCode: 0 })

describe('healing, at its edges', () => {
  it.each<[string, Partial<Task>, string]>([
    ['no containers', { containers: [] }, 'leave a cause-unknown!'],
    ['containers without exit codes', { containers: [container()] }, 'leave a cause-unknown!'],
    ['no group', { group: null }, 'restart a #1 of a!'],
    ['no start time', { startedAtMs: null }, 'restart a #1 of a!'],
    [
      'stopped before it started',
      { startedAtMs: now - 1_000, startedBy: 'longshore/r/1' },
      'restart a #2 of r!',
    ],
    [
      'no number for a start time',
      { startedAtMs: Number.NaN, startedBy: 'longshore/r/5' },
      'leave a attempts-exhausted!',
    ],
    ['no number for a stop time', { stoppedAtMs: Number.NaN }, 'wait a backoff 10 s'],
    ['stopped at the epoch', { stoppedAtMs: 0 }, 'restart a #1 of a!'],
    ['stopped this very millisecond', { stoppedAtMs: now }, 'wait a backoff 10 s'],
    ['stopped an hour ahead of our clock', { stoppedAtMs: now + 3_600_000 }, 'wait a backoff 10 s'],
    ['deleted already', { lastStatus: 'DELETED' }, 'restart a #1 of a!'],
    ['an attempt of zero', { startedBy: 'longshore/r/0' }, 'restart a #1 of r!'],
    [
      'an attempt beyond all numbers',
      { startedBy: `longshore/r/${'9'.repeat(100)}` },
      'leave a attempts-exhausted!',
    ],
    [
      'an attempt of infinitely many digits',
      { startedBy: `longshore/r/${'9'.repeat(400)}` },
      'leave a attempts-exhausted!',
    ],
    ['an attempt that is no number', { startedBy: 'longshore/r/one' }, 'restart a #1 of a!'],
    ['a negative attempt', { startedBy: 'longshore/r/-1' }, 'restart a #1 of a!'],
    ['a startedBy with too many parts', { startedBy: 'longshore/r/1/2' }, 'restart a #1 of a!'],
    ['a startedBy cut off', { startedBy: 'longshore/' }, 'restart a #1 of a!'],
    [
      'a root named like a property of every object',
      { startedBy: 'longshore/constructor/1' },
      'restart a #2 of constructor!',
    ],
    ['an empty reason', { stoppedReason: '' }, 'restart a #1 of a!'],
    [
      'still running by every word',
      { lastStatus: 'RUNNING', desiredStatus: 'RUNNING' },
      'wait a not-stopped-yet',
    ],
    [
      'meant to run, with the stop code of Spot',
      { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', stopCode: 'SpotInterruption' },
      'wait a not-stopped-yet',
    ],
  ])('%s', (_, change, expected) => {
    expect(lines(look([stop(crashed('a', change))]))).toEqual([expected])
  })

  it.each<[string, Partial<Task>]>([
    ['not told', { stoppedAtMs: null, stoppingAtMs: null }],
    ['ahead of our clock', { stoppedAtMs: now + 3_600_000, stoppingAtMs: null }],
  ])('a stop time %s: the wait counts from the first look and ends', (_, times) => {
    const stopped = stop(crashed('a', times))
    const first = look([stopped])
    expect(lines(first)).toEqual(['wait a backoff 10 s'])
    expect(first.memory.placements).toEqual({ a: { failures: 0, nextTryAtMs: now + 10_000 } })
    const later = look([stopped], [], first.memory, now + 4_000)
    expect(lines(later, now + 4_000)).toEqual(['wait a backoff 6 s'])
    const due = look([stopped], [], later.memory, now + 10_000)
    expect(lines(due)).toEqual(['restart a #1 of a!'])
    expect(due.decisions[0]?.because).toMatchObject({ waitedMs: 10_000 })
    expect(due.memory.recovering).toEqual({ a: { stoppedAtMs: now + 10_000 } })
  })

  it('the same stop twice is one stop, by its newest version', () => {
    const begun = stop(crashed('a', { version: 6, lastStatus: 'DEPROVISIONING' }))
    const over = stop(crashed('a', { version: 7 }))
    expect(lines(look([begun, over]))).toEqual(['restart a #1 of a!'])
    expect(lines(look([over, begun]))).toEqual(['restart a #1 of a!'])
    expect(lines(look([over, over]))).toEqual(['restart a #1 of a!'])
  })

  it('without versions the finished stop counts', () => {
    const begun = stop(crashed('a', { version: null, lastStatus: 'DEPROVISIONING' }))
    const over = stop(crashed('a', { version: null }))
    expect(lines(look([begun, over]))).toEqual(['restart a #1 of a!'])
    expect(lines(look([over, begun]))).toEqual(['restart a #1 of a!'])
  })

  it.each<[string, first: Partial<Task>, second: Partial<Task>, expected: string]>([
    [
      'the newer version is the one that finished',
      {},
      { version: 8, containers: [done] },
      'leave a completed',
    ],
    ['the same version twice: the first counts', {}, { containers: [done] }, 'restart a #1 of a!'],
    [
      'an older version that is over: the newer counts',
      { lastStatus: 'DEPROVISIONING' },
      { version: 6, containers: [done] },
      'wait a not-stopped-yet',
    ],
  ])('two tellings of one stop: %s', (_, first, second, expected) => {
    const stops = [stop(crashed('a', first)), stop(crashed('a', second))]
    expect(lines(look(stops))).toEqual([expected])
  })

  it('a resolution wins over a newer version of the same stop', () => {
    const settled = stop(crashed('a', { version: 6 }), { resolution: 'replaced' })
    const newer = stop(crashed('a', { version: 7 }))
    for (const both of [
      [settled, newer],
      [newer, settled],
    ]) {
      expect(look(both).decisions).toEqual([])
      expect(look(both).settled).toEqual([{ key: 'task/a', resolution: 'replaced' }])
    }
  })

  it('the order of the evidence changes nothing', () => {
    const stops = [
      stop(crashed('a', { stoppedAtMs: now - 5_000 })),
      stop(crashed('b')),
      stop(crashed('c', { containers: [container({ exitCode: 0 })] })),
      stop(crashed('d', { stoppedAtMs: now - 700_000 })),
      stop(crashed('e', { stoppedAtMs: null, stoppingAtMs: null })),
      stop(crashed('f', { startedBy: 'longshore/b/5' })),
    ]
    const inOrder = look(stops)
    expect(lines(inOrder)).toEqual([
      'wait e backoff 10 s',
      'restart d #1 of d!',
      'restart b #1 of b!',
      'leave c completed',
      'leave f attempts-exhausted!',
      'wait a backoff 5 s',
    ])
    fc.assert(
      fc.property(fc.shuffledSubarray(stops, { minLength: stops.length }), shuffled => {
        expect(look(shuffled)).toEqual(inOrder)
      }),
      { numRuns: 50, seed: 7 },
    )
  })

  it('ten thousand stops at once: twenty restarts, oldest first, the others in turn', () => {
    const stops = Array.from({ length: 10_000 }, (_, n) =>
      stop(crashed(`t${n}`, { stoppedAtMs: now - 20_000 - n })),
    )
    const verdict = look(stops)
    const told = lines(verdict)
    expect(told).toHaveLength(10_001)
    expect(told.slice(0, 2)).toEqual(['restart t9999 #1 of t9999!', 'restart t9998 #1 of t9998!'])
    expect(told[19]).toBe('restart t9980 #1 of t9980!')
    expect(told[20]).toBe('wait t9979 in-line 1 s')
    expect(told.filter(line => line.includes('in-line'))).toHaveLength(80)
    expect(told[100]).toBe('wait t9899 budget-wait 600 s')
    expect(told.at(-1)).toBe('wait null budget-spent 600 s!')
    expect(verdict.nextLookAtMs).toBe(now + 1_000)
    expect(Object.keys(verdict.memory.recovering)).toHaveLength(20)
    expect(verdict.memory.placements).toEqual({})
  })

  it('what needs no restart does not wait in line', () => {
    const stops = Array.from({ length: 20 }, (_, n) => stop(crashed(`t${n}`)))
    const last = stop(crashed('z', { containers: [done], stoppedAtMs: now - 1_000 }))
    expect(lines(look([...stops, last])).at(-1)).toBe('leave z completed')
  })

  it('memory of stops that are gone is dropped', () => {
    const memory = {
      placements: { gone: { failures: 3, nextTryAtMs: now }, a: { failures: 1, nextTryAtMs: now + 1_000 } },
      recovering: { old: { stoppedAtMs: now - 86_400_000 }, young: { stoppedAtMs: now - 86_399_999 } },
    }
    expect(look([stop(crashed('a'))], [], memory).memory).toEqual({
      placements: { a: { failures: 1, nextTryAtMs: now + 1_000 } },
      recovering: { young: { stoppedAtMs: now - 86_399_999 } },
    })
  })

  it.each<[string, Task[], string[]]>([
    [
      'its replacement runs',
      [running('b', { startedBy: 'longshore/a/1', startedAtMs: now - 20_000 })],
      ['b 10000'],
    ],
    [
      'its replacement started at that very moment',
      [running('b', { startedBy: 'longshore/a/1', startedAtMs: now - 30_000 })],
      ['b 0'],
    ],
    [
      'its replacement ran, and stops again',
      [
        running('b', {
          startedBy: 'longshore/a/1',
          startedAtMs: now - 20_000,
          desiredStatus: 'STOPPED',
          lastStatus: 'STOPPING',
        }),
      ],
      ['b 10000'],
    ],
    [
      'its replacement runs, since when is not told',
      [running('b', { startedBy: 'longshore/a/1', startedAtMs: null })],
      ['b 30000'],
    ],
    [
      'its replacement still starts',
      [running('b', { startedBy: 'longshore/a/1', lastStatus: 'PENDING', startedAtMs: null })],
      [],
    ],
    [
      'a task of before the stop',
      [running('b', { startedBy: 'longshore/a/1', startedAtMs: now - 40_000 })],
      [],
    ],
    [
      'a task of another lineage',
      [running('b', { startedBy: 'longshore/z/1', startedAtMs: now - 20_000 })],
      [],
    ],
    ['a task of nobody', [running('a', { startedAtMs: now - 20_000 })], []],
    [
      'two of one lineage: the first counts',
      [
        running('c', { startedBy: 'longshore/a/2', startedAtMs: now - 10_000 }),
        running('b', { startedBy: 'longshore/a/1', startedAtMs: now - 25_000 }),
      ],
      ['b 5000'],
    ],
  ])('recovered or not: %s', (_, living, expected) => {
    const memory = { placements: {}, recovering: { a: { stoppedAtMs: now - 30_000 } } }
    const verdict = look([], living, memory)
    expect(verdict.recoveries.map(({ taskId, ms }) => `${taskId} ${ms}`)).toEqual(expected)
    expect(Object.keys(verdict.memory.recovering)).toEqual(expected.length > 0 ? [] : ['a'])
  })

  it('changes nothing it was given', () => {
    const memory = {
      placements: { a: { failures: 1, nextTryAtMs: now } },
      recovering: { z: { stoppedAtMs: now - 1 } },
    }
    const stops = [stop(crashed('b')), stop(crashed('a'))]
    const frozen = structuredClone({ memory, stops })
    look(stops, [running('c', { startedBy: 'longshore/z/1' })], memory)
    expect({ memory, stops }).toEqual(frozen)
  })

  it('any task at all: one decision, a finite look, and never a restart of what was stopped on purpose', () => {
    const times = fc.option(fc.oneof(fc.integer({ min: now - 1e7, max: now + 1e7 }), fc.constant(Number.NaN)))
    const tasks = fc.record({
      lastStatus: fc.constantFrom('RUNNING', 'STOPPING', 'STOPPED', 'DELETED') as fc.Arbitrary<
        Task['lastStatus']
      >,
      stopCode: fc.option(
        fc.constantFrom('UserInitiated', 'EssentialContainerExited', 'SpotInterruption', 'x'),
      ),
      startedBy: fc.option(
        fc.constantFrom('longshore/r/1', 'longshore/r/99', 'longshore//', 'events-rule/x', 'me'),
      ),
      containers: fc.array(fc.integer({ min: -1, max: 255 }).map(exitCode => container({ exitCode }))),
      startedAtMs: times,
      stoppingAtMs: times,
      stoppedAtMs: times,
    })
    fc.assert(
      fc.property(tasks, change => {
        const verdict = look([stop(crashed('a', change))])
        expect(verdict.decisions).toHaveLength(1)
        expect(verdict.nextLookAtMs === null || verdict.nextLookAtMs > now).toBe(true)
        if (change.stopCode === 'UserInitiated') expect(lines(verdict)[0]).not.toMatch(/restart/)
      }),
      { numRuns: 300, seed: 11 },
    )
  })
})
