import type { Ports } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'
import { type Alarms, createAlarms } from './alarms.ts'
import { type CloudMapWorld, createCloudMap } from './cloud-map.ts'
import { createFleet, type Fleet } from './container-instances.ts'
import { type ContainerLogs, createContainerLogs } from './container-logs.ts'
import { createEcsPort } from './ecs-port.ts'
import { emptyRecords, type Fate } from './ecs-records.ts'
import { createServices, type ServiceParameters } from './ecs-services.ts'
import { createTasks, spotNoticeMs, stopByUser } from './ecs-tasks.ts'
import { createEventBus, type EventListener } from './events.ts'
import { createFaults, type Faults } from './failures.ts'
import { createIds } from './ids.ts'
import { createLoad, type Finer } from './load.ts'
import { createMessageQueues, type MessageQueues } from './message-queues.ts'
import { createQueue, createSlack, type LookListener, type SlackWorld } from './messages.ts'
import { createMetricStore, type MetricName } from './metrics.ts'
import { clusterArn } from './names.ts'
import { createNetworkInterfaces } from './network-interfaces.ts'
import { createPlacement, type Placement } from './placement.ts'
import { createRandomness } from './randomness.ts'
import { recordsByName } from './records-by-name.ts'
import { createRegistry, type Registry } from './registry.ts'
import { retirementDetail } from './retirement-notice.ts'
import { createRunTask, type RunTaskParameters } from './run-task.ts'
import { createServiceScheduler } from './service-scheduler.ts'
import type { StopCauseName } from './stop-causes.ts'
import { registerTaskDefinition, type TaskDefinitionParameters } from './task-definitions.ts'
import { createTimeline, type Timeline } from './timeline.ts'

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

  createCluster(name: string): string
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

