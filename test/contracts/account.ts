import type { AlarmState } from '../../src/model/alarm.ts'
import type { CapacityProviderStrategy } from '../../src/model/capacity-provider-strategy.ts'
import type { TaskOverride } from '../../src/model/launch-spec.ts'
import type { FailureCode } from '../../src/model/reading.ts'
import type { RollsBack } from '../../src/model/service.ts'
import type { Operation } from '../../src/world/failures.ts'

/** At once in the world; over its API where an emulator is the account. */
type Soon<T> = T | Promise<T>

/** What a task definition may say of a container. Amounts in CPU units and MiB. */
export interface TestContainer {
  /** `app:1`, unless said otherwise. */
  image?: string
  cpu?: number
  memory: number
  memoryReservation?: number
  environment?: Record<string, string>
  secrets?: Record<string, string>
  command?: string[]
  log?: { group: string; prefix: string }
}

/** An ACTIVE service, on Fargate where it is no DAEMON. */
export interface TestService {
  cluster: string
  name: string
  desiredCount: number
  /** The first revision of a family of its name, unless said otherwise. */
  taskDefinition?: string
  /** REPLICA unless said otherwise. */
  strategy?: 'REPLICA' | 'DAEMON'
  /** ECS's own unless said otherwise. */
  controller?: 'CODE_DEPLOY'
  /** Instead of a launch type. */
  capacityProviders?: CapacityProviderStrategy
  /** Neither, unless said otherwise. */
  rollsBack?: RollsBack
  tags?: Record<string, string>
}

/** The account behind a contract: what a suite puts in, in as few words as it needs. */
export interface Account {
  /** Twelve digits. */
  id: string
  /** A full minute: in the world now, else the one that was begun when the account was made. */
  nowMs: number
  /** Associated with both Fargate providers, unless said otherwise. */
  addCluster(name: string, capacityProviders?: ('FARGATE' | 'FARGATE_SPOT')[]): Soon<void>
  addService(service: TestService): Soon<void>
  /** The first revision, with one essential container `app` of image `app:1`. Answers its ARN. */
  addTaskDefinition(family: string): Soon<string>
  /** The next revision, with such a container `app`. Answers its ARN. */
  addRevision(family: string, container: TestContainer): Soon<string>
  /** To INACTIVE, and still described. */
  deregister(taskDefinitionArn: string): Soon<void>
  /** A standalone task of a known family that is RUNNING. Answers its ARN. */
  addTask(task: {
    cluster: string
    family: string
    startedBy?: string
    tags?: Record<string, string>
    overrides?: TaskOverride
  }): Soon<string>
  /** To STOPPED, and still described. */
  stopTask(taskArn: string): Soon<void>
  /** From now on RunTask places nothing. */
  refusePlacement(reason: string): Soon<void>
  /** Answers its id, and so do the two below. */
  addSubnet(): Soon<string>
  addSecurityGroup(): Soon<string>
  /** The interface of a running task. */
  addNetworkInterface(network: { subnet: string; securityGroups: string[]; isPublic: boolean }): Soon<string>
  /** A machine of the cluster that runs and is registered with ECS. */
  addContainerInstance(cluster: string): Soon<{ containerInstanceArn: string; instanceId: string }>
  /** On the sum of a metric that `addMetric` made, over three minutes of which two must be above the threshold. */
  addMetricAlarm(alarm: { name: string; metricName: string; threshold: number }): Soon<void>
  /** In ALARM while the other one is. */
  addCompositeAlarm(alarm: { name: string; of: string }): Soon<void>
  /** Answers when it changed: not before, not after. */
  setAlarm(name: string, state: AlarmState): Soon<{ fromMs: number; toMs: number }>
  /** A metric of namespace `Test` with a dimension, one value a minute, the newest now. */
  addMetric(metricName: string, values: number[]): Soon<void>
  /** Names ending in `.fifo` are FIFO queues. */
  addQueue(name: string): Soon<void>
  /** To a standard queue with a delay, if one is wanted. */
  sendMessages(queue: string, count: number, delaySeconds?: number): Soon<void>
  /** Somebody receives so many and deletes none. */
  receiveMessages(queue: string, count: number): Soon<void>
  /** `<registry>/<repository>:<tag>`, as a container names it. */
  imageName(repository: string, tag: string): string
  /** A new image under this tag of a repository of the account's registry. Answers its digest. */
  pushImage(repository: string, tag: string): Soon<string>
  /** By its tag or its digest. */
  deleteImage(repository: string, by: { tag: string } | { digest: string }): Soon<void>
  /** Into a stream of CloudWatch Logs, which may be there or not. */
  writeLog(group: string, stream: string, lines: string[]): Soon<void>
  /** `http` or the record types of a private DNS namespace. Answers the service's id. */
  addCloudMapService(
    namespace: string,
    service: string,
    records: string[] | 'http',
    health?: 'custom',
  ): Soon<string>
  /** All Cloud Map operations and deployments under way come to their end. */
  settle(): Soon<void>
  /** The next call of the operation fails so. */
  failNext(operation: Operation, code: FailureCode): Soon<void>
}

export const testDimensions = { Stage: 'prod' }
