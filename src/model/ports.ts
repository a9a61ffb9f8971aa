import type { Alarm, MetricQuery, MetricSeries } from './alarm.ts'
import type { CloudMap } from './cloud-map.ts'
import type { Intent, JournalEntry } from './decision.ts'
import type { Images } from './image.ts'
import type { LaunchSpec, TaskOverride } from './launch-spec.ts'
import type { Logs } from './logs.ts'
import type { Memory } from './memory.ts'
import type { Queues } from './queues.ts'
import type { Answer } from './reading.ts'
import type { RevisionImage, Service, ServiceDeployment } from './service.ts'
import type { Evidence, KeptEvidence, KeptStop } from './signal.ts'
import type { Lease, TargetState } from './state.ts'
import type { Target } from './target.ts'
import type { Task } from './task.ts'
import type { TaskDefinition } from './task-definition.ts'
import type { Log, Metrics } from './telemetry.ts'
import type { Clock } from './time.ts'

export { type NetworkMode, networkModes, type TaskDefinition } from './task-definition.ts'
export type { Log, MetricDatum, Metrics } from './telemetry.ts'

/** The outside world, as far as Longshore touches it. `adapters/` talks to AWS, `world/` is the same in memory. Paging and batch limits are the port's business. */
export interface Ports {
  clock: Clock
  ids: Ids
  ecs: Ecs
  ec2: Ec2
  cloudWatch: CloudWatch
  cloudMap: CloudMap
  queues: Queues
  images: Images
  logs: Logs
  store: Store
  queue: Queue
  slack: Slack
  metrics: Metrics
  log: Log
}

/** Fresh identifiers, sortable by time, charset `[0-9a-z]`. Deterministic in the world. */
export interface Ids {
  next(): string
}

export interface Ecs {
  /** Any number of names; asked by ten (DescribeServices). Tags included. */
  describeServices(
    cluster: string,
    names: string[],
  ): Promise<Answer<{ services: Service[]; missing: string[] }>>
  /** Any number of task ids or ARNs; asked by a hundred (DescribeTasks). Stopped tasks are known for at least an hour. */
  describeTasks(
    cluster: string,
    tasks: string[],
  ): Promise<Answer<{ tasks: DescribedTask[]; missing: string[] }>>
  /** ARNs. `service` is a name. `startedBy` stands alone. `desiredStatus` defaults to RUNNING, as in AWS. */
  listTasks(
    cluster: string,
    filter: {
      family?: string
      startedBy?: string
      service?: string
      /** Id or ARN of the machine. */
      containerInstance?: string
      desiredStatus?: 'RUNNING' | 'STOPPED'
    },
  ): Promise<Answer<string[]>>
  describeTaskDefinition(arn: string): Promise<Answer<TaskDefinition>>
  /** The machines of a cluster, by ARN, with their health; asked by a hundred (DescribeContainerInstances). */
  describeContainerInstances(
    cluster: string,
    arns: string[],
  ): Promise<Answer<{ instances: ContainerInstance[]; missing: string[] }>>
  /** Changes production. Sends nothing but the desired count. */
  updateService(change: { cluster: string; service: string; desiredCount: number }): Promise<Answer<Service>>
  /** Deployments of a service that have not ended. ECS's own controller only. */
  ongoingDeployments(cluster: string, service: string): Promise<Answer<ServiceDeployment[]>>
  /** Images of the service revision that a roll-back of this deployment goes back to, as resolved then; null: none, or not sure which. */
  imagesBehind(serviceDeploymentArn: string): Promise<Answer<RevisionImage[] | null>>
  /** Changes production. Rolls an ongoing deployment back; once more is no failure. `conflict` or `not-found`: it has ended. */
  stopDeployment(serviceDeploymentArn: string): Promise<Answer<void>>
  /** Changes production. Sends nothing but the task definition; the one that is deployed already changes nothing. */
  rollBackService(change: {
    cluster: string
    service: string
    taskDefinition: string
  }): Promise<Answer<Service>>
  /** Changes production. Runs one task. `conflict` names the tasks that the same token already started: a success. */
  runTask(request: RunTaskRequest): Promise<Answer<RunTaskResult>>
  /** Changes production. `reason` comes back as `stoppedReason`. One that has stopped is stopped again without an error. */
  stopTask(stop: StopTaskRequest): Promise<Answer<void>>
}

/** A task as DescribeTasks tells it: with tags and with overrides (which may hold secrets). */
export interface DescribedTask extends Task {
  tags: Record<string, string>
  overrides: TaskOverride
}

export interface ContainerInstance {
  containerInstanceArn: string
  /** `i-…`; of ECS Anywhere `mi-…`, which EC2 does not know. Null when not told. */
  ec2InstanceId: string | null
  /** `ACTIVE`, `DRAINING`, `DEREGISTERING`, `INACTIVE`, …; null when not told. */
  status: string | null
  agentConnected: boolean | null
  /** `OK`, `IMPAIRED`, `INSUFFICIENT_DATA` or `INITIALIZING`; null where ECS checks nothing. */
  health: string | null
}

export interface RunTaskRequest {
  spec: LaunchSpec
  startedBy: string
  clientToken: string
}

export interface StopTaskRequest {
  cluster: string
  /** Id or ARN. */
  task: string
  /** At most 1,024 characters. */
  reason: string
}

export interface RunTaskResult {
  taskArns: string[]
  /** A 200 answer with failures and no tasks is the normal form of failure. */
  failures: { reason: string; detail: string | null }[]
}

