import { describe, expect, it, test } from 'vitest'
import type { AlarmState, MetricQuery } from '../../src/model/alarm.ts'
import { hour, minute, second } from '../../src/model/time.ts'
import { type AlarmRule, evaluate } from '../../src/world/alarm-evaluation.ts'
import type { MetricAlarmParameters } from '../../src/world/alarm-records.ts'
import { parseCompositeRule } from '../../src/world/composite-rule.ts'
import { failure, stage, startAtMs, value } from './world-stage.ts'

const metric = { namespace: 'Test', metricName: 'Depth', dimensions: { Queue: 'orders' } }

/** A world in which `Depth` is put once a minute, at its start. */
const alarmed = (over: Partial<MetricAlarmParameters> = {}) => {
  const here = stage()
  const { world } = here
  world.createMetricAlarm({
    alarmName: 'depth-high',
    ...metric,
    statistic: 'Average',
    operator: 'GreaterThanThreshold',
    threshold: 50,
    ...over,
  })
  const put = (...values: (number | null)[]): void => {
    for (const depth of values) {
      if (depth !== null) world.putMetric(metric, depth)
      world.advance(minute)
    }
    // The evaluation comes up to eight seconds after the full minute.
    world.advance(10 * second)
    world.advance(50 * second)
  }
  const transitions = (name = 'depth-high') =>
    here.events
      .filter(({ detail }) => detail.alarmName === name)
      .map(({ detail }) => {
        const { previousState, state } = detail as Record<string, { value: AlarmState }>
        return `${previousState?.value} -> ${state?.value}`
      })
  const alarm = async (name = 'depth-high') => value(await world.ports.cloudWatch.describeAlarms([name]))[0]
  return { ...here, put, transitions, alarm }
}

