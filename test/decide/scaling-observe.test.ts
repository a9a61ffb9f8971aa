import { describe, expect, it } from 'vitest'
import type { Alarm, MetricQuery, MetricSeries } from '../../src/model/alarm.ts'
import type { Ports } from '../../src/model/ports.ts'
import { type Answer, answered, type Reading, refused } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import { alarmEvidence, type KeptEvidence, taskEvidence } from '../../src/model/signal.ts'
import { serviceTarget } from '../../src/model/target.ts'
import { minute, second } from '../../src/model/time.ts'
import { type Asked, observeService } from '../../src/scaling/observe.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'
import { createWorld } from '../../src/world/world.ts'
import { running } from './healing-tasks.ts'
import { alarm, change, noon, service, throttled, trigger, value, wishes } from './scaling-view.ts'

/** CloudWatch with some alarms and one answer to GetMetricData; remembers what it was asked. */
class CloudWatchDouble {
  asked: { names: string[][]; data: { queries: MetricQuery[]; fromMs: number; toMs: number }[] } = {
    names: [],
    data: [],
  }
  alarms: Answer<Alarm[]>
  data: Answer<MetricSeries[]>

  constructor(alarms: Answer<Alarm[]> | Alarm[], data: Answer<MetricSeries[]> | MetricSeries[] = []) {
    this.alarms = Array.isArray(alarms) ? answered(alarms) : alarms
    this.data = Array.isArray(data) ? answered(data) : data
  }

  get port(): Ports['cloudWatch'] {
    return {
      describeAlarms: async names => {
        this.asked.names.push(names)
        return this.alarms
      },
      getMetricData: async (queries, fromMs, toMs) => {
        this.asked.data.push({ queries, fromMs, toMs })
        return this.data
      },
    }
  }
}

/** Points by the minutes they begin before noon. */
const series = (
  points: [minutesAgo: number, value: number][],
  status: MetricSeries['status'] = 'Complete',
): MetricSeries => ({
  id: 'm1',
  points: points.map(([ago, value]) => ({ atMs: noon - ago * minute, value })),
  status,
})

const { scale } = wishes([trigger('cpu-high', [change(2, 0, null)])])
/** Nobody asks these for an alarm. */
const unasked = createWorld({ seed: 1, startAtMs: noon }).ports
const checkout = serviceTarget('prod', 'checkout')
const look = (
  cloudWatch: CloudWatchDouble,
  {
    evidence = [],
    of = scale,
    seen = value(service()),
    atMs = noon,
  }: {
    evidence?: KeptEvidence[]
    of?: ScalePolicy
    seen?: Reading<Service>
    atMs?: number
  } = {},
) => observeService({ ...unasked, cloudWatch: cloudWatch.port }, checkout, seen, of, evidence, atMs)

const metricOf = async (
  data: CloudWatchDouble['data'] | MetricSeries[],
  change: Partial<Alarm> = {},
  atMs = noon,
) => (await look(new CloudWatchDouble([alarm('cpu-high', change)], data), { atMs })).alarms[0]?.metric

describe('which alarms are looked at', () => {
  it('each alarm of the policy once, in its order; one that does not exist is missing', async () => {
    const { scale } = wishes([
      trigger('b-high', [change(1, 0, null)]),
      trigger('a-low', [change(-1, null, 0)]),
      trigger('b-high', [change(2, 0, null)]),
    ])
    const cloudWatch = new CloudWatchDouble([alarm('a-low', { state: 'OK' })])
    const { alarms } = await look(cloudWatch, { of: scale })
    expect(cloudWatch.asked.names).toEqual([['b-high', 'a-low']])
    expect(alarms).toMatchObject([
      {
        alarmName: 'b-high',
        alarm: { kind: 'missing', what: 'alarm b-high of service/prod/checkout' },
        metric: null,
      },
      {
        alarmName: 'a-low',
        alarm: { kind: 'value', value: { state: 'OK' }, observedAtMs: noon },
        metric: null,
      },
    ])
  })

  it('a failed call makes every alarm a failed reading', async () => {
    const { alarms } = await look(
      new CloudWatchDouble(refused('cloudwatch:DescribeAlarms', 'throttled', 'Rate exceeded')),
    )
    expect(alarms).toMatchObject([
      { alarmName: 'cpu-high', alarm: { kind: 'failed', failure: { code: 'throttled' } } },
    ])
  })

  it.each<[what: string, seen: Reading<Service>, of: ScalePolicy]>([
    ['a DAEMON service', value(service({ schedulingStrategy: 'DAEMON' })), scale],
    ['an unreadable service', throttled, scale],
    ['a policy without triggers', value(service()), wishes([]).scale],
  ])('%s asks CloudWatch nothing', async (_what, seen, of) => {
    const cloudWatch = new CloudWatchDouble([])
    expect(await look(cloudWatch, { seen, of })).toEqual({
      service: seen,
      alarms: [],
      evidence: [],
      series: {},
      queues: {},
      tasks: null,
    })
    expect(cloudWatch.asked).toEqual({ names: [], data: [] })
  })
})