export function createWorld({ seed, startAtMs }: { seed: number; startAtMs: number }): World {
  const timeline = createTimeline(startAtMs)
  const { clock } = timeline
  const randomness = createRandomness(seed)
  const faults = createFaults()
  const records = emptyRecords()
  const events = createEventBus(timeline, randomness.fork('events'))
  const networkInterfaces = createNetworkInterfaces(randomness.fork('network interfaces'), faults)
  const placement = createPlacement(randomness.fork('placement'))
  const registry = createRegistry(faults)
  const containerLogs = createContainerLogs(faults)
  const tasks = createTasks({
    records,
    timeline,
    random: randomness.fork('tasks'),
    events,
    networkInterfaces,
    registry,
    containerLogs,
  })
  const random = randomness.fork('services')
  const scheduler = createServiceScheduler({ records, timeline, random, events, tasks, placement })
  const services = createServices({ records, timeline, random, scheduler, registry })
  const { ec2: machines, ...fleet } = createFleet({
    records,
    timeline,
    random: randomness.fork('fleet'),
    events,
    tasks,
    scheduler,
    faults,
  })
  const runTask = createRunTask({ records, timeline, tasks, placement })
  const metrics = createMetricStore()
  const alarms = createAlarms({ timeline, random: randomness.fork('alarms'), events, metrics, faults })
  const { cloudMap, ...cloudMapPanel } = createCloudMap(timeline, randomness.fork('cloud map'), faults)
  const load = createLoad(timeline, metrics, scheduler)
  const messages = createMessageQueues({ timeline, metrics, scheduler, faults })
  const queue = createQueue(timeline, faults)
  const slack = createSlack(timeline, faults)
  const ecs = createEcsPort({ records, faults, services, scheduler, runTask, tasks })

  const { taskOf, serviceOf, definitionOf } = recordsByName(records)

  return {
    clock,
    timeline,
    slack,
    ports: {
      clock,
      ids: createIds(clock),
      ecs,
      ec2: { ...networkInterfaces.ec2, ...machines },
      cloudWatch: alarms.cloudWatch,
      cloudMap,
      queues: messages.queues,
      images: registry.images,
      logs: containerLogs.logs,
      queue: queue.queue,
      slack,
    },
    advance: ms => timeline.runUntil(clock.now() + ms),
    runUntil: timeline.runUntil,
    nextAtMs: timeline.nextAtMs,
    onEvent: events.onEvent,
    onLook: queue.onLook,
    failNext: faults.failNext,
    noCapacity: placement.noCapacity,
    ...fleet,
    pushImage: registry.pushImage,
    deleteImage: registry.deleteImage,
    cacheRegistry: registry.cacheRegistry,
    writeLog: containerLogs.writeLog,
    ...cloudMapPanel,

    createCluster(name) {
      if (records.clusters.has(name)) throw new Error(`cluster ${name} exists already`)
      records.clusters.set(name, { name, arn: clusterArn(name), instances: [], injectSidecar: false })
      return clusterArn(name)
    },
    registerTaskDefinition(parameters) {
      // Whoever registers it has pushed what it names.
      for (const { image } of parameters.containers) registry.expect(image)
      return registerTaskDefinition(records, parameters).arn
    },
    deregisterTaskDefinition(arn) {
      definitionOf(arn).status = 'INACTIVE'
    },
    setFate(taskDefinition, fate) {
      definitionOf(taskDefinition).fate = fate
    },
    createService: parameters => services.create(parameters).arn,
    deploy: (service, taskDefinition) => services.deploy(serviceOf(service), taskDefinition),
    setDesiredCount(service, desiredCount) {
      const record = serviceOf(service)
      record.desiredCount = desiredCount
      scheduler.wake(record)
    },
    deleteService: service => services.delete(serviceOf(service)),
    runTask(parameters) {
      const answer = runTask(parameters)
      const taskArn = answer.ok ? answer.value.taskArns[0] : undefined
      if (taskArn) return taskArn
      throw new Error(answer.ok ? JSON.stringify(answer.value.failures) : answer.failure.message)
    },
    stopTask: (task, stoppedReason = 'Task stopped by user') =>
      stopByUser(tasks, taskOf(task), stoppedReason),
    killTask: (task, how) => tasks.end(taskOf(task), how),
    interruptSpot(task) {
      const record = taskOf(task)
      if (record.capacityProvider !== 'FARGATE_SPOT') throw new Error(`${task} does not run on FARGATE_SPOT`)
      tasks.stop(record, {
        stopCode: 'SpotInterruption',
        stoppedReason: 'Your Spot Task was interrupted.',
        noticeMs: spotNoticeMs,
      })
    },
    announceRetirement: (affected, atMs) =>
      events.emit('aws.health', 'AWS Health Event', affected, retirementDetail(affected, atMs)),
    setContainerHealth: (task, container, health) => tasks.setHealth(taskOf(task), container, health),
    injectSidecar(cluster, inject = true) {
      const record = records.clusters.get(cluster)
      if (!record) throw new Error(`no cluster ${cluster}`)
      record.injectSidecar = inject
    },
    load: (service, requestsPerSecond, capacityPerTask) =>
      load.set(serviceOf(service), requestsPerSecond, capacityPerTask),
    refineMetrics: (service, finer) => load.refine(serviceOf(service), finer),
    silenceMetrics: (service, silent) => load.silence(serviceOf(service), silent),
    putMetric: (metric, value, atMs = clock.now()) => metrics.put(metric, atMs, value),
    createQueue: messages.create,
    deleteQueue: messages.delete,
    sendMessages: messages.send,
    receiveMessages: messages.receive,
    sendSteadily: messages.sendSteadily,
    workQueue: (name, service, messagesPerSecondPerTask, inFlightPerTask) =>
      messages.work(name, serviceOf(service), messagesPerSecondPerTask, inFlightPerTask),
    queueNames: messages.names,
    createMetricAlarm: alarms.createMetricAlarm,
    createCompositeAlarm: alarms.createCompositeAlarm,
    deleteAlarm: alarms.deleteAlarm,
    setAlarmState: alarms.setState,
    muteAlarm: alarms.mute,
  }
}
