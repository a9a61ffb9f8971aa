import type { TaskStatus } from '../model/task.ts'
import { hour, minute, second } from '../model/time.ts'
import type { ContainerLogs } from './container-logs.ts'
import type { EcsRecords, TaskRecord } from './ecs-records.ts'
import type { EventBus } from './events.ts'
import { pullImages } from './image-pull.ts'
import type { NetworkInterfaces } from './network-interfaces.ts'
import type { Randomness } from './randomness.ts'
import type { Registry } from './registry.ts'
import { type StopCause, type StopCauseName, stopCauseOf } from './stop-causes.ts'
import { isPulling, preventsStart, statusAfter, wordsOf } from './task-course.ts'
import { taskEventDetail } from './task-event.ts'
import { newTask, type TaskStart } from './task-start.ts'
import type { Timeline } from './timeline.ts'

/** The life of tasks (developer guide, "Amazon ECS task lifecycle"). Each change counts `version` up and is told as an event. */
export interface Tasks {
  start(start: TaskStart): TaskRecord
  /** Somebody stops it: told at once, carried out after `noticeMs`. Nothing happens to a task that is stopping already. */
  stop(task: TaskRecord, stop: { stopCode: string; stoppedReason: string; noticeMs?: number }): void
  /** It ends by itself: now, or as soon as it gets so far. Throws when it is past that point. */
  end(task: TaskRecord, how: StopCauseName): void
  /** Its machine is gone, and it with it. */
  loseHost(task: TaskRecord): void
  /** The agent of its machine is connected again: what waited for it happens. */
  resume(task: TaskRecord): void
  setHealth(task: TaskRecord, container: string, health: 'HEALTHY' | 'UNHEALTHY'): void
  /** After every change of a task, health included. */
  onChange(listener: (task: TaskRecord) => void): void
}

/** Stopped tasks stay describable for "at least one hour" (API reference, DescribeTasks). */
export const rememberedMs = hour
/** Fargate Spot's warning (developer guide, "Amazon ECS clusters for Fargate", termination notices). */
export const spotNoticeMs = 2 * minute

/** Plausible times spent in a status, milliseconds, drawn for each task; AWS publishes none. */
const spentMs: Partial<Record<TaskStatus, readonly [number, number]>> = {
  PROVISIONING: [6 * second, 14 * second],
  PENDING: [8 * second, 24 * second],
  ACTIVATING: [second, 3 * second],
  DEACTIVATING: [second, 4 * second],
  STOPPING: [2 * second, 12 * second],
  DEPROVISIONING: [5 * second, 15 * second],
}

