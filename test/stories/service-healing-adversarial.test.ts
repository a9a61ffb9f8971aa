import { describe, expect, it } from 'vitest'
import { refused } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { type Story, story, type Twist, unrest } from './landing-stage.ts'

/** Crash loops in bad weather: one loop is one message all the same. */

const policy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    heal: { crashLoop: { stops: 4, within: 10m } }
`

async function crashing(twist: Twist): Promise<Story> {
  const told = story({ policy, ...twist })
  told.world.setFate('web:1', { how: 'crash', afterMs: 20_000 })
  told.world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web:1', desiredCount: 2 })
  await told.run(20 * minute)
  return told
}

const loop = 'web (prod): Longshore sees a crash loop'

const isStop = (event: { detail: unknown }): boolean =>
  (event.detail as { lastStatus?: string }).lastStatus === 'STOPPED'

describe('a crash loop whose events', () => {
  it.each<[string, Twist['events']]>([
    [
      'come three times, in any order',
      event => [{ event, delayMs: 40_000 }, { event }, { event, delayMs: 300 }],
    ],
    ['come minutes late', event => [{ event, delayMs: isStop(event) ? 6 * minute : 0 }]],
    [
      'are lost, every second one',
      (() => {
        let count = 0
        return event => (isStop(event) && ++count % 2 === 0 ? [] : [{ event }])
      })(),
    ],
  ])('%s is told once', async (_, events) => {
    const told = await crashing(events ? { events } : {})
    expect(told.slack()).toEqual([loop])
    expect(unrest(told)).toEqual([])
  })

  it('come twelve minutes late is none: by then nobody knows whether it lasts', async () => {
    const told = await crashing({ events: event => [{ event, delayMs: isStop(event) ? 12 * minute : 0 }] })
    expect(told.slack()).toEqual([])
    expect(unrest(told)).toEqual([])
  })
})

describe('a crash loop', () => {
  it('is told although the service cannot be read', async () => {
    const told = await crashing({
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          describeServices: async () => refused('ecs:DescribeServices', 'throttled', 'Rate exceeded'),
        },
      }),
    })
    expect(told.slack()).toEqual([loop])
  })

  it('of a service that is deleted meanwhile ends with it', async () => {
    const told = await crashing({})
    told.world.deleteService('prod/web')
    await told.run(15 * minute)
    expect(told.slack()).toEqual([loop])
    const [state] = told.longshore.store.contents().states
    expect(state?.memory.serviceHealing).toMatchObject({ stops: [], loops: {} })
    expect(state?.nextLookAtMs).toBeNull()
    expect(unrest(told)).toEqual([])
  })

  it('is only told in mode observe, too', async () => {
    const told = await crashing({ policy: policy.replace('mode: act', 'mode: observe') })
    expect(told.slack()).toEqual([loop])
  })
})
