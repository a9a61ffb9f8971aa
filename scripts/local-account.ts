import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { minute, systemClock } from '../src/model/time.ts'
import type { LocalAws } from './local-aws.ts'

/** What is in that account: the clusters, services, tasks and alarms that longshore.yml and events/ speak of. */
export interface LocalAccount {
  /** ARN of a thumbnailer that runs on Spot and lives. */
  thumbnailer: string
  cloudMapServiceId: string
}

const latency = {
  namespace: 'Shop',
  metricName: 'LatencyP99',
  dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
}

const cpu = { ...latency, namespace: 'AWS/ECS', metricName: 'CPUUtilization' }

/** `untilMs`: how far the world has come; default is the present. */
export function furnishAccount({ world }: LocalAws, untilMs = systemClock.now()): LocalAccount {
  const now = systemClock.now()
  world.createCluster('prod')
  world.createNamespace('jobs.internal', 'private-dns')
  const cloudMapServiceId = world.createCloudMapService('jobs.internal', 'thumbnailer', ['A', 'SRV'])
  for (const [family, image] of [
    ['checkout', 'checkout:88'],
    ['thumbnailer', 'thumbnailer:12'],
    ['etl-nightly', 'etl:41'],
  ] as const)
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image }] })
  world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'checkout', desiredCount: 4 })
  world.createMetricAlarm({
    ...latency,
    alarmName: 'checkout-p99-high',
    statistic: 'p99',
    operator: 'GreaterThanThreshold',
    threshold: 800,
    evaluationPeriods: 2,
  })
  world.createMetricAlarm({
    ...cpu,
    alarmName: 'checkout-cpu-low',
    statistic: 'Average',
    operator: 'LessThanThreshold',
    threshold: 30,
    evaluationPeriods: 3,
  })
  const thumbnailer = world.runTask({
    cluster: 'prod',
    taskDefinition: 'thumbnailer',
    capacityProvider: 'FARGATE_SPOT',
    network: {
      subnets: ['subnet-0a1b2c3d4e5f60718'],
      securityGroups: ['sg-0f1e2d3c4b5a69780'],
      assignPublicIp: 'DISABLED',
    },
  })
  // For ten minutes the latency is 510 ms above the alarm's threshold.
  for (let atMs = now - 10 * minute; atMs < now; atMs += minute) {
    world.putMetric(latency, 1_310, atMs)
    world.putMetric(cpu, 60, atMs)
  }
  world.runUntil(untilMs)
  return { thumbnailer, cloudMapServiceId }
}

/** The line of the journal that a stream record tells of, as it stands in the table. */
export async function putStreamed(
  { client, tableName }: LocalAws,
  event: { Records: { dynamodb: { NewImage: unknown } }[] },
): Promise<void> {
  for (const { dynamodb } of event.Records)
    await client.send(
      new PutItemCommand({ TableName: tableName, Item: dynamodb.NewImage as Record<string, { S: string }> }),
    )
}
