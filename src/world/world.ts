import { createAlarms } from './alarms.ts'
import { createCloudMap } from './cloud-map.ts'
import { createFleet } from './container-instances.ts'
import { createContainerLogs } from './container-logs.ts'
import { createEcsPort } from './ecs-port.ts'
import { emptyRecords } from './ecs-records.ts'
import { createServices } from './ecs-services.ts'
import { createTasks, spotNoticeMs, stopByUser } from './ecs-tasks.ts'
import { createEventBus } from './events.ts'
import { createFaults } from './failures.ts'
import { createIds } from './ids.ts'
import { createLoad } from './load.ts'
import { createMessageQueues } from './message-queues.ts'
import { createQueue, createSlack } from './messages.ts'
import { createMetricStore } from './metrics.ts'
import { clusterArn } from './names.ts'
import { createNetworkInterfaces } from './network-interfaces.ts'
import type { World } from './panel.ts'
import { createPlacement } from './placement.ts'
import { createRandomness } from './randomness.ts'
import { recordsByName } from './records-by-name.ts'
import { createRegistry } from './registry.ts'
import { retirementDetail } from './retirement-notice.ts'
import { createRunTask } from './run-task.ts'
import { createServiceScheduler } from './service-scheduler.ts'
import { registerTaskDefinition } from './task-definitions.ts'
import { createTimeline } from './timeline.ts'

export type { World, WorldPorts } from './panel.ts'

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

    createCluster(name, fargateProviders = ['FARGATE', 'FARGATE_SPOT']) {
      if (records.clusters.has(name)) throw new Error(`cluster ${name} exists already`)
      const arn = clusterArn(name)
      records.clusters.set(name, { name, arn, fargateProviders, instances: [], injectSidecar: false })
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
    setCapacityProviders: (service, strategy) => services.setCapacityProviders(serviceOf(service), strategy),
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