describe('the data points of an alarm in ALARM', () => {
  it.each(['OK', 'INSUFFICIENT_DATA'] as const)('are not asked for in %s', async state => {
    const cloudWatch = new CloudWatchDouble([alarm('cpu-high', { state })])
    expect((await look(cloudWatch)).alarms[0]?.metric).toBeNull()
    expect(cloudWatch.asked.data).toEqual([])
  })

  it.each<[what: string, change: Partial<Alarm>]>([
    ['composite', { kind: 'composite', threshold: null, queries: [] }],
    ['anomaly band', { threshold: null }],
    ['without queries', { queries: [] }],
  ])('are not asked for: %s', async (_what, change) => {
    const cloudWatch = new CloudWatchDouble([alarm('cpu-high', change)], [series([[1, 60]])])
    expect((await look(cloudWatch)).alarms[0]?.metric).toBeNull()
    expect(cloudWatch.asked.data).toEqual([])
  })

  it('are asked for with its own queries, over what it evaluates and five minutes', async () => {
    const cloudWatch = new CloudWatchDouble([alarm('cpu-high', { evaluationPeriods: 3 })])
    await look(cloudWatch, { atMs: noon + 42 * second })
    expect(cloudWatch.asked.data).toEqual([
      { queries: alarm('cpu-high').queries, fromMs: noon - 8 * minute, toMs: noon + 42 * second },
    ])
  })

  it('of five minutes: three periods more; of ten seconds: from a whole minute on', async () => {
    const long = new CloudWatchDouble([alarm('cpu-high', { periodSeconds: 300, evaluationPeriods: 2 })])
    await look(long, { atMs: noon + 61 * second })
    expect(long.asked.data).toMatchObject([{ fromMs: noon - 24 * minute, toMs: noon + 61 * second }])
    const short = new CloudWatchDouble([alarm('cpu-high', { periodSeconds: 10, evaluationPeriods: 6 })])
    await look(short, { atMs: noon + 47 * second })
    expect(short.asked.data).toMatchObject([{ fromMs: noon - 6 * minute, toMs: noon + 47 * second }])
  })

  it('with metric math: the longest period of its queries', async () => {
    const [query] = alarm('cpu-high').queries
    const slow: MetricQuery = {
      id: 'e1',
      returnData: true,
      stat: null,
      expression: 'm1 / 2',
      periodSeconds: 120,
    }
    const queries = query ? [{ ...query, returnData: false }, slow] : []
    const cloudWatch = new CloudWatchDouble([alarm('cpu-high', { periodSeconds: null, queries })])
    await look(cloudWatch)
    expect(cloudWatch.asked.data).toMatchObject([{ fromMs: noon - 8 * minute }])
  })

  it('the newest that it judges, oldest first, true at the end of the newest', async () => {
    const points: [number, number][] = [
      [5, 50],
      [4, 60],
      [3, 70],
      [2, 80],
    ]
    expect(await metricOf([series(points)], { evaluationPeriods: 3 })).toEqual({
      kind: 'value',
      value: [60, 70, 80],
      observedAtMs: noon - minute,
    })
  })

  it('a gap is not filled with older points', async () => {
    expect(
      await metricOf(
        [
          series([
            [6, 10],
            [5, 20],
            [3, 70],
            [1, 80],
          ]),
        ],
        { evaluationPeriods: 3 },
      ),
    ).toMatchObject({
      value: [70, 80],
    })
  })

  it('a point whose period has not ended is left out', async () => {
    const points: [number, number][] = [
      [1, 60],
      [0, 99],
    ]
    expect(await metricOf([series(points)], {}, noon + 59 * second)).toMatchObject({
      value: [60],
      observedAtMs: noon,
    })
    expect(await metricOf([series(points)], {}, noon + 60 * second)).toMatchObject({ value: [99] })
  })

  it.each<[what: string, data: Answer<MetricSeries[]> | MetricSeries[], reading: unknown]>([
    ['no series', [], { kind: 'missing', what: 'data points of cpu-high' }],
    ['a series without points', [series([])], { kind: 'missing', what: 'data points of cpu-high' }],
    [
      'a failed call',
      refused('cloudwatch:GetMetricData', 'denied', 'no'),
      { kind: 'failed', failure: { code: 'denied' } },
    ],
    ['a forbidden metric', [series([], 'Forbidden')], { kind: 'failed', failure: { code: 'denied' } }],
    [
      'an internal error',
      [series([[1, 60]], 'InternalError')],
      { kind: 'failed', failure: { code: 'unavailable' } },
    ],
    [
      'only part of the data',
      [series([[1, 60]], 'PartialData')],
      { kind: 'failed', failure: { code: 'unavailable' } },
    ],
    ['one series per contributor: none is the metric', [series([[1, 60]]), series([[1, 5]])], null],
  ])('%s', async (_what, data, reading) => {
    const metric = await metricOf(data)
    if (reading === null) expect(metric).toBeNull()
    else expect(metric).toMatchObject(reading as Record<string, unknown>)
  })
})

