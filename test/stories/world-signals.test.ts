import { beforeEach, describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import {
  latePercentQueries,
  requestCountQueries,
  utilizationQueries,
} from '../../src/scaling/metric-queries.ts'
import type { MetricRead } from '../../src/scaling/metric-request.ts'
import { readSignals } from '../../src/scaling/signals.ts'
import { pushedRequestsMetric } from '../../src/world/load-metrics.ts'
import { erlangC, responseTimes, shareOver } from '../../src/world/response-times.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** A service under load, and what can be known of it and when: each class of signals with its own age. */

/** 2026-11-23T12:00:00Z. */
const noon = 1_795_435_200_000
const groups = ['web', 'other'].map(
  name => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/6d0ecf831eec9f09`,
)
const targets = { targetGroupArns: groups.slice(0, 1) }
const web = { cluster: 'prod', service: 'web' }

let world: World
beforeEach(() => {
  world = createWorld({ seed: 1, startAtMs: noon - 10 * minute })
  world.createCluster('prod')
  for (const name of ['web', 'other']) {
    world.registerTaskDefinition({ family: name, containers: [{ name: 'app', image: 'app:1' }] })
    world.createService({
      cluster: 'prod',
      name,
      taskDefinition: name,
      desiredCount: 10,
      targetGroupArns: groups.filter(arn => arn.includes(`/${name}/`)),
    })
  }
  world.load('prod/web', 900)
  world.load('prod/other', 50)
  world.refineMetrics('prod/web', { pushed: true, highResolution: true })
})

const read = (key: string, queries: MetricRead['queries'] | null, periodMs = minute): MetricRead => ({
  kind: 'metric',
  key,
  queries: queries ?? [],
  periodMs,
  fromMs: noon - 5 * minute,
})
const pushed = read(
  'pushed',
  [
    {
      id: 'm',
      returnData: true,
      stat: { ...pushedRequestsMetric('prod', 'web'), periodSeconds: 10, statistic: 'Sum' },
      expression: null,
      periodSeconds: null,
    },
  ],
  10 * second,
)
const cpu = read('cpu', utilizationQueries('CPUUtilization', 20, web), 20 * second)
const requests = read('requests', requestCountQueries(targets))
const late = read('late', latePercentQueries(targets, 0.1))

const newest = async (...reads: MetricRead[]) => {
  const { series } = await readSignals(world.ports, reads, world.clock.now())
  return Object.fromEntries(
    Object.entries(series).map(([key, reading]) => {
      if (reading.kind !== 'value') throw new Error(`${key}: ${JSON.stringify(reading)}`)
      const value = reading.value.points.at(-1)?.value ?? Number.NaN
      return [key, [(world.clock.now() - reading.observedAtMs) / second, Math.round(value * 1_000) / 1_000]]
    }),
  )
}

describe('the age of the newest value, in seconds, and the value', () => {
  it('5 s after it was pushed, 20 s of ECS in high resolution, 60 s of the load balancer', async () => {
    world.runUntil(noon)
    expect(await newest(pushed, cpu, requests)).toEqual({
      pushed: [10, 9_000],
      cpu: [20, 90],
      requests: [60, 54_000],
    })
    world.runUntil(noon + 5 * second)
    expect(await newest(pushed)).toEqual({ pushed: [5, 9_000] })
    world.runUntil(noon + 59 * second)
    expect(await newest(pushed, cpu, requests)).toEqual({
      pushed: [9, 9_000],
      cpu: [39, 90],
      requests: [119, 54_000],
    })
  })

  it('of a service that was made anew: its own load, not that of the one before as well', async () => {
    world.deleteService('prod/web')
    world.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', desiredCount: 4 })
    world.load('prod/web', 100)
    world.refineMetrics('prod/web', { pushed: true })
    world.runUntil(noon + 5 * second)
    expect(await newest(pushed)).toEqual({ pushed: [5, 1_000] })
  })

  it('a step of the load is seen after 10 to 15 s, 40 s and two minutes', async () => {
    world.runUntil(noon)
    world.load('prod/web', 450)
    const seen: Record<string, number> = {}
    while (Object.keys(seen).length < 3) {
      world.advance(second)
      const told = await newest(pushed, cpu, requests)
      const halved = Object.entries({ pushed: 4_500, cpu: 45, requests: 27_000 })
      for (const [key, value] of halved)
        if (told[key]?.[1] === value) seen[key] ??= (world.clock.now() - noon) / second
    }
    expect(seen).toEqual({ pushed: 15, cpu: 40, requests: 120 })
  })
})

describe('the load balancer', () => {
  it('counts what is its own', async () => {
    world.runUntil(noon)
    const both = read('both', requestCountQueries({ targetGroupArns: groups }))
    expect(await newest(requests, both)).toMatchObject({ requests: [60, 54_000], both: [60, 57_000] })
  })

  it('tells what is late, as M/M/N has it', async () => {
    world.runUntil(noon)
    // Ten tasks of 100/s under 900/s: C = 0.6687, θ = μ = 100/s, so P(T > 0.1 s) = (1 − C) e⁻¹⁰ + C (1 + 10) e⁻¹⁰ = 0.000349.
    expect(await newest(late)).toEqual({ late: [60, 0.035] })
  })

  it('of several groups by what each was asked', async () => {
    world.runUntil(noon)
    const both = read('both', latePercentQueries({ targetGroupArns: groups }, 0.1))
    const other = read('other', latePercentQueries({ targetGroupArns: groups.slice(1) }, 0.1))
    // 54,000 requests of which 0.0349 % are late, 3,000 of which 0.0045 % are: 18.9 + 0.1 of 57,000.
    expect(await newest(late, other, both)).toMatchObject({
      late: [60, 0.035],
      other: [60, 0.005],
      both: [60, 0.033],
    })
  })

  it('tells nothing without requests, and nothing is not zero', async () => {
    world.load('prod/web', 0)
    world.runUntil(noon)
    const { series } = await readSignals(world.ports, [requests, late], noon)
    expect(series).toEqual({
      requests: { kind: 'missing', what: 'data points of requests' },
      late: { kind: 'missing', what: 'data points of late' },
    })
  })

  it('a search that finds two metrics is no single series', async () => {
    world.runUntil(noon)
    const [query] = requestCountQueries({ targetGroupArns: groups }) ?? []
    const bare = query && { ...query, expression: query.expression?.slice('SUM('.length, -1) ?? null }
    const { series } = await readSignals(world.ports, [read('bare', bare ? [bare] : [])], noon)
    expect(series.bare).toMatchObject({
      kind: 'failed',
      failure: { code: 'invalid', message: expect.stringMatching(/^bare: 2 series where one is wanted/) },
    })
  })
})

describe('M/M/N', () => {
  // Erlang's tables: C(1, 0.5) = 0.5; C(2, 1) = 1/3; C(10, 9) = 0.6687.
  it.each([
    [1, 0.5, 0.5],
    [2, 1, 1 / 3],
    [10, 9, 0.6687],
  ])('%i servers, %d Erlang: %d wait', (servers, offered, waits) => {
    expect(erlangC(servers, offered)).toBeCloseTo(waits, 4)
  })

  it('one server is M/M/1: exponential with rate μ − λ', () => {
    const station = { requestsPerSecond: 60, tasks: 1, capacityPerTask: 100 }
    expect(shareOver(0.1, station)).toBeCloseTo(Math.exp(-4), 9)
    expect(shareOver(0, station)).toBe(1)
  })

  it('an overloaded one serves nobody in time', () => {
    expect(shareOver(20, { requestsPerSecond: 200, tasks: 2, capacityPerTask: 100 })).toBe(1)
    const samples = responseTimes(10, { requestsPerSecond: 300, tasks: 2, capacityPerTask: 100 }, 30)
    expect(samples).toEqual([{ value: 30, count: 10 }])
  })

  it('all requests are in the histogram', () => {
    const samples = responseTimes(54_000, { requestsPerSecond: 900, tasks: 10, capacityPerTask: 100 }, 30)
    expect(samples.reduce((sum, { count }) => sum + count, 0)).toBeCloseTo(54_000, 6)
  })
})