describe('an alarm in the world', () => {
  it('tells transitions and nothing else', async () => {
    const { put, transitions, alarm } = alarmed()
    expect((await alarm())?.state).toBe('INSUFFICIENT_DATA')
    put(10, 20, 30)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK'])
    put(90, 95, 99, 99)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM'])
    expect((await alarm())?.state).toBe('ALARM')
    put(50)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM', 'ALARM -> OK'])
  })

  it('tells them as CloudWatch does', () => {
    const { put, events } = alarmed({ description: 'orders pile up' })
    put(10)
    put(99.5)
    const event = events.at(-1)
    expect(event).toMatchObject({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:depth-high'],
      detail: {
        alarmName: 'depth-high',
        configuration: {
          description: 'orders pile up',
          metrics: [
            {
              metricStat: {
                metric: { namespace: 'Test', name: 'Depth', dimensions: { Queue: 'orders' } },
                period: 60,
                stat: 'Average',
              },
              returnData: true,
            },
          ],
        },
        previousState: { value: 'OK' },
        state: {
          value: 'ALARM',
          reason:
            'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (23/11/26 08:48:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).',
          timestamp: expect.stringMatching(/^2026-11-23T08:49:0\d\.\d{3}\+0000$/),
        },
      },
    })
    const { state } = (event?.detail ?? {}) as { state: { reasonData: string } }
    expect(JSON.parse(state.reasonData)).toMatchObject({
      version: '1.0',
      startDate: '2026-11-23T08:48:00.000+0000',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [99.5],
      threshold: 50,
    })
    expect(event?.detail).not.toHaveProperty('muteDetail')
    expect(JSON.stringify(events[0]?.detail.previousState)).not.toContain('reasonData')
  })

  it('waits for two of three', () => {
    const { put, transitions } = alarmed({ evaluationPeriods: 3, datapointsToAlarm: 2 })
    put(10, 10, 10, 90)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK'])
    put(90)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM'])
  })

  it('says so when its data stops', () => {
    const { put, transitions } = alarmed()
    put(10)
    put(null, null, null, null)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> INSUFFICIENT_DATA'])
  })

  it('told by hand, stays so until the next evaluation', async () => {
    const { world, put, transitions, alarm } = alarmed()
    put(10)
    world.putMetric(metric, 10, world.clock.now() - minute)
    world.setAlarmState('depth-high', 'ALARM', 'a fire drill')
    expect((await alarm())?.state).toBe('ALARM')
    world.advance(minute)
    expect(transitions()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM', 'ALARM -> OK'])
  })

  it('muted, still tells, and says until when', () => {
    const { world, put, events } = alarmed()
    put(10)
    world.muteAlarm('depth-high', startAtMs, startAtMs + 10 * minute)
    put(99)
    expect(events.at(-1)?.detail).toMatchObject({
      state: { value: 'ALARM' },
      muteDetail: {
        mutedByArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm-mute-rule:mute-depth-high',
        muteWindowStart: '2026-11-23T08:46:00.000+0000',
        muteWindowEnd: '2026-11-23T08:56:00.000+0000',
      },
    })
    world.advance(hour)
    put(10)
    expect(events.at(-1)?.detail).not.toHaveProperty('muteDetail')
  })

  it('is described with the query it asks', async () => {
    const { alarm, world } = alarmed({ statistic: 'p99', evaluationPeriods: 3, datapointsToAlarm: 2 })
    expect(await alarm()).toEqual({
      alarmName: 'depth-high',
      alarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:depth-high',
      kind: 'metric',
      state: 'INSUFFICIENT_DATA',
      stateChangedAtMs: startAtMs,
      actionsEnabled: true,
      suppressedBy: null,
      threshold: 50,
      comparisonOperator: 'GreaterThanThreshold',
      periodSeconds: 60,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      queries: [
        {
          id: 'm1',
          returnData: true,
          stat: { ...metric, periodSeconds: 60, statistic: 'p99' },
          expression: null,
          periodSeconds: null,
        },
      ],
    })
    expect(value(await world.ports.cloudWatch.describeAlarms(['gone']))).toEqual([])
  })
})

describe('a composite alarm in the world', () => {
  const composite = (withSuppressor: boolean) => {
    const here = alarmed({ treatMissingData: 'ignore' })
    const { world } = here
    world.createMetricAlarm({
      alarmName: 'maintenance',
      ...metric,
      metricName: 'Maintenance',
      statistic: 'Maximum',
      operator: 'GreaterThanThreshold',
      threshold: 0,
      treatMissingData: 'ignore',
    })
    world.createCompositeAlarm({
      alarmName: 'any',
      rule: 'ALARM("depth-high") OR FALSE',
      ...(withSuppressor
        ? { suppressor: { alarmName: 'maintenance', waitPeriodSeconds: 120, extensionPeriodSeconds: 180 } }
        : {}),
    })
    return here
  }

  it('follows its parts and names the one that moved it', () => {
    const { put, transitions, events } = composite(false)
    put(10)
    put(99)
    expect(transitions('any')).toEqual(['OK -> ALARM'])
    expect(events.at(-1)?.detail).toMatchObject({
      configuration: { alarmRule: 'ALARM("depth-high") OR FALSE' },
      previousState: {
        reason:
          'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:any was created and its alarm rule evaluates to OK',
      },
      state: {
        reason: expect.stringMatching(
          /alarm:depth-high transitioned to ALARM at Monday 23 November, 2026 08:49:0\d UTC$/,
        ),
        reasonData: expect.stringContaining('triggeringAlarms'),
      },
    })
    expect(events.at(-1)?.detail.configuration).not.toHaveProperty('metrics')
    put(10)
    expect(transitions('any')).toEqual(['OK -> ALARM', 'ALARM -> OK'])
  })

  it('waits for its suppressor before its actions, and still tells', async () => {
    const { world, put, events, alarm } = composite(true)
    put(10)
    put(99)
    expect(events.at(-1)?.detail).toMatchObject({
      alarmName: 'any',
      state: { value: 'ALARM', actionsSuppressedBy: 'WaitPeriod' },
    })
    expect((await alarm('any'))?.suppressedBy).toBe('WaitPeriod')
    world.advance(2 * minute)
    expect((await alarm('any'))?.suppressedBy).toBeNull()
  })

  it('is suppressed while its suppressor is in ALARM, and a while after; none of it is told', async () => {
    const { world, alarm, transitions, events } = composite(true)
    const suppressedBy = async () => (await alarm('any'))?.suppressedBy ?? null
    world.setAlarmState('maintenance', 'ALARM', 'window')
    expect(await suppressedBy()).toBe('Alarm')
    world.setAlarmState('depth-high', 'ALARM', 'breach')
    world.advance(hour)
    expect(events.at(-1)?.detail).toMatchObject({
      alarmName: 'any',
      state: {
        actionsSuppressedBy: 'Alarm',
        actionsSuppressedReason: 'Actions suppressed by maintenance',
      },
    })
    expect(await suppressedBy()).toBe('Alarm')
    world.setAlarmState('maintenance', 'OK', 'over')
    expect(await suppressedBy()).toBe('ExtensionPeriod')
    world.advance(180 * second - 1)
    expect(await suppressedBy()).toBe('ExtensionPeriod')
    world.advance(1)
    expect(await suppressedBy()).toBeNull()
    expect(transitions('any')).toEqual(['OK -> ALARM'])
  })

  it('its wait turns into suppression when the suppressor goes to ALARM meanwhile', async () => {
    const { world, alarm } = composite(true)
    world.setAlarmState('depth-high', 'ALARM', 'breach')
    world.advance(minute)
    world.setAlarmState('maintenance', 'ALARM', 'window')
    world.advance(hour)
    expect((await alarm('any'))?.suppressedBy).toBe('Alarm')
  })

  const states: Record<string, AlarmState> = { a: 'ALARM', b: 'OK', 'c d': 'INSUFFICIENT_DATA' }
  test.each([
    ['ALARM(a)', true],
    ['ALARM("b")', false],
    ['OK(b) AND INSUFFICIENT_DATA("c d")', true],
    ['ALARM(b) OR ALARM(a) AND FALSE', false],
    ['(ALARM(b) OR ALARM(a)) AND TRUE', true],
    ['NOT ALARM(b) AND NOT OK(a)', true],
    ['NOT (ALARM(a) OR ALARM(b))', false],
  ])('the rule %s is %s', (rule, holds) => {
    expect(parseCompositeRule(rule).holds(name => states[name] ?? 'INSUFFICIENT_DATA')).toBe(holds)
  })
  test.each(['', 'ALARM', 'ALARM(a', 'ALARM(a) ALARM(b)', 'RED(a)', 'ALARM(a) OR', '(ALARM(a)'])(
    'the rule %j is none',
    rule => {
      expect(() => parseCompositeRule(rule)).toThrow('no alarm rule')
    },
  )
})

/** The two tables of the CloudWatch user guide, "How alarm state is evaluated when data is missing": 0 calm, X breaching, - missing; newest last. */
describe('missing data', () => {
  const treatments: AlarmRule['treatMissingData'][] = ['missing', 'ignore', 'breaching', 'notBreaching']
  const stay = null
  const rows: [number, string, (AlarmState | null)[]][] = [
    [3, '0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    [3, '0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    [3, '- - - - -', ['INSUFFICIENT_DATA', stay, 'ALARM', 'OK']],
    [3, '0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [3, '- - X - -', ['ALARM', stay, 'ALARM', 'OK']],
    [2, '0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [2, '0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    [2, '0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    [2, '- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    [2, '- - - X -', ['ALARM', stay, 'ALARM', 'OK']],
    // Not in the tables: too young to say.
    [3, '- - - - X', [stay, stay, 'ALARM', 'OK']],
  ]
  const cases = rows.flatMap(([datapointsToAlarm, picture, expected]) =>
    treatments.map(
      (treatMissingData, index) =>
        [`${datapointsToAlarm} of 3`, picture, treatMissingData, expected[index] ?? null] as const,
    ),
  )
  test.each(cases)('%s, %s, %s: %s', (needed, picture, treatMissingData, expected) => {
    const rule: AlarmRule = {
      operator: 'GreaterThanThreshold',
      threshold: 50,
      evaluationPeriods: 3,
      datapointsToAlarm: Number(needed[0]),
      treatMissingData,
    }
    const range = picture
      .split(' ')
      .map((sign, index) => (sign === '-' ? null : { atMs: index * minute, value: sign === 'X' ? 90 : 10 }))
    expect(evaluate(rule, range, 'OK')?.state ?? null).toBe(expected)
  })

  test.each([
    ['GreaterThanThreshold', false, true],
    ['GreaterThanOrEqualToThreshold', true, true],
    ['LessThanThreshold', false, false],
    ['LessThanOrEqualToThreshold', true, false],
  ] as const)('%s: at the threshold %s, above it %s', (operator, at, above) => {
    const stateAt = (depth: number) =>
      evaluate(
        { operator, threshold: 50, evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: 'missing' },
        [null, null, { atMs: 0, value: depth }],
        'OK',
      )?.state
    expect(stateAt(50)).toBe(at ? 'ALARM' : 'OK')
    expect(stateAt(51)).toBe(above ? 'ALARM' : 'OK')
  })
})

describe('metrics in the world', () => {
  const query = (id: string, statistic: string, over: Partial<MetricQuery> = {}): MetricQuery => ({
    id,
    returnData: true,
    stat: { ...metric, periodSeconds: 60, statistic },
    expression: null,
    periodSeconds: null,
    ...over,
  })
  const filled = () => {
    const { world } = stage()
    for (const [atMs, depth] of [
      [startAtMs + minute + 30 * second, 4],
      [startAtMs, 1],
      [startAtMs + minute, 2],
      [startAtMs + 3 * minute, 10],
    ] as const) {
      world.putMetric(metric, depth, atMs)
    }
    const ask = (queries: MetricQuery[], fromMs = startAtMs, toMs = startAtMs + 5 * minute) =>
      world.ports.cloudWatch.getMetricData(queries, fromMs, toMs)
    const values = async (query: MetricQuery) =>
      value(await ask([query]))[0]?.points.map(point => [(point.atMs - startAtMs) / minute, point.value])
    return { ask, values }
  }

  test.each([
    [
      'Average',
      [
        [0, 1],
        [1, 3],
        [3, 10],
      ],
    ],
    [
      'Sum',
      [
        [0, 1],
        [1, 6],
        [3, 10],
      ],
    ],
    [
      'Minimum',
      [
        [0, 1],
        [1, 2],
        [3, 10],
      ],
    ],
    [
      'Maximum',
      [
        [0, 1],
        [1, 4],
        [3, 10],
      ],
    ],
    [
      'SampleCount',
      [
        [0, 1],
        [1, 2],
        [3, 1],
      ],
    ],
    [
      'p50',
      [
        [0, 1],
        [1, 2],
        [3, 10],
      ],
    ],
    [
      'p99',
      [
        [0, 1],
        [1, 4],
        [3, 10],
      ],
    ],
  ])('%s of each minute that has data', async (statistic, expected) => {
    expect(await filled().values(query('m1', statistic))).toEqual(expected)
  })

  it('from is included, to is not; another dimension is another metric', async () => {
    const { ask, values } = filled()
    const found = value(await ask([query('m1', 'Sum')], startAtMs + minute, startAtMs + 3 * minute))
    expect(found[0]?.points).toEqual([{ atMs: startAtMs + minute, value: 6 }])
    const other = { ...metric, dimensions: {}, periodSeconds: 60, statistic: 'Sum' }
    expect(await values(query('m1', 'Sum', { stat: other }))).toEqual([])
  })

  it('calculates with series, and answers only what is asked for', async () => {
    const { ask } = filled()
    const math = (expression: string) => ({
      ...query('e1', 'Sum'),
      stat: null,
      expression,
      periodSeconds: 60,
    })
    const points = async (expression: string) => {
      const series = value(await ask([query('m1', 'Sum', { returnData: false }), math(expression)]))
      expect(series.map(({ id }) => id)).toEqual(['e1'])
      return series[0]?.points.map(point => point.value)
    }
    expect(await points('m1 * 2 + 1')).toEqual([3, 13, 21])
    expect(await points('(m1 - 1) / m1 * 60')).toEqual([0, 50, 54])
    expect(await points('1 / (m1 - 1)')).toEqual([1 / 5, 1 / 9])
    expect(await points('FILL(m1, 0) - -1')).toEqual([2, 7, 1, 11, 1])
    for (const wrong of ['m1 +', 'm2', '3', 'm1 m1', 'AVG(m1)', '(m1']) {
      expect(failure(await ask([query('m1', 'Sum'), math(wrong)]))).toMatch(
        /^invalid: Error in expression 'e1'/,
      )
    }
  })

  it('refuses what CloudWatch refuses', async () => {
    const { ask } = filled()
    expect(failure(await ask([query('m1', 'Sum')], startAtMs, startAtMs))).toMatch(/^invalid: .*StartTime/)
    expect(failure(await ask([query('m1', 'Sum'), query('m1', 'Sum')]))).toMatch(/^invalid: .*not unique/)
    expect(failure(await ask([query('m1', 'p101')]))).toMatch(/^invalid: /)
  })
})
