import { describe, expect, it } from 'vitest'
import type { Plan } from '../../src/reconcile/plan.ts'
import { portionOf } from '../../src/reconcile/portion.ts'
import type { Explained } from '../../src/reconcile/rooms.ts'
import { held, registering, runTaskAction, wants } from './landing-table.ts'

const plan = (explained: Explained[], settled: string[] = []): Plan => ({
  explained,
  memory: {},
  settled: settled.map(key => ({ key, resolution: 'done' })),
  nextLookAtMs: null,
  metrics: [],
})
const many = <T>(count: number, make: (name: string) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(`t${String(n).padStart(4, '0')}`))
const subjects = (explained: Explained[]) =>
  explained.map(({ decision }) => ('do' in decision ? decision.do.verb : decision.about))

describe('what stands', () => {
  it('is not written down again, and still stands', () => {
    const { holds, standing } = portionOf(plan([held('a'), held('b')]), { 'healing/a': 'backoff' })
    expect(subjects(holds)).toEqual(['b'])
    expect(standing).toEqual({ 'healing/a': 'backoff', 'healing/b': 'backoff' })
  })

  it('about the target as a whole stands under its room', () => {
    expect(portionOf(plan([held(null)]), {}).standing).toEqual({ 'healing/': 'backoff' })
  })

  it('is written down once, whether it ends or waits', () => {
    const { holds } = portionOf(plan([held('a', 'user-stop', true), held('b')], ['task/a']), {})
    expect(subjects(holds)).toEqual(['a', 'b'])
  })

  it('for another reason is news; what is over stands no more', () => {
    const { holds, standing } = portionOf(plan([held('a', 'in-line')]), {
      'healing/a': 'backoff',
      'healing/gone': 'backoff',
    })
    expect(subjects(holds)).toEqual(['a'])
    expect(standing).toEqual({ 'healing/a': 'in-line' })
  })

  it('as an action is done again, and a new count is news', () => {
    const scale = (desiredCount: number) =>
      wants({ verb: 'update-service', cluster: 'c', service: 's', desiredCount, previousDesiredCount: 1 })
    const stood = { 'scaling/': 'update-service 3' }
    expect(portionOf(plan([scale(3)]), stood).acts).toHaveLength(1)
    expect(portionOf(plan([scale(4)]), stood).standing).toEqual({ 'scaling/': 'update-service 4' })
  })
})

describe('a look does not do everything at once', () => {
  it('drains before it adds, and offers last', () => {
    const { acts } = portionOf(
      plan([
        wants(registering('n')),
        wants(runTaskAction),
        wants({
          verb: 'deregister-instance',
          cloudMapServiceId: 'srv-1',
          instanceId: 'o',
          cloudMapName: 'n',
        }),
      ]),
      {},
    )
    expect(subjects(acts)).toEqual(['deregister-instance', 'run-task', 'register-instance'])
  })

  it.each([
    [25, 25, false],
    [26, 25, true],
    [400, 25, true],
  ])('%d actions: %d now, more right afterwards: %s', (count, now, more) => {
    const portion = portionOf(plan(many(count, id => wants(registering(id)))), {})
    expect([portion.acts.length, portion.more]).toEqual([now, more])
    expect(Object.keys(portion.standing)).toHaveLength(now)
  })

  it('what failed before does not keep the new waiting', () => {
    const stood = Object.fromEntries(many(25, id => [`discovery/${id}`, 'register-instance']))
    const { acts, more } = portionOf(
      plan([...many(25, id => wants(registering(id))), wants(registering('new'))]),
      stood,
    )
    expect(acts).toHaveLength(25)
    expect(acts.map(({ decision }) => 'instanceId' in decision.do && decision.do.instanceId)).toContain('new')
    // The old one that had to wait is no reason for another look within the second.
    expect(more).toBe(false)
  })

  it('nothing is settled before it is written down why', () => {
    const keys = many(300, id => `task/${id}`)
    const portion = portionOf(
      plan(
        many(300, id => held(id, 'user-stop', true)),
        keys,
      ),
      {},
    )
    expect(portion.holds).toHaveLength(200)
    expect(portion.settled.map(({ key }) => key)).toEqual(keys.slice(0, 200))
    expect(portion.more).toBe(true)
  })

  it('what ends is written down before what waits', () => {
    const { holds, settled } = portionOf(
      plan([...many(300, id => held(id)), held('finished', 'completed')], ['task/finished']),
      {},
    )
    expect(subjects(holds)[0]).toBe('finished')
    expect(holds).toHaveLength(200)
    expect(settled).toEqual([{ key: 'task/finished', resolution: 'done' }])
  })

  it('waits beyond a thousand are no longer remembered, nor a reason to look again at once', () => {
    const stood = Object.fromEntries(many(1_000, id => [`healing/${id}`, 'backoff']))
    const { holds, standing, more } = portionOf(
      plan([...many(1_000, id => held(id)), held('one more')]),
      stood,
    )
    expect([holds.length, Object.keys(standing).length, more]).toEqual([0, 1_000, false])
  })

  it('evidence without a word about it goes five hundred at a time', () => {
    const portion = portionOf(
      plan(
        [],
        many(501, id => `task/${id}`),
      ),
      {},
    )
    expect([portion.settled.length, portion.more]).toEqual([500, true])
  })
})
