import { describe, expect, it } from 'vitest'
import { embeddedMetrics } from '../../src/adapters/metrics.ts'
import type { MetricDatum } from '../../src/model/ports.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import {
  evidenceMetrics,
  givenUpMetrics,
  lookMetrics,
  recoveryMetrics,
  refusalMetrics,
  serviceMetrics,
  startMetrics,
  stopMetrics,
} from '../../src/voice/metrics.ts'
import { embedded } from './embedded-metrics.ts'

/** 23 November 2026, 08:46:26 UTC. */
const atMs = 1_795_423_586_000

function printed(emit: (emit: (data: MetricDatum[]) => void, flush: () => void) => void, stage = 'prod') {
  const lines: string[] = []
  const metrics = embeddedMetrics({ stage, clock: { now: () => atMs }, write: line => lines.push(line) })
  emit(metrics.emit, metrics.flush)
  metrics.flush()
  return lines.map(line => {
    expect(line).not.toContain('\n')
    return embedded.parse(JSON.parse(line))
  })
}

const etl = familyTarget('prod', 'etl')
const checkout = serviceTarget('prod', 'checkout')
const count = (change: Partial<MetricDatum> = {}): MetricDatum => ({
  name: 'Restarts',
  value: 1,
  unit: 'Count',
  dimensions: {},
  properties: {},
  ...change,
})

describe('the printed line', () => {
  it('is what CloudWatch reads: stage and own dimensions, properties beside them', () => {
    expect(printed(emit => emit(stopMetrics(etl, 'oom')))).toEqual([
      {
        _aws: {
          Timestamp: atMs,
          CloudWatchMetrics: [
            {
              Namespace: 'Longshore',
              Dimensions: [['stage', 'cause']],
              Metrics: [{ Name: 'StopsByCause', Unit: 'Count' }],
            },
          ],
        },
        target: 'family/prod/etl',
        stage: 'prod',
        cause: 'oom',
        StopsByCause: 1,
      },
    ])
  })

  it('a metric without own dimensions has the stage alone', () => {
    const [line] = printed(emit => emit(evidenceMetrics(etl, 'stale')))
    expect(line?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['stage']])
  })

  it('metrics of one dimension set and one target share a line; others get their own', () => {
    const service = { status: 'ACTIVE' as const, desiredCount: 4, runningCount: 3 }
    const lines = printed(emit => {
      emit(serviceMetrics(checkout, service))
      emit(serviceMetrics(serviceTarget('prod', 'search'), { ...service, desiredCount: 9 }))
      emit(lookMetrics(checkout, 'finished'))
      emit(lookMetrics(checkout, 'failed'))
    })
    const shown = lines.map(({ _aws, ...rest }) => rest)
    expect(shown).toEqual([
      { stage: 'prod', cluster: 'prod', target: 'service/prod/checkout', DesiredCount: 4, RunningCount: 3 },
      { stage: 'prod', cluster: 'prod', target: 'service/prod/search', DesiredCount: 9, RunningCount: 3 },
      { stage: 'prod', end: 'finished', target: 'service/prod/checkout', Looks: 1 },
      { stage: 'prod', end: 'failed', target: 'service/prod/checkout', Looks: 1 },
    ])
    expect(lines[0]?._aws.CloudWatchMetrics[0]?.Metrics).toEqual([
      { Name: 'DesiredCount', Unit: 'Count' },
      { Name: 'RunningCount', Unit: 'Count' },
    ])
  })

  it('the same metric twice is two values, not one', () => {
    const [line] = printed(emit => emit([count(), count({ value: 3 })]))
    expect(line?.Restarts).toEqual([1, 3])
  })

  it('nothing of one line is left in the next', () => {
    const lines = printed((emit, flush) => {
      emit(stopMetrics(etl, 'oom'))
      flush()
      emit(refusalMetrics('task'))
    })
    expect(Object.keys(lines[1] ?? {}).sort()).toEqual(['RefusedMessages', '_aws', 'kind', 'stage'])
  })

  it('every metric of the voice prints a valid line', () => {
    const lines = printed(emit => {
      emit(startMetrics(etl, { taskId: 't', createdAtMs: 0, startedAtMs: 41_000 }))
      emit(recoveryMetrics(etl, 61_000))
      emit(givenUpMetrics(etl, 'e1', 'denied'))
    })
    expect(lines.map(line => [line.StartDelay, line.TimeToRecover, line.NoticesGivenUp])).toEqual([
      [41_000, undefined, undefined],
      [undefined, 61_000, undefined],
      [undefined, undefined, 1],
    ])
  })
})

describe('adversarial', () => {
  it('nothing emitted, nothing printed', () => {
    expect(printed((emit, flush) => [emit([]), flush(), flush()])).toEqual([])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%s is not told, and spoils no other value',
    value => {
      const [line, ...more] = printed(emit => emit([count({ value }), count({ value: 2 })]))
      expect([line?.Restarts, more]).toEqual([2, []])
    },
  )

  it('more than a line may hold is spread over several, and no value is lost', () => {
    const lines = printed(emit => emit(Array.from({ length: 1_234 }, () => count())))
    const values = lines.flatMap(line => line.Restarts as number[])
    expect(values).toHaveLength(1_234)
  })

  it('is written before an endless invocation loses too much', () => {
    const lines: string[] = []
    const metrics = embeddedMetrics({
      stage: 'prod',
      clock: { now: () => atMs },
      write: line => lines.push(line),
    })
    metrics.emit(Array.from({ length: 499 }, () => count()))
    expect(lines).toHaveLength(0)
    metrics.emit([count()])
    expect(lines).toHaveLength(10)
    metrics.emit(Array.from({ length: 499 }, () => count()))
    expect(lines).toHaveLength(10)
  })

  it('more names than one line may hold', () => {
    const lines = printed(emit => emit(Array.from({ length: 120 }, (_, n) => count({ name: `M${n}` }))))
    expect(lines.flatMap(line => line._aws.CloudWatchMetrics[0]?.Metrics ?? [])).toHaveLength(120)
  })

  it.each([
    { name: 'empty', value: '', told: 'unknown' },
    { name: 'blank', value: '  ', told: 'unknown' },
    { name: 'no ASCII', value: 'größe', told: 'gr??e' },
    { name: 'a colon first', value: ':x', told: '?x' },
    { name: 'a line end', value: 'a\nb', told: 'a?b' },
    { name: 'too long', value: 'x'.repeat(2_000), told: 'x'.repeat(1_024) },
  ])('a dimension that CloudWatch would refuse is made fit: $name', ({ value, told }) => {
    const [line] = printed(emit => emit([count({ dimensions: { cluster: value } })]))
    expect(line?.cluster).toBe(told)
    expect(line?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['stage', 'cluster']])
  })

  it('the order of properties makes no second line', () => {
    const lines = printed(emit => {
      emit([count({ properties: { a: '1', b: '2' } }), count({ properties: { b: '2', a: '1' } })])
    })
    expect(lines).toHaveLength(1)
  })

  it('an empty stage is no empty dimension', () => {
    expect(printed(emit => emit([count()]), '')[0]?.stage).toBe('unknown')
  })
})
