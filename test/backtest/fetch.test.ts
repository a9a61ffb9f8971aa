import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ownAws } from '../../src/cli/backtest/aws.ts'
import { historyFromAws } from '../../src/cli/backtest/histories.ts'
import type { MetricQuery, MetricSeries } from '../../src/model/alarm.ts'
import type { CloudWatch } from '../../src/model/ports.ts'
import { answered, refused } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { startWire, type Wire } from '../../src/world/wire.ts'
import { createWorld } from '../../src/world/world.ts'
import { answerProblems } from '../contracts/schema-check.ts'

/** Histories of an account on loopback, through the production adapters and the SDK. */

/** 2026-11-23T08:46:00Z. */
const nowMs = 1_795_423_560_000
const webGroup = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef'

let wire: Wire
let folder: string
let asked: { queries: MetricQuery[]; fromMs: number; toMs: number }[]
let metrics: CloudWatch['getMetricData']
const problems: string[] = []

const minutes = (...values: number[]): MetricSeries => ({
  id: 'h0',
  points: values.map((value, index) => ({ atMs: nowMs - (values.length + 3 - index) * minute, value })),
  status: 'Complete',
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-fetch-'))
  asked = []
  metrics = async () => answered([minutes(6_000, 6_600, 0, 7_200)])
  const world = createWorld({ seed: 1, startAtMs: nowMs })
  world.createCluster('prod')
  world.registerTaskDefinition({ family: 'app', containers: [{ name: 'app', image: 'app:1' }] })
  world.createService({
    cluster: 'prod',
    name: 'checkout',
    taskDefinition: 'app',
    desiredCount: 1,
    targetGroupArns: [webGroup],
  })
  world.createService({ cluster: 'prod', name: 'worker', taskDefinition: 'app', desiredCount: 1 })
  const cloudWatch: CloudWatch = {
    ...world.ports.cloudWatch,
    getMetricData: (queries, fromMs, toMs) => {
      asked.push({ queries, fromMs, toMs })
      return metrics(queries, fromMs, toMs)
    },
  }
  wire = await startWire({
    ports: { ...world.ports, cloudWatch },
    cloudMapServices: world.cloudMapServices,
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
  })
})
afterEach(async () => {
  await wire.close()
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
  expect(problems).toEqual([])
})

const settings = () => ({
  endpoint: wire.endpoint,
  credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  maxAttempts: 1,
})

const fetched = (more: Partial<Parameters<typeof historyFromAws>[1]> = {}) =>
  historyFromAws(() => ownAws({ ...settings(), region: 'eu-west-1' }), {
    service: { cluster: 'prod', name: 'checkout' },
    queue: null,
    days: 14,
    save: null,
    words: { capacityPerTask: 50, deadlineSeconds: 1 },
    nowMs,
    ...more,
  })

describe('a history from CloudWatch', () => {
  it('of a service: what its load balancer counted, 0 where nothing came', async () => {
    expect(await fetched()).toMatchObject({
      ok: true,
      histories: [
        {
          mended: [],
          history: {
            name: 'prod/checkout',
            kind: 'web',
            intervalSeconds: 60,
            values: Float64Array.of(6_000, 6_600, 0, 7_200),
            capacityPerTask: 50,
            deadlineSeconds: 1,
            startAtMs: nowMs - 7 * minute,
          },
        },
      ],
    })
    expect(asked[0]?.queries[0]?.expression).toContain('TargetGroup="targetgroup/web/0123456789abcdef"')
    expect(asked[0]).toMatchObject({ fromMs: nowMs - 14 * 86_400_000 - 3 * minute, toMs: nowMs - 3 * minute })
  })

  it('of a queue: what was sent', async () => {
    const found = await fetched({ service: null, queue: 'orders' })
    expect(found).toMatchObject({ ok: true, histories: [{ history: { name: 'orders', kind: 'queue' } }] })
    expect(asked[0]?.queries[0]?.stat?.dimensions).toEqual({ QueueName: 'orders' })
  })

  it('is kept where it is asked to be', async () => {
    await fetched({ save: join(folder, 'checkout.csv') })
    const text = readFileSync(join(folder, 'checkout.csv'), 'utf8')
    expect(text).toContain('# trace: prod/checkout\n')
    expect(text).toMatch(/timestamp_s,value\n0,6000\n60,6600\n120,0\n180,7200\n$/)
  })

  it.each<
    [what: string, more: Parameters<typeof fetched>[0], answer: typeof metrics | null, sentence: string]
  >([
    [
      'no such service',
      { service: { cluster: 'prod', name: 'chekout' } },
      null,
      'there is no service chekout in cluster prod.',
    ],
    ['no such cluster', { service: { cluster: 'prd', name: 'checkout' } }, null, 'there is no cluster prd.'],
    [
      'no target group',
      { service: { cluster: 'prod', name: 'worker' } },
      null,
      'service prod/worker is behind no target group, so nobody counts its requests. If it works off a queue, name it with --queue.',
    ],
    [
      'no points of a service',
      {},
      async () => answered([minutes()]),
      "CloudWatch has no RequestCount of the service's target groups in the last 14 days: no requests came, or the load balancer is no Application Load Balancer.",
    ],
    [
      'no points of a queue',
      { service: null, queue: 'orders', days: 1 },
      async () => answered([minutes()]),
      'CloudWatch has no NumberOfMessagesSent of queue orders in the last day: no such queue in this Region, or nothing was sent.',
    ],
    [
      'no right',
      {},
      async () => refused('cloudwatch:GetMetricData', 'denied', 'User: x is not authorized.'),
      'AWS did not answer cloudwatch:GetMetricData (denied): User: x is not authorized.',
    ],
    [
      'half an answer',
      {},
      async () => answered([{ ...minutes(1, 2), status: 'InternalError' }]),
      'CloudWatch gave only a part of the history (InternalError). Try again, or ask for fewer days.',
    ],
  ])('%s', async (_, more, answer, sentence) => {
    if (answer) metrics = answer
    expect(await fetched(more)).toEqual({ ok: false, problems: [sentence] })
  })

  it('needs a Region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'))
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'none'))
    const found = await historyFromAws(() => ownAws(settings()), {
      service: { cluster: 'prod', name: 'checkout' },
      queue: null,
      days: 14,
      save: null,
      words: { capacityPerTask: 50, deadlineSeconds: 1 },
      nowMs,
    })
    expect(found).toEqual({
      ok: false,
      problems: ['no AWS Region is set. Set AWS_REGION, or a region in ~/.aws/config.'],
    })
  })
})
