import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roomAtMs, spentWithin } from '../../src/healing/budget.ts'
import { decide } from '../../src/healing/decide.ts'
import { remember } from '../../src/healing/remember.ts'
import { isDo, type Outcome } from '../../src/model/decision.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import { crashed, lines, now, policy, stop, view } from './healing-tasks.ts'

const minute = 60_000
const thrifty = policy({ budget: { restarts: 3, withinMs: 10 * minute } })
const ids = ['a', 'b', 'c', 'd', 'e']

const look = (tasks: string[], restarts?: number[], at = now) => {
  const memory: HealingMemory = { placements: {}, recovering: {}, ...(restarts ? { restarts } : {}) }
  return decide(view(tasks.map(id => stop(crashed(id)))), thrifty, memory, at)
}

describe('the budget of a family', () => {
  it.each<[what: string, spent: number[], atMs: number | null]>([
    ['nothing was run again', [], null],
    ['two were', [now - 2 * minute, now - minute], null],
    ['three were', [now - 3 * minute, now - 2 * minute, now - minute], now + 7 * minute],
    ['the first of three leaves this very millisecond', [now - 10 * minute, now - 2 * minute, now], null],
    ['a millisecond before that', [now - 10 * minute + 1, now - 2 * minute, now], now + 1],
    [
      'more than it allows now, as the owner lowered it',
      [now - 4 * minute, now - 3 * minute, now - 2 * minute, now - minute],
      now + 7 * minute,
    ],
    ['a clock ahead of ours wrote them', [now + minute, now + minute, now + minute], now + 10 * minute],
  ])('has room when %s', (_, spent, atMs) => {
    const { budget } = thrifty.restart
    expect(roomAtMs(spentWithin(spent, budget.withinMs, now), budget, 0, now)).toBe(atMs)
  })

  it('three of five are run again; the rest waits, and that is told once for all of them', () => {
    const verdict = look(ids)
    expect(lines(verdict)).toEqual([
      'restart a #1 of a!',
      'restart b #1 of b!',
      'restart c #1 of c!',
      'wait d budget-wait 600 s',
      'wait e budget-wait 600 s',
      'wait null budget-spent 600 s!',
    ])
    expect(verdict.settled).toEqual([])
    expect(verdict.decisions.at(-1)).toMatchObject({ because: { waiting: 2, restarts: 3 } })
  })

  it('people are told at most once an hour, however often it is spent', () => {
    const spent = { placements: {}, recovering: {}, restarts: [now, now, now] }
    const again = (budgetToldAtMs?: number) =>
      lines(
        decide(
          view([stop(crashed('d'))]),
          thrifty,
          budgetToldAtMs === undefined ? spent : { ...spent, budgetToldAtMs },
          now,
        ),
      ).at(-1)
    expect(again()).toBe('wait null budget-spent 600 s!')
    expect(again(now - 59 * minute)).toBe('wait null budget-spent 600 s')
    expect(again(now - 60 * minute)).toBe('wait null budget-spent 600 s!')
    expect(look(ids).memory.budgetToldAtMs).toBe(now)
  })

  it('looks again when the oldest restart leaves the window', () => {
    const verdict = look(['d'], [now - 3 * minute, now - 2 * minute, now - minute])
    expect(verdict.nextLookAtMs).toBe(now + 7 * minute)
    expect(lines(look(['d'], [now - 3 * minute, now - 2 * minute, now - minute], now + 7 * minute))).toEqual([
      'restart d #1 of d!',
    ])
  })

  it('a task that is left alone for good costs nothing, and is not kept waiting', () => {
    const spent = [now, now, now]
    const finished = stop(crashed('f', { stopCode: 'UserInitiated', stoppedReason: 'Stopped by Ada' }))
    const verdict = decide(
      view([finished]),
      thrifty,
      { placements: {}, recovering: {}, restarts: spent },
      now,
    )
    expect(lines(verdict)).toEqual(['leave f user-stop!'])
  })

  const started: Outcome = { ok: true, taskArns: ['arn:aws:ecs:eu-west-1:123456789012:task/prod/n'] }
  const unplaced: Outcome = { ok: false, code: 'placement', message: 'RESOURCE:MEMORY', transient: false }

  it.each<[what: string, outcome: Outcome, planned: 'retirement' | null, restarts: number[] | undefined]>([
    ['a task that was started counts', started, null, [now]],
    ['one that the same token started before counts', { ...unplaced, code: 'conflict' }, null, [now]],
    ['one for which there was no place does not', unplaced, null, undefined],
    [
      'one that is replaced before its stop does not: that has a budget of its own',
      started,
      'retirement',
      undefined,
    ],
  ])('%s', (_, outcome, planned, restarts) => {
    const [first] = look(['a']).decisions
    if (!first || !isDo(first) || first.do.verb !== 'run-task') throw new Error('no restart')
    expect(remember(undefined, first.do, outcome, now, thrifty, planned).memory.restarts).toEqual(restarts)
  })

  it('whatever stops, no window ever holds more restarts than it allows', () => {
    const storms = fc.array(fc.record({ waitMs: fc.nat(4 * minute), stops: fc.nat(6) }), { maxLength: 40 })
    fc.assert(
      fc.property(storms, storm => {
        let memory: HealingMemory = { placements: {}, recovering: {} }
        let at = now
        const runs: number[] = []
        for (const [round, { waitMs, stops }] of storm.entries()) {
          at += waitMs
          const crowd = Array.from({ length: stops }, (_, index) => stop(crashed(`t${round}-${index}`)))
          const verdict = decide(view(crowd), thrifty, memory, at)
          memory = verdict.memory
          for (const decision of verdict.decisions)
            if (isDo(decision) && decision.do.verb === 'run-task') {
              memory = remember(memory, decision.do, started, at, thrifty).memory
              runs.push(at)
            }
        }
        for (const from of runs)
          expect(runs.filter(each => each >= from && each < from + 10 * minute).length).toBeLessThanOrEqual(3)
        expect(memory.restarts?.length ?? 0).toBeLessThanOrEqual(3)
      }),
      { numRuns: 200, seed: 13 },
    )
  })
})
