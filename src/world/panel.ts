import type { CapacityProviderStrategy } from '../model/capacity-provider-strategy.ts'
import type { Ports } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'
import type { Alarms } from './alarms.ts'
import type { CloudMapWorld } from './cloud-map.ts'
import type { Fleet } from './container-instances.ts'
import type { ContainerLogs } from './container-logs.ts'
import type { FargateProvider, Fate } from './ecs-records.ts'
import type { ServiceParameters } from './ecs-services.ts'
import type { EventListener } from './events.ts'
import type { Faults } from './failures.ts'
import type { Finer } from './load.ts'
import type { MessageQueues } from './message-queues.ts'
import type { LookListener, SlackWorld } from './messages.ts'
import type { MetricName } from './metrics.ts'
import type { Placement } from './placement.ts'
import type { Registry } from './registry.ts'
import type { RunTaskParameters } from './run-task.ts'
import type { StopCauseName } from './stop-causes.ts'
import type { TaskDefinitionParameters } from './task-definitions.ts'
import type { Timeline } from './timeline.ts'

/** The side of `Ports` that AWS and Slack stand on. */
export type WorldPorts = Omit<Ports, 'store' | 'metrics' | 'log'>

/**
 * A small deterministic AWS account on virtual time. The same seed and the same calls give the same events, byte for byte.
 * Verbs of its control panel throw on what the caller got wrong: they are the story's author, not Longshore.
 */
export interface World
  extends Pick<Faults, 'failNext'>,
    Pick<Placement, 'noCapacity'>,
    Fleet,
    Pick<Registry, 'pushImage' | 'deleteImage' | 'cacheRegistry'>,
    Pick<ContainerLogs, 'writeLog'>,
    Pick<Alarms, 'createMetricAlarm' | 'createCompositeAlarm' | 'deleteAlarm'> {
  clock: Clock
  /** To plan things of one's own in the same order of time. */
  timeline: Timeline
  ports: WorldPorts
  slack: SlackWorld
  advance(ms: number): void
  runUntil(atMs: number): void
  /** When something happens next; null when nothing is planned. */
  nextAtMs(): number | null
  onEvent(listener: EventListener): () => void
  onLook(listener: LookListener): () => void

  /** `fargateProviders`: those that are associated with it; both by default. */
  createCluster(name: string, fargateProviders?: FargateProvider[]): string
  /** Answers the ARN of the new revision. */
  registerTaskDefinition(parameters: TaskDefinitionParameters): string
  /** To INACTIVE. */
  deregisterTaskDefinition(arn: string): void
  /** Every task of this revision that starts from now on ends so; null = lives. */
  setFate(taskDefinition: string, fate: Fate | null): void
  /** Answers the service's ARN. */
  createService(parameters: ServiceParameters): string
  /** UpdateService by the owner with a task definition. */
  deploy(service: string, taskDefinition: string): void
  /** UpdateService by somebody else with a strategy. */
  setCapacityProviders(service: string, strategy: CapacityProviderStrategy): void
  /** UpdateService by somebody else with a desired count. */
  setDesiredCount(service: string, desiredCount: number): void
  /** DeleteService with `force`, by the owner. */
  deleteService(service: string): void
  /** RunTask by the owner. Answers the task's ARN. */
  runTask(parameters: RunTaskParameters): string
  /** StopTask by the owner. */
  stopTask(task: string, reason?: string): void
  killTask(task: string, how: StopCauseName): void
  /** Two minutes' warning, then the end. */
  interruptSpot(task: string): void
  /** AWS Health's notice that it will stop these tasks (ARNs, or `cluster|service`) from then on. It does not stop them. */
  announceRetirement(affected: string[], atMs: number): void
  setContainerHealth(task: string, container: string, health: 'HEALTHY' | 'UNHEALTHY'): void
  /** Tasks of the cluster that start from now on get a GuardDuty agent, or none. */
  injectSidecar(cluster: string, inject?: boolean): void
  /** See load.ts. */
  load(service: string, requestsPerSecond: number, capacityPerTask?: number): void
  refineMetrics(service: string, finer: Finer): void
  /** Whether the metrics of a service under load are published. */
  silenceMetrics(service: string, silent: boolean): void
  putMetric(metric: MetricName, value: number, atMs?: number): void
  /** See message-queues.ts. */
  createQueue: MessageQueues['create']
  deleteQueue: MessageQueues['delete']
  sendMessages: MessageQueues['send']
  receiveMessages: MessageQueues['receive']
  sendSteadily: MessageQueues['sendSteadily']
  workQueue(queue: string, service: string, messagesPerSecondPerTask: number, inFlightPerTask?: number): void
  queueNames: MessageQueues['names']
  setAlarmState: Alarms['setState']
  muteAlarm: Alarms['mute']
  createNamespace: CloudMapWorld['createNamespace']
  createCloudMapService: CloudMapWorld['createCloudMapService']
  failNextOperation: CloudMapWorld['failNextOperation']
  cloudMapServices: CloudMapWorld['cloudMapServices']
}
