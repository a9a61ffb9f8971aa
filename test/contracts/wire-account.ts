import type { AlarmState } from '../../src/model/alarm.ts'
import { lastSegment } from '../../src/model/arn.ts'
import type { TaskOverride } from '../../src/model/launch-spec.ts'
import type { FailureCode } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import type { Operation } from '../../src/world/failures.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** The world as the account behind a contract: what a suite puts in, in as few words as it needs. */
export interface Account extends Pick<World, 'ports' | 'cloudMapServices'> {
  addCluster(name: string): void
  /** An ACTIVE service, REPLICA unless said otherwise. */
  addService(service: {
    cluster: string
    name: string
    desiredCount: number
    strategy?: 'REPLICA' | 'DAEMON'
    tags?: Record<string, string>
  }): void
  /** The first revision, with one essential container `app` of image `app:1`. Answers its ARN. */
  addTaskDefinition(family: string): string
  /** A standalone task of a known family that is RUNNING. Answers its ARN. */
  addTask(task: {
    cluster: string
    family: string
    startedBy?: string
    tags?: Record<string, string>
    overrides?: TaskOverride
  }): string
  /** To STOPPED, and still described. */
  stopTask(taskArn: string): void
  /** From now on RunTask places nothing. */
  refusePlacement(reason: string): void
  /** The interface of a running task. Answers its id. */
  addNetworkInterface(network: {
    subnet: string
    securityGroups: string[]
    isPublic: boolean
  }): Promise<string>
  /** On the sum of a metric that `addMetric` made, over three minutes of which two must be above the threshold. */
  addMetricAlarm(alarm: { name: string; metricName: string; threshold: number }): void
  /** In ALARM while the other one is. */
  addCompositeAlarm(alarm: { name: string; of: string }): void
  setAlarm(name: string, state: AlarmState): void
  /** A metric of namespace `Test` with a dimension, one value a minute, the newest now. */
  addMetric(metricName: string, values: number[]): void
  /** `http` or the record types of a private DNS namespace. Answers the service's id. */
  addCloudMapService(namespace: string, service: string, records: string[] | 'http'): string
  /** All Cloud Map operations under way come to their end. */
  settle(): void
  /** The next call of the operation fails so. */
  failNext(operation: Operation, code: FailureCode): void
}

/** 2026-11-23T08:46:00Z, a full minute. */
export const startAtMs = 1_795_423_560_000

export const testDimensions = { Stage: 'prod' }

/** As long as a task or an operation may take. */
const awhileMs = 5 * minute

export function createAccount(): Account {
  const world = createWorld({ seed: 1, startAtMs })
  const namespaces = new Set<string>()

  const addTaskDefinition = (family: string): string =>
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image: 'app:1' }] })

  return {
    ports: world.ports,
    cloudMapServices: world.cloudMapServices,
    addCluster: world.createCluster,
    addService: ({ cluster, name, desiredCount, strategy = 'REPLICA', tags = {} }) => {
      addTaskDefinition(name)
      world.createService({
        cluster,
        name,
        taskDefinition: name,
        schedulingStrategy: strategy,
        tags,
        ...(strategy === 'REPLICA' ? { desiredCount } : {}),
      })
    },
    addTaskDefinition,
    addTask: ({ family, ...task }) => {
      const arn = world.runTask({ ...task, taskDefinition: family, network })
      world.advance(awhileMs)
      return arn
    },
    stopTask: arn => {
      world.stopTask(arn)
      world.advance(awhileMs)
    },
    refusePlacement: reason => world.noCapacity(reason, null),
    addNetworkInterface: async ({ subnet, securityGroups, isPublic }) => {
      if (!(await world.ports.ecs.listTasks('networks', {})).ok) {
        world.createCluster('networks')
        addTaskDefinition('networked')
      }
      const arn = world.runTask({
        cluster: 'networks',
        taskDefinition: 'networked',
        network: {
          subnets: [subnet],
          securityGroups,
          assignPublicIp: isPublic ? 'ENABLED' : 'DISABLED',
        },
      })
      world.advance(awhileMs)
      const answer = await world.ports.ecs.describeTasks('networks', [lastSegment(arn)])
      const id = answer.ok ? answer.value.tasks[0]?.networkInterface?.id : undefined
      if (id === undefined) throw new Error(`${arn} has no network interface`)
      return id
    },
    addMetricAlarm: ({ name, metricName, threshold }) =>
      world.createMetricAlarm({
        alarmName: name,
        namespace: 'Test',
        metricName,
        dimensions: testDimensions,
        statistic: 'Sum',
        operator: 'GreaterThanThreshold',
        threshold,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
      }),
    addCompositeAlarm: ({ name, of }) =>
      world.createCompositeAlarm({ alarmName: name, rule: `ALARM("${of}")` }),
    setAlarm: (name, state) => world.setAlarmState(name, state, 'the test says so'),
    addMetric: (metricName, values) => {
      const now = world.clock.now()
      for (const [index, value] of values.entries())
        world.putMetric(
          { namespace: 'Test', metricName, dimensions: testDimensions },
          value,
          now - (values.length - 1 - index) * minute,
        )
    },
    addCloudMapService: (namespace, service, records) => {
      if (!namespaces.has(namespace))
        world.createNamespace(namespace, records === 'http' ? 'http' : 'private-dns')
      namespaces.add(namespace)
      return world.createCloudMapService(namespace, service, records === 'http' ? undefined : records)
    },
    settle: () => world.advance(awhileMs),
    failNext: (operation, code) => world.failNext(operation, { code }),
  }
}

const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