export interface Ec2 {
  /** Security groups and public address of living network interfaces; those that are gone are left out. */
  describeNetworkInterfaces(ids: string[]): Promise<Answer<NetworkInterface[]>>
  /** Addresses of EC2 instances; those that are not known are left out. */
  describeInstances(ids: string[]): Promise<Answer<Ec2Instance[]>>
}

export interface Ec2Instance {
  instanceId: string
  /** Of the primary network interface. */
  privateIpv4: string | null
  ipv6: string | null
}

export interface NetworkInterface {
  networkInterfaceId: string
  subnetId: string | null
  securityGroups: string[]
  hasPublicIp: boolean
}

export interface CloudWatch {
  /** Alarms that do not exist are left out. Metric and composite alarms. */
  describeAlarms(names: string[]): Promise<Answer<Alarm[]>>
  /** Series of the queries with `returnData`, oldest point first; asked by five hundred. */
  getMetricData(queries: MetricQuery[], fromMs: number, toMs: number): Promise<Answer<MetricSeries[]>>
}

/** Durable state, ledger, journal and outbox. One contract suite, several stores. */
export interface Store {
  /** Keeps the evidence if it is newer than what is kept under its key. `duplicate`: the same version is kept; `stale`: a newer one is. */
  keepEvidence(target: Target, evidence: Evidence): Promise<Answer<'new' | 'duplicate' | 'stale'>>
  /** Something happened: generation + 1, keys into the inbox, due now. Creates the state when there is none. */
  mark(target: Target, keys: string[], nowMs: number): Promise<Answer<void>>
  /** Creates a state that is due now, when there is none. True if it did. */
  ensure(target: Target, nowMs: number): Promise<Answer<boolean>>
  /** Takes the lease when nobody holds it; null when somebody does. The state is as of the acquire. */
  acquire(
    target: Target,
    owner: string,
    nowMs: number,
    leaseMs: number,
  ): Promise<Answer<{ lease: Lease; state: TargetState } | null>>
  /** Reads the state without a lease; null when there is none. */
  read(target: Target): Promise<Answer<TargetState | null>>
  /** Writes under the lease, in one condition on its epoch. False: fenced off, nothing was written. */
  record(
    lease: Lease,
    change: { intents: Intent[]; memory: Memory; settled: string[] },
  ): Promise<Answer<boolean>>
  /** Gives the lease back. `marked`: something happened meanwhile, the lease is kept and carries the new generation. `fenced`: it is someone else's. */
  release(
    lease: Lease,
    end: { nextLookAtMs: number | null; failures: number },
  ): Promise<
    Answer<{ end: 'released' } | { end: 'marked'; lease: Lease; state: TargetState } | { end: 'fenced' }>
  >
  evidence(target: Target, keys: string[]): Promise<Answer<KeptEvidence[]>>
  /** Marks evidence as dealt with for good, so that a late duplicate finds its answer. Idempotent. */
  settleEvidence(target: Target, key: string, resolution: string, nowMs: number): Promise<Answer<void>>
  /** Tasks whose stop began or ended at `sinceMs` or later (`stopTimeOf`), newest first. */
  stops(target: Target, sinceMs: number, limit: number): Promise<Answer<KeptStop[]>>
  /** Overwrites; encrypted at rest, never in the stream's notices. */
  keepLaunchSpec(target: Target, spec: LaunchSpec): Promise<Answer<void>>
  launchSpecs(target: Target, taskIds: string[]): Promise<Answer<LaunchSpec[]>>
  /** Adds a line if its id is new; a second time is a success that changes nothing. Lines with `tell` are in the outbox. */
  writeJournal(entry: JournalEntry): Promise<Answer<void>>
  /** Lines of `sinceMs` (default: ever) or later, newest first. */
  readJournal(target: Target, limit: number, sinceMs?: number): Promise<Answer<JournalEntry[]>>
  /** Takes a notice out of the outbox for sending, until `untilMs`; null when it is sent, given up, claimed or unknown. */
  claimNotice(target: Target, entryId: string, nowMs: number, untilMs: number): Promise<Answer<Notice | null>>
  /** `sent` with Slack's `ts`; `retry` not before `atMs`; `given-up` with the reason. */
  finishNotice(
    target: Target,
    entryId: string,
    end:
      | { end: 'sent'; ts: string | null }
      | { end: 'retry'; atMs: number }
      | { end: 'given-up'; why: string },
  ): Promise<Answer<void>>
  /** Touches a notice that is due again, so that the table's stream brings it to the notifier. */
  wakeNotice(target: Target, entryId: string, nowMs: number): Promise<Answer<void>>
  /** Targets to look at and notices to send, due at `nowMs`, oldest first. A hint: acquire and claim decide. */
  due(
    nowMs: number,
    limit: number,
  ): Promise<Answer<{ targets: Target[]; notices: { target: Target; entryId: string }[] }>>
}

export interface Notice {
  entry: JournalEntry
  /** Sending attempts before this one. */
  attempts: number
}

/** Wake-ups to our own workers. At least once, unordered; delays up to 900 s. */
export interface Queue {
  look(looks: { target: Target; delaySeconds: number }[]): Promise<Answer<void>>
}

export interface Slack {
  /** `ts` is null for webhooks. `throttled` carries `retryAfterMs`. */
  post(message: SlackMessage): Promise<Answer<{ ts: string | null }>>
}

/** `text` is the notification and what screen readers speak; `blocks` is Slack's Block Kit. */
export interface SlackMessage {
  channel: string | null
  text: string
  blocks: Record<string, unknown>[]
}
