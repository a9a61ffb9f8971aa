import { readFileSync } from 'node:fs'
import { createAwsPorts } from './adapters/aws.ts'
import { dynamodbStore } from './adapters/dynamodb-store.ts'
import { randomIds } from './adapters/ids.ts'
import { jsonLog, type LogLevel } from './adapters/log.ts'
import { embeddedMetrics } from './adapters/metrics.ts'
import type { AwsSettings } from './adapters/settings.ts'
import { slackAdapter } from './adapters/slack.ts'
import { createQueue } from './adapters/sqs.ts'
import { createParameters } from './adapters/ssm.ts'
import { second, systemClock } from './model/time.ts'
import type { Policy } from './policy/policy.ts'
import type { Landing } from './reconcile/reconcile.ts'

/**
 * Everything is built here, once per sandbox, and only here the environment is read.
 * One builder per door, so that a bundle holds just the clients its function may use.
 */

/** Lambda kills at the timeout; the rest is clock skew. */
const leaseReserveMs = 5 * second

const required = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new Error(`the environment variable ${name} is not set; serverless.yml sets it`)
  return value
}

function ground() {
  const clock = systemClock
  const stage = process.env.LONGSHORE_STAGE ?? 'dev'
  const level = (process.env.LONGSHORE_LOG_LEVEL ?? 'INFO') as LogLevel
  const aws: AwsSettings = {
    region: required('AWS_REGION'),
    ...(process.env.AWS_ENDPOINT_URL ? { endpoint: process.env.AWS_ENDPOINT_URL } : {}),
  }
  return {
    clock,
    aws,
    log: jsonLog({ level, stage }),
    metrics: embeddedMetrics({ stage, clock }),
    policy: bundledPolicy(),
    store: dynamodbStore(aws, { tableName: required('LONGSHORE_TABLE'), clock }),
  }
}

/** Checked when it was packaged; travels beside the code, so that both roll back together. */
const bundledPolicy = (): Policy => JSON.parse(readFileSync(new URL('policy.json', import.meta.url), 'utf8'))

const queueUrls = () => ({
  services: required('LONGSHORE_SERVICES_QUEUE_URL'),
  tasks: required('LONGSHORE_TASKS_QUEUE_URL'),
})

/** For `service` and `task`. */
export function workerApp() {
  const { clock, aws, log, metrics, policy, store } = ground()
  const { parameters: _, ...ports } = createAwsPorts({ ...aws, queueUrls: queueUrls(), clock })
  const leaseMs = Number(required('LONGSHORE_TIMEOUT_SECONDS')) * second + leaseReserveMs
  const landing = (timeLeftMs: () => number): Landing => ({
    ports: { ...ports, clock, ids: randomIds(clock), log, metrics, store },
    policy,
    leaseMs,
    timeLeftMs,
    random: Math.random,
  })
  return { landing, flush: metrics.flush }
}

export function tickApp() {
  const { clock, aws, log, metrics, policy, store } = ground()
  return {
    ports: { clock, log, metrics, store, queue: createQueue(aws, queueUrls()) },
    policy,
    flush: metrics.flush,
  }
}

export function notifyApp() {
  const { clock, aws, log, metrics, policy, store } = ground()
  const parameters = createParameters(aws, clock)
  const secret = policy.slack?.tokenParameter ?? policy.slack?.webhookParameter ?? ''
  const slack = slackAdapter({
    kind: policy.slack?.webhookParameter ? 'webhook' : 'token',
    secret: () => parameters.get(secret),
    clock,
  })
  return { ports: { clock, log, metrics, store, slack }, slackPolicy: policy.slack, flush: metrics.flush }
}
