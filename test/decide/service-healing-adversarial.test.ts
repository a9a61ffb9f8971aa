import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/healing/services/decide.ts'
import type { ServiceHealingMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { minute } from '../../src/model/time.ts'
import { definition, nine, nothingRead, policy, steady, stopOf } from './service-healing-stops.ts'

/** What events do: they come twice, late, in any order, and from clocks that are wrong. */

const at = (minutes: number): number => nine + minutes * minute
const look = (stopped: ReturnType<typeof stopOf>[], atMinute: number, memory?: ServiceHealingMemory) =>
  decide({ ...nothingRead, service: steady, stopped }, policy, memory, at(atMinute))

describe('events as they come', () => {
  it('the same stop told again and again is one stop', () => {
    const once = look([stopOf(1, 1), stopOf(1, 1), stopOf(2, 2)], 2)
    const again = look([stopOf(2, 2), stopOf(1, 1)], 3, once.memory)
    expect(again.decisions).toEqual([])
    expect(again.memory).toEqual(once.memory)
  })

  it('an older version of a stop never replaces a newer one', () => {
    const newer = stopOf(1, 1, { version: 9 })
    const older = stopOf(1, 5, { version: 8 })
    const { stops } = look([newer], 5).memory
    expect(look([older], 5, look([newer], 1).memory).memory.stops).toEqual(stops)
    expect(look([newer], 5, look([older], 5).memory).memory.stops).toEqual(stops)
  })

  it('stops that come after the window are no loop, however many', () => {
    const late = [1, 2, 3, 4, 5].map(id => stopOf(id, id))
    expect(look(late, 60)).toMatchObject({ decisions: [], memory: { stops: [], loops: {} } })
  })

  it('a clock that is an hour ahead keeps no loop alive', () => {
    const { memory } = look([stopOf(1, 61), stopOf(2, 62), stopOf(3, 63)], 1)
    expect(memory.stops.map(({ stoppedAtMs }) => stoppedAtMs)).toEqual([at(1), at(1), at(1)])
    expect(look([], 11, memory).memory).toMatchObject({ stops: [], loops: {} })
  })

  it.each<[string, Partial<Task>]>([
    ['nobody tells which revision', { taskDefinitionArn: null }],
    ['nobody tells when', { stoppedAtMs: null, stoppingAtMs: null, createdAtMs: null }],
  ])('a stop of which %s is dealt with, and does not count', (_, task) => {
    const { memory, settled } = look(
      [1, 2, 3].map(id => stopOf(id, 1, task)),
      2,
    )
    expect(memory.stops).toEqual([])
    expect(settled).toHaveLength(3)
  })

  it('a reason with a secret, or of any length, is remembered short and without it', () => {
    const reason = `CannotStartContainerError: DB_PASSWORD=hunter2 ${'x'.repeat(5_000)}`
    const { memory } = look([stopOf(1, 1, { stopCode: 'TaskFailedToStart', stoppedReason: reason })], 2)
    expect(memory.stops).toHaveLength(1)
    expect(JSON.stringify(memory)).not.toContain('hunter2')
    expect(JSON.stringify(memory).length).toBeLessThan(600)
  })

  it('a thousand tasks that fail at once fit into the memory, and are a loop', () => {
    const { memory, decisions } = look(
      Array.from({ length: 1_000 }, (_, id) => stopOf(id, 1)),
      1,
    )
    expect(decisions).toHaveLength(1)
    expect(memory.stops).toHaveLength(100)
    expect(JSON.stringify(memory).length).toBeLessThan(40_000)
  })

  it('in any order, in any portions and any number of times: the same stops, the same loops', () => {
    const stops = [0, 1, 2, 3, 4, 5].map(id =>
      stopOf(id, id, id % 3 === 0 ? { taskDefinitionArn: definition(1) } : {}),
    )
    const expected = look(stops, 6)
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...stops), { maxLength: 20 }), fc.nat(20), (told, cut) => {
        const first = look(told.slice(0, cut), 6)
        const second = look([...told.slice(cut), ...stops], 6, first.memory)
        expect(second.memory).toEqual(expected.memory)
        // Whoever knew it from the first part is told no second time.
        const isNews = first.decisions.length === 0
        expect(second.decisions).toEqual(expected.decisions.map(each => ({ ...each, tell: isNews })))
      }),
    )
  })
})
