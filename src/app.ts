import { readFileSync } from 'node:fs'
import { createCloudMap } from './adapters/cloud-map.ts'
import { createCloudWatch } from './adapters/cloudwatch.ts'
import { dynamodbStore } from './adapters/dynamodb-store.ts'
import { createEc2 } from './adapters/ec2.ts'
import { createImages } from './adapters/ecr.ts'
import { createEcs } from './adapters/ecs.ts'
import { randomIds } from './adapters/ids.ts'
import { jsonLog, type LogLevel } from './adapters/log.ts'
import { createLogs } from './adapters/logs.ts'
import { embeddedMetrics } from './adapters/metrics.ts'
import type { AwsSettings } from './adapters/settings.ts'
import { slackAdapter } from './adapters/slack.ts'
import { createQueue } from './adapters/sqs.ts'
import { createQueues } from './adapters/sqs-depth.ts'
import { createParameters } from './adapters/ssm.ts'
import type { CloudMap } from './model/cloud-map.ts'
import type { Logs } from './model/logs.ts'
import type { CloudWatch, Ec2 } from './model/ports.ts'
import type { Queues } from './model/queues.ts'
import { type Answer, refused } from './model/reading.ts'
import type { Target } from './model/target.ts'
import { second, systemClock } from './model/time.ts'
import type { Policy } from './policy/policy.ts'
import type { Landing, WorkerPorts } from './reconcile/landing.ts'

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
  // Another face of AWS is the SDK's own business: it reads AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_DYNAMODB.
  const aws: AwsSettings = { region: required('AWS_REGION') }
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

/** Says no where AWS would: a message that strayed into the wrong queue asks for what the other worker may. */
const notOurs = (operation: string) => async (): Promise<Answer<never>> =>
  refused(operation, 'denied', 'this function has no right to it')

const noEc2: Ec2 = {
  describeNetworkInterfaces: notOurs('ec2:DescribeNetworkInterfaces'),
  describeInstances: notOurs('ec2:DescribeInstances'),
}

const noCloudMap: CloudMap = {
  findService: notOurs('servicediscovery:ListServices'),
  listInstances: notOurs('servicediscovery:ListInstances'),
  registerInstance: notOurs('servicediscovery:RegisterInstance'),
  deregisterInstance: notOurs('servicediscovery:DeregisterInstance'),
  instancesHealth: notOurs('servicediscovery:GetInstancesHealthStatus'),
  setInstanceHealth: notOurs('servicediscovery:UpdateInstanceCustomHealthStatus'),
  getOperation: notOurs('servicediscovery:GetOperation'),
}

const noCloudWatch: CloudWatch = {
  describeAlarms: notOurs('cloudwatch:DescribeAlarms'),
  getMetricData: notOurs('cloudwatch:GetMetricData'),
}

const noLogs: Logs = { lastLines: notOurs('logs:GetLogEvents') }

const noQueues: Queues = { depth: notOurs('sqs:GetQueueAttributes') }

export const serviceApp = () =>
  workerApp('service', aws => ({
    cloudWatch: createCloudWatch(aws),
    queues: createQueues(aws),
    logs: createLogs(aws),
    ec2: noEc2,
    cloudMap: noCloudMap,
  }))

export const taskApp = () =>
  workerApp('family', aws => ({
    cloudWatch: noCloudWatch,
    queues: noQueues,
    logs: noLogs,
    ec2: createEc2(aws),
    cloudMap: createCloudMap(aws),
  }))

type OwnPorts = Pick<WorkerPorts, 'cloudWatch' | 'queues' | 'logs' | 'ec2' | 'cloudMap'>

function workerApp(serves: Target['kind'], own: (aws: AwsSettings) => OwnPorts) {
  const { clock, aws, log, metrics, policy, store } = ground()
  const ports: WorkerPorts = {
    ...own(aws),
    ecs: createEcs(aws),
    images: createImages(aws),
    queue: createQueue(aws, queueUrls()),
    clock,
    ids: randomIds(clock),
    log,
    metrics,
    store,
  }
  const leaseMs = Number(required('LONGSHORE_TIMEOUT_SECONDS')) * second + leaseReserveMs
  const landing = (timeLeftMs: () => number): Landing => ({
    ports,
    policy,
    serves,
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
    baseUrl: required('LONGSHORE_SLACK_URL'),
    clock,
  })
  return { ports: { clock, log, metrics, store, slack }, slackPolicy: policy.slack, flush: metrics.flush }
}
