import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/decision.ts'
import type { Service } from '../../src/model/service.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { metricTable } from '../../src/voice/metric-table.ts'
import {
  decisionMetrics,
  evidenceMetrics,
  givenUpMetrics,
  lookMetrics,
  recoveryMetrics,
  refusalMetrics,
  serviceMetrics,
  startMetrics,
  stopMetrics,
} from '../../src/voice/metrics.ts'

const etl = familyTarget('prod', 'etl')
const checkout = serviceTarget('prod', 'checkout')

const entry: JournalEntry = {
  id: 'e1',
  target: etl,
  atMs: 1_795_423_586_000,
  room: 'healing',
  outcome: 'done',
  verb: 'run-task',
  about: '1f2e',
  because: { code: 'restart' },
  sentence: 'A secret may not be here, but it is not told either.',
  failure: null,
  change: null,
  untilMs: null,
  facts: [],
  tell: true,
}

describe('decisionMetrics', () => {
  it('counts a replacement as a decision and as a restart', () => {
    const properties = {
      target: 'family/prod/etl',
      entry: 'e1',
      reason: 'restart',
      verb: 'run-task',
      about: '1f2e',
    }
    expect(decisionMetrics(entry)).toEqual([
      {
        name: 'Decisions',
        value: 1,
        unit: 'Count',
        dimensions: { room: 'healing', outcome: 'done' },
        properties,
      },
      { name: 'Restarts', value: 1, unit: 'Count', dimensions: {}, properties },
    ])
  })

  it.each<{ name: string; change: Partial<JournalEntry> }>([
    { name: 'failed', change: { outcome: 'failed' } },
    { name: 'superseded', change: { outcome: 'superseded' } },
    { name: 'observed', change: { outcome: 'observed' } },
    { name: 'another verb', change: { verb: 'update-service', room: 'scaling' } },
    { name: 'held', change: { outcome: 'held', verb: null } },
  ])('no restart: $name', ({ change }) => {
    expect(decisionMetrics({ ...entry, ...change }).map(({ name }) => name)).toEqual(['Decisions'])
  })

  it('a hold about the target as a whole has neither verb nor subject', () => {
    expect(decisionMetrics({ ...entry, outcome: 'held', verb: null, about: null })[0]?.properties).toEqual({
      target: 'family/prod/etl',
      entry: 'e1',
      reason: 'restart',
    })
  })
})

describe('stopMetrics', () => {
  it.each([
    { cause: 'oom', told: 'oom' },
    { cause: 'scale-in-or-deployment', told: 'scale-in-or-deployment' },
    { cause: '', told: 'unknown' },
    { cause: 'CannotPullContainerError: pull image', told: 'unknown' },
    { cause: 'oom-', told: 'unknown' },
    { cause: 'a-b-c-d-e-f-g', told: 'unknown' },
  ])('"$cause" counts as $told', ({ cause, told }) => {
    expect(stopMetrics(etl, cause)).toEqual([
      {
        name: 'StopsByCause',
        value: 1,
        unit: 'Count',
        dimensions: { cause: told },
        properties: { target: 'family/prod/etl' },
      },
    ])
  })
})

describe('startMetrics', () => {
  it('is the time from creation to RUNNING, per cluster', () => {
    expect(startMetrics(etl, { taskId: '9c0d', createdAtMs: 1_000, startedAtMs: 43_500 })).toEqual([
      {
        name: 'StartDelay',
        value: 42_500,
        unit: 'Milliseconds',
        dimensions: { cluster: 'prod' },
        properties: { target: 'family/prod/etl', task: '9c0d' },
      },
    ])
  })

  it.each([
    { name: 'not created', createdAtMs: null, startedAtMs: 5 },
    { name: 'not started', createdAtMs: 5, startedAtMs: null },
    { name: 'started before it was created', createdAtMs: 10, startedAtMs: 5 },
    { name: 'no number', createdAtMs: Number.NaN, startedAtMs: 5 },
  ])('unknown is not zero: $name', ({ createdAtMs, startedAtMs }) => {
    expect(startMetrics(etl, { taskId: '9c0d', createdAtMs, startedAtMs })).toEqual([])
  })

  it('a start without delay is told', () => {
    expect(startMetrics(etl, { taskId: '9c0d', createdAtMs: 5, startedAtMs: 5 })[0]?.value).toBe(0)
  })
})

