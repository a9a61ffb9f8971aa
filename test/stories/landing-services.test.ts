import { describe, expect, it } from 'vitest'
import { silentLog } from '../../src/cli/installation.ts'
import { serviceTarget } from '../../src/model/target.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { openWeb, ownersWish, policyOf, story, unrest, webAlarms } from './landing-stage.ts'

const scaled = (direction: 'out' | 'in', from: number, to: number) =>
  `web (prod): Longshore scaled ${direction}, ${from} → ${to} tasks`

describe('an alarm', () => {
  it('scales out by its step, and in again after the cooldown', async () => {
    const told = await openWeb()
    // 85 % of two tasks: 10 over the threshold.
    told.world.load('prod/web', 170)
    await told.run(6 * minute)
    expect(await told.desired()).toBe(3)
    expect(told.slack()).toEqual([scaled('out', 2, 3)])
    // 20 % of three tasks.
    told.world.load('prod/web', 60)
    await told.run(2 * minute)
    const quietSinceMs = told.world.clock.now()
    await told.run(20 * minute)
    expect(await told.desired()).toBe(2)
    expect(told.slack()).toEqual([scaled('out', 2, 3), scaled('in', 3, 2)])
    expect(told.lines('web', 'done')).toEqual(['done update-service', 'done update-service'])
    const [, scaledIn] = told.journal.filter(({ outcome }) => outcome === 'done')
    expect(scaledIn?.atMs).toBeGreaterThan(quietSinceMs - 2 * minute)
    expect(unrest(told)).toEqual([])
  })

  it('that lasts is followed by looking: step after step, each after the cooldown’s difference', async () => {
    const told = await openWeb()
    told.world.load('prod/web', 1_000)
    await told.run(30 * minute)
    // 100 %, 25 over the threshold, adds two at a time, up to the maximum.
    expect(told.slack()).toEqual([scaled('out', 2, 4), scaled('out', 4, 6)])
    expect(await told.desired()).toBe(6)
    expect(unrest(told)).toEqual([])
  })

  it('whose event is lost is found by looking', async () => {
    const told = await openWeb({
      events: event => (event['detail-type'].startsWith('CloudWatch') ? [] : [{ event }]),
    })
    told.world.load('prod/web', 170)
    await told.run(9 * minute)
    expect(await told.desired()).toBe(3)
  })

  it('told three times, in any order, is one step', async () => {
    const told = await openWeb({
      events: event => [{ event, delayMs: 500 }, { event }, { event, delayMs: 4 * minute }],
    })
    told.world.load('prod/web', 170)
    await told.run(15 * minute)
    expect(told.slack()).toEqual([scaled('out', 2, 3)])
    expect(unrest(told)).toEqual([])
  })

  it('that is muted moves nothing until the mute is over', async () => {
    const told = await openWeb()
    const now = told.world.clock.now()
    told.world.muteAlarm('web-cpu-high', now, now + 20 * minute)
    told.world.load('prod/web', 170)
    await told.run(19 * minute)
    expect(await told.desired()).toBe(2)
    expect(told.lines('web')).toContain('held alarm-muted')
    await told.run(4 * minute)
    expect(await told.desired()).toBe(3)
  })
})

describe('a deployment', () => {
  it('in progress keeps the count from falling', async () => {
    const told = await openWeb({}, 4)
    told.world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:2' }] })
    // Its tasks do not start, so that it stays in progress.
    told.world.setFate('web:2', { how: 'image-not-found', afterMs: 0 })
    told.world.deploy('prod/web', 'web:2')
    told.world.load('prod/web', 20)
    await told.run(15 * minute)
    expect(await told.desired()).toBe(4)
    expect(told.lines('web')).toContain('held deployment-in-progress')
    expect(told.slack()).toEqual([])

    told.world.deploy('prod/web', 'web:1')
    await told.run(15 * minute)
    expect(told.slack()[0]).toBe(scaled('in', 4, 3))
  })
})

describe('a service that is none of our business', () => {
  it('DAEMON is never scaled', async () => {
    const told = story()
    told.world.registerTaskDefinition({
      family: 'agent',
      networkMode: 'host',
      containers: [{ name: 'app', image: 'agent:1' }],
    })
    told.world.registerContainerInstance('prod')
    told.world.createService({
      cluster: 'prod',
      name: 'web',
      taskDefinition: 'agent',
      schedulingStrategy: 'DAEMON',
    })
    webAlarms(told.world)
    told.world.setAlarmState('web-cpu-high', 'ALARM', 'by hand')
    await told.run(30 * minute)
    expect(await told.desired()).toBe(1)
    expect(told.lines('web')).toEqual(['held daemon'])
  })

  it.each([
    ['true', 'tag longshore:paused'],
    ['Black Friday rehearsal', 'Black Friday rehearsal'],
  ])('paused by its tag (%s), whatever its alarms say', async (paused, note) => {
    const told = story()
    const tags = { 'longshore:paused': paused }
    told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 1, tags })
    told.world.load('prod/web', 500, 100)
    webAlarms(told.world)
    await told.run(30 * minute)
    expect(await told.desired()).toBe(1)
    expect(told.lines('web')).toEqual(['held paused'])
    expect(told.journal.find(({ because }) => because.code === 'paused')?.sentence).toContain(note)
  })

  it('unknown to the policy: nothing is kept of it', async () => {
    const told = story()
    told.world.createService({ cluster: 'prod', name: 'other', taskDefinition: 'other', desiredCount: 3 })
    await told.run(30 * minute)
    expect(await told.desired('other')).toBe(3)
    const { states, evidence } = told.longshore.store.contents()
    expect(JSON.stringify([states, evidence])).not.toContain('other')
  })
})