export function createTasks(world: {
  records: EcsRecords
  timeline: Timeline
  random: Randomness
  events: EventBus
  networkInterfaces: NetworkInterfaces
  registry: Registry
  containerLogs: ContainerLogs
}): Tasks {
  const { records, timeline, random, events, networkInterfaces, registry, containerLogs } = world
  const listeners: ((task: TaskRecord) => void)[] = []
  const now = (): number => timeline.clock.now()
  const notify = (task: TaskRecord): void => {
    for (const listener of listeners) listener(task)
  }

  const tell = (task: TaskRecord): void => {
    task.version += 1
    task.updatedAtMs = now()
    events.emit('aws.ecs', 'ECS Task State Change', task.arn, taskEventDetail(task))
    notify(task)
  }

  const planNext = (task: TaskRecord, delayMs?: number): void => {
    const [least, most] = spentMs[task.lastStatus] ?? [200, 1_500]
    task.next = timeline.after(delayMs ?? random.between(least, most), () => proceed(task))
  }

  const proceed = (task: TaskRecord): void => {
    if (isOutOfReach(task)) {
      task.stalled = () => proceed(task)
      return
    }
    const cause = task.fate && stopCauseOf(task.fate.how)
    if (task.desiredStatus === 'RUNNING' && cause && preventsStart(cause, task)) fail(task, cause)
    else if (isPulling(task) && !pullImages(registry, task)) fail(task, stopCauseOf('image-not-found'))
    else enter(task, statusAfter(task))
  }

  const enter = (task: TaskRecord, status: TaskStatus): void => {
    task.lastStatus = status
    if (status === 'PENDING') attach(task)
    if (status === 'ACTIVATING') {
      task.pullStoppedAtMs = now()
      for (const container of task.containers) container.lastStatus = 'RUNNING'
      publishPorts(task)
    }
    if (status === 'RUNNING') task.startedAtMs = now()
    if (status === 'DEPROVISIONING' || status === 'STOPPED') detach(task)
    if (status === 'STOPPED') {
      task.stoppedAtMs = now()
      if (task.attachment) task.attachment.status = 'DELETED'
      timeline.after(rememberedMs, () => records.tasks.delete(task.id))
    }
    tell(task)
    if (status === 'RUNNING') live(task)
    else if (status !== 'STOPPED') planNext(task)
  }

  /** Docker gives each published port a free one of its ephemeral range (developer guide, "Network modes": bridge). */
  const publishPorts = (task: TaskRecord): void => {
    if (task.definition.networkMode !== 'bridge') return
    for (const { name, port } of task.definition.containers) {
      const container = task.containers.find(each => each.name === name)
      if (container && port !== null)
        container.portBinding = { containerPort: port, hostPort: random.between(32_768, 60_999) }
    }
  }

  const attach = (task: TaskRecord): void => {
    if (task.attachment) task.attachment.status = 'ATTACHED'
    task.connectivityAtMs = now()
    task.pullStartedAtMs = now()
  }

  // The network interface is deleted in DEPROVISIONING, while its attachment still says ATTACHED (recorded event).
  const detach = (task: TaskRecord): void => {
    if (task.attachment) networkInterfaces.remove(task.attachment.networkInterface.id)
    for (const container of task.containers) {
      const ran = container.lastStatus === 'RUNNING'
      container.lastStatus = 'STOPPED'
      // 143 = ended by SIGTERM; a machine that is gone reports nothing.
      if (ran && task.stopCode !== 'TerminationNotice') container.exitCode = 143
      if (ran) task.executionStoppedAtMs ??= now()
    }
  }

  const live = (task: TaskRecord): void => {
    task.next = () => {}
    for (const container of task.containers.filter(({ hasHealthCheck }) => hasHealthCheck)) {
      // A check runs every 30 s by default; the first good one is enough (API reference, HealthCheck).
      timeline.after(random.between(5 * second, 30 * second), () => {
        if (task.lastStatus !== 'RUNNING' || container.healthStatus !== 'UNKNOWN') return
        container.healthStatus = 'HEALTHY'
        notify(task)
      })
    }
    const fate = task.fate
    if (fate) {
      task.next = timeline.after(fate.afterMs, () => end(task, fate.how))
    }
  }

  const fail = (task: TaskRecord, cause: StopCause): void => {
    const reason = wordsOf(cause, task)
    task.next()
    task.desiredStatus = 'STOPPED'
    task.stopCode = cause.stopCode
    task.stoppedReason = reason
    task.stoppingAtMs = now()
    const container = task.containers.find(({ essential }) => essential)
    if (container) {
      if (cause.when === 'running' && !cause.abrupt)
        for (const line of task.fate?.lastWords ?? []) containerLogs.write(task, container.name, line)
      container.reason = cause.containerReason
      if (container.lastStatus === 'RUNNING') {
        container.lastStatus = 'STOPPED'
        container.exitCode = cause.exitCode
        task.executionStoppedAtMs = now()
      }
    }
    enter(task, cause.abrupt ? 'STOPPED' : statusAfter(task))
  }

  const stop: Tasks['stop'] = (task, { stopCode, stoppedReason, noticeMs }) => {
    if (task.desiredStatus === 'STOPPED') return
    task.next()
    task.stalled = null
    Object.assign(task, { desiredStatus: 'STOPPED', stopCode, stoppedReason, stoppingAtMs: now() })
    // First phase: the wish and its reason, while the task still is where it was.
    tell(task)
    planNext(task, noticeMs ?? random.between(200, 1_500))
  }

  const end: Tasks['end'] = (task, how) => {
    const cause = stopCauseOf(how)
    if (cause.serviceOnly && !task.owner) throw new Error(`${how}: ECS never stops a standalone task so`)
    if (how === 'host-terminated' && !task.instance)
      throw new Error(`${how}: ${task.id} runs on no container instance`)
    if (task.desiredStatus === 'STOPPED' || (cause.when !== 'running' && task.startedAtMs !== null)) {
      throw new Error(`${how}: too late for task ${task.id}, which is ${task.lastStatus}`)
    }
    if (isOutOfReach(task)) task.stalled = () => end(task, how)
    else if (cause.when === 'running' && task.lastStatus !== 'RUNNING') task.fate = { how, afterMs: 0 }
    else if (cause.when !== 'running' && !preventsStart(cause, task)) task.fate = { how, afterMs: 0 }
    else if (cause.stopCode === 'ServiceSchedulerInitiated') {
      stop(task, { stopCode: cause.stopCode, stoppedReason: wordsOf(cause, task) })
    } else fail(task, cause)
  }

  return {
    start(start) {
      const task = newTask(start, now(), random, networkInterfaces)
      records.tasks.set(task.id, task)
      tell(task)
      planNext(task)
      return task
    },
    stop,
    end,
    loseHost(task) {
      if (task.lastStatus === 'STOPPED') return
      task.next()
      task.stalled = null
      if (task.desiredStatus === 'RUNNING') fail(task, stopCauseOf('host-terminated'))
      else enter(task, 'STOPPED')
    },
    resume(task) {
      const { stalled } = task
      task.stalled = null
      stalled?.()
    },
    setHealth(task, name, health) {
      const container = task.containers.find(candidate => candidate.name === name)
      if (!container?.hasHealthCheck) throw new Error(`container ${name} of ${task.id} has no health check`)
      container.healthStatus = health
      // No event and no new version: events do not carry health (developer guide, "Amazon ECS task state change events").
      notify(task)
    },
    onChange: listener => listeners.push(listener),
  }
}

/** Its machine's agent is silent: what happens to it there, nobody tells. */
const isOutOfReach = ({ instance }: TaskRecord): boolean => instance?.agentConnected === false

/** StopTask. "Any tags associated with the task will be deleted" (API reference). */
export function stopByUser(tasks: Tasks, task: TaskRecord, stoppedReason: string): void {
  task.tags = {}
  tasks.stop(task, { stopCode: 'UserInitiated', stoppedReason })
}