describe('what triggers ask for besides', () => {
  const cpu: Asked['reads'][number] = {
    kind: 'metric',
    key: 'cpu',
    queries: alarm('cpu-high').queries,
    periodMs: minute,
    fromMs: noon - 3 * minute,
  }

  it('stands in the same call as the data points of the alarms, under its own key', async () => {
    const { scale } = wishes([trigger('a', [change(1, 0, null)]), trigger('b', [change(1, 0, null)])])
    const cloudWatch = new CloudWatchDouble(
      [alarm('a'), alarm('b')],
      [
        { ...series([[1, 10]]), id: 'r0_m1' },
        { ...series([[1, 20]]), id: 'r1_m1' },
        { ...series([[1, 30]]), id: 'r2_m1' },
      ],
    )
    const view = await observeService(
      { ...unasked, cloudWatch: cloudWatch.port },
      checkout,
      value(service()),
      scale,
      [],
      noon,
      { reads: [cpu], tasks: false },
    )
    expect(cloudWatch.asked.data).toHaveLength(1)
    expect(view.alarms).toMatchObject([{ metric: { value: [10] } }, { metric: { value: [20] } }])
    expect(view.series).toEqual({ cpu: value({ periodMs: minute, points: [{ endMs: noon, value: 30 }] }) })
    expect(view.tasks).toBeNull()
  })

  it('is not asked for when the service is left alone', async () => {
    const cloudWatch = new CloudWatchDouble([])
    const seen = value(service({ schedulingStrategy: 'DAEMON' }))
    const view = await observeService(
      { ...unasked, cloudWatch: cloudWatch.port },
      checkout,
      seen,
      scale,
      [],
      noon,
      { reads: [cpu, { kind: 'queue', key: 'orders', queue: 'orders' }], tasks: true },
    )
    expect(view).toMatchObject({ series: {}, queues: {}, tasks: null })
    expect(cloudWatch.asked).toEqual({ names: [], data: [] })
  })

  it.each([true, false])('its tasks: %s', async tasks => {
    const { tasks: told } = await observeService(
      { ...unasked, cloudWatch: new CloudWatchDouble([]).port },
      checkout,
      value(service()),
      scale,
      [],
      noon,
      { reads: [], tasks },
    )
    // The world behind has no such service, which is a failed reading and no exception.
    if (tasks) expect(told).toMatchObject({ kind: 'failed', failure: { code: 'not-found' } })
    else expect(told).toBeNull()
  })
})

describe('kept evidence', () => {
  const kept = (alarmName: string, mutedUntilMs: number | null, resolution: string | null): KeptEvidence => ({
    ...alarmEvidence({
      alarmName,
      state: 'ALARM',
      changedAtMs: noon - minute,
      mutedUntilMs,
      suppressedBy: null,
    }),
    resolution,
  })

  it('tells the mute window, also after it was settled; what is open is named', async () => {
    const { scale } = wishes([trigger('a', [change(1, 0, null)]), trigger('b', [change(1, 0, null)])])
    const evidence = [
      kept('a', noon + minute, 'alarm-muted'),
      kept('b', null, null),
      kept('other', noon + minute, null),
    ]
    const view = await look(new CloudWatchDouble([]), { of: scale, evidence })
    expect(view.alarms.map(({ mutedUntilMs }) => mutedUntilMs)).toEqual([noon + minute, null])
    expect(view.evidence).toEqual(['alarm/b', 'alarm/other'])
  })

  it('of a task is none of scaling’s', async () => {
    const stop: KeptEvidence = { ...taskEvidence(running('one')), resolution: null }
    const view = await look(new CloudWatchDouble([alarm('cpu-high', { state: 'OK' })]), {
      evidence: [stop, kept('cpu-high', noon + minute, null)],
    })
    expect(view.alarms).toMatchObject([{ alarmName: 'cpu-high', mutedUntilMs: noon + minute }])
    expect(view.evidence).toEqual(['alarm/cpu-high'])
  })
})