describe('the bounds', () => {
  it.each([
    ['below the minimum', 1, 2, 'out'],
    ['above the maximum', 9, 6, 'in'],
  ] as const)('a service %s is brought back without any alarm', async (_, before, after, direction) => {
    const told = story()
    const service = { cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: before }
    told.world.createService(service)
    await told.run(15 * minute)
    expect(await told.desired()).toBe(after)
    expect(told.slack()).toEqual([scaled(direction, before, after)])
  })

  it('of a tag are wider than those of the rule', async () => {
    const told = story()
    const tags = { 'longshore:min': '0', 'longshore:max': '12' }
    told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 1, tags })
    await told.run(15 * minute)
    expect(await told.desired()).toBe(1)
  })

  it('of a tag make a step no less of one: its cooldown runs', async () => {
    const told = story()
    const tags = { 'longshore:max': '12' }
    told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 9, tags })
    // 20 % of nine tasks: the alarm asks for fewer, above the maximum of the rule.
    told.world.load('prod/web', 180, 100)
    webAlarms(told.world)
    await told.run(6 * minute)
    expect(told.slack()).toEqual([scaled('in', 9, 8)])
  })

  it('are kept against whoever leaves them', async () => {
    const told = await openWeb()
    const { ecs } = told.world.ports
    await ecs.updateService({ cluster: 'prod', service: 'web', desiredCount: 7 })
    await told.run(6 * minute)
    expect(told.slack()[0]).toBe(scaled('in', 7, 6))
  })

  it('that the owner has changed hold from the next look on', async () => {
    const told = await openWeb()
    const look = (policy: string) =>
      reconcile(
        {
          ports: { ...told.world.ports, store: told.longshore.store, metrics: { emit() {} }, log: silentLog },
          policy: policyOf(policy),
          leaseMs: 35 * second,
          timeLeftMs: () => 30 * second,
          random: () => 0,
        },
        serviceTarget('prod', 'web'),
      )
    expect(await look(ownersWish.replace('min: 2', 'min: 5'))).toBe('finished')
    expect(await told.desired()).toBe(5)
    expect(await look(ownersWish.replace('min: 2', 'min: 1').replace('max: 6', 'max: 1'))).toBe('finished')
    expect(await told.desired()).toBe(1)
  })
})

describe('UpdateService', () => {
  it('is refused for an hour: said once, and done when it may be', async () => {
    const told = await openWeb()
    for (let n = 0; n < 60; n++)
      told.world.failNext('ecs:UpdateService', { code: 'denied', message: 'no right to UpdateService' })
    told.world.load('prod/web', 170)
    await told.run(hour)
    expect(await told.desired()).toBe(2)
    expect(told.slack()).toEqual(['web (prod): Longshore could not change the number of tasks'])
    expect(told.lines('web', 'failed')).toEqual(['failed update-service'])
    await told.run(30 * minute)
    expect(told.slack()).toEqual([
      'web (prod): Longshore could not change the number of tasks',
      scaled('out', 2, 3),
    ])
    expect(unrest(told)).toEqual([])
  })

  it.each([
    ['although it was carried out', true],
    ['because it was not', false],
  ])('gives no answer, %s: one step, told as done once', async (_, applied) => {
    const told = await openWeb()
    told.world.failNext('ecs:UpdateService', { code: 'unavailable', applied })
    told.world.load('prod/web', 170)
    await told.run(10 * minute)
    expect(await told.desired()).toBe(3)
    expect(told.slack()).toEqual([scaled('out', 2, 3)])
    expect(told.lines('web', 'done')).toEqual(['done update-service'])
    expect(unrest(told)).toEqual([])
  })
})

describe('mode observe', () => {
  it('tells once what it would do while the alarm lasts, and starts no cooldown for what it did not do', async () => {
    const told = await openWeb({ policy: ownersWish.replace('mode: act', 'mode: observe') })
    told.world.load('prod/web', 170)
    await told.run(2 * hour)
    expect(await told.desired()).toBe(2)
    expect(told.slack()).toEqual(['web (prod): Longshore would scale out, 2 → 3 tasks'])
    expect(told.lines('web').filter(line => !line.includes('alarm-insufficient-data'))).toEqual([
      'held within-bounds',
      'observed update-service',
    ])
    // Once a minute while it lasts.
    expect(told.counted('Looks')).toBeLessThan(2 * 60 + 100 * second)
    expect(unrest(told)).toEqual([])
  })
})