describe('recoveryMetrics', () => {
  it('is told per cluster', () => {
    expect(recoveryMetrics(etl, 61_000)).toEqual([
      {
        name: 'TimeToRecover',
        value: 61_000,
        unit: 'Milliseconds',
        dimensions: { cluster: 'prod' },
        properties: { target: 'family/prod/etl' },
      },
    ])
  })
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('%s ms is not told', ms => {
    expect(recoveryMetrics(etl, ms)).toEqual([])
  })
})

describe('serviceMetrics', () => {
  const service: Pick<Service, 'status' | 'desiredCount' | 'runningCount'> = {
    status: 'ACTIVE',
    desiredCount: 4,
    runningCount: 3,
  }
  it('tells desired and running with the service as a property, never as a dimension', () => {
    const rest = {
      unit: 'Count',
      dimensions: { cluster: 'prod' },
      properties: { target: 'service/prod/checkout' },
    }
    expect(serviceMetrics(checkout, service)).toEqual([
      { name: 'DesiredCount', value: 4, ...rest },
      { name: 'RunningCount', value: 3, ...rest },
    ])
  })
  it.each(['DRAINING', 'INACTIVE'] as const)('a service that is %s has no count', status => {
    expect(serviceMetrics(checkout, { ...service, status })).toEqual([])
  })
})

describe('the other counters', () => {
  it.each([
    { kept: 'duplicate' as const, names: ['EvidenceDuplicates'] },
    { kept: 'stale' as const, names: ['EvidenceStale'] },
    { kept: 'new' as const, names: [] },
  ])('$kept evidence', ({ kept, names }) => {
    expect(evidenceMetrics(etl, kept).map(({ name }) => name)).toEqual(names)
  })

  it('looks, refusals and given-up notices', () => {
    expect([
      ...lookMetrics(checkout, 'finished'),
      ...refusalMetrics('task'),
      ...givenUpMetrics(etl, 'e1', 'denied'),
    ]).toEqual([
      {
        name: 'Looks',
        value: 1,
        unit: 'Count',
        dimensions: { end: 'finished' },
        properties: { target: 'service/prod/checkout' },
      },
      { name: 'RefusedMessages', value: 1, unit: 'Count', dimensions: { kind: 'task' }, properties: {} },
      {
        name: 'NoticesGivenUp',
        value: 1,
        unit: 'Count',
        dimensions: { code: 'denied' },
        properties: { target: 'family/prod/etl', entry: 'e1' },
      },
    ])
  })
})

describe('docs/metrics.md', () => {
  it('has the rows of the table, in its order', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
    const rows = page
      .split('\n')
      .filter(line => line.startsWith('| `'))
      .map(line => line.split('|').map(cell => cell.trim().replaceAll(/^`(\w+)`$/g, '$1')))
      .map(([, name, unit, dimensions = '', meaning]) => ({
        name,
        unit,
        dimensions: dimensions
          .split(', ')
          .map(word => word.replaceAll('`', ''))
          .filter(Boolean),
        meaning,
      }))
    expect(rows).toEqual(Object.entries(metricTable).map(([name, row]) => ({ name, ...row })))
  })

  it('has no dimension that names a service, a family or a task', () => {
    const dimensions = new Set(Object.values(metricTable).flatMap(row => [...row.dimensions]))
    expect([...dimensions].sort()).toEqual(['cause', 'cluster', 'code', 'end', 'kind', 'outcome', 'room'])
  })
})
