import type { QueueDepth, Queues } from '../model/queues.ts'
import { answered, refused } from '../model/reading.ts'
import { minute, second } from '../model/time.ts'
import type { ServiceRecord } from './ecs-records.ts'
import type { Faults } from './failures.ts'
import type { MetricName, MetricStore } from './metrics.ts'
import { isServing } from './service-plan.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import type { Timeline } from './timeline.ts'

/**
 * SQS queues with messages that nobody looks into. Second by second senders send and the serving tasks of a service receive
 * and delete, oldest first; what a task holds is in flight. The depth is told as of the last refresh
 * (developer guide, "Available CloudWatch metrics for Amazon SQS": approximate, since queues are distributed).
 */
export interface MessageQueues {
  queues: Queues
  names(): string[]
  /** `depthEveryMs`: the counts are refreshed so often. Default 0, always right. */
  create(name: string, options?: { depthEveryMs?: number }): void
  delete(name: string): void
  send(name: string, count: number, delaySeconds?: number): void
  /** Somebody receives so many and deletes none. */
  receive(name: string, count: number): void
  /** Messages a second from now on. */
  sendSteadily(name: string, messagesPerSecond: number): void
  /** Each serving task deletes so many a second from now on, and holds at most so many (default 10, what one ReceiveMessage takes). */
  work(name: string, service: ServiceRecord, messagesPerSecondPerTask: number, inFlightPerTask?: number): void
}

interface QueueRecord {
  depthEveryMs: number
  /** Not deleted and not delayed, oldest first. */
  lots: { sentAtMs: number; count: number }[]
  backlog: number
  /** Held by those who never delete. */
  held: number
  delayed: number
  senderPerSecond: number
  /** Parts of messages that are not yet sent, and not yet worked off. */
  owed: number
  credit: number
  worker: { service: ServiceRecord; perSecond: number; inFlightMost: number } | null
  shown: { atMs: number; depth: QueueDepth }
  sent: number
  deleted: number
}

const inFlightUsual = 10

/** Pushed "at one-minute intervals" (developer guide, "Monitoring Amazon SQS queues using CloudWatch"). */
export const queueMetric = (queue: string, metricName: string): MetricName => ({
  namespace: 'AWS/SQS',
  metricName,
  dimensions: { QueueName: queue },
})

export function createMessageQueues(world: {
  timeline: Timeline
  metrics: MetricStore
  scheduler: ServiceScheduler
  faults: Faults
}): MessageQueues {
  const { timeline, metrics, scheduler, faults } = world
  const records = new Map<string, QueueRecord>()
  const now = (): number => timeline.clock.now()

  const named = (name: string): QueueRecord => {
    const queue = records.get(name)
    if (!queue) throw new Error(`no queue ${name}`)
    return queue
  }
  const depthOf = (queue: QueueRecord): QueueDepth => {
    const { backlog, held, delayed, worker } = queue
    const inFlight = Math.min(backlog, held + servers(queue) * (worker?.inFlightMost ?? 0))
    return { visible: backlog - inFlight, inFlight, delayed }
  }
  const arrive = (queue: QueueRecord, count: number): void => {
    if (count <= 0) return
    queue.lots.push({ sentAtMs: now(), count })
    queue.backlog += count
  }
  const servers = ({ worker }: QueueRecord): number =>
    worker ? scheduler.tasksOf(worker.service).filter(isServing).length : 0

  const workOff = (queue: QueueRecord): void => {
    const perSecond = servers(queue) * (queue.worker?.perSecond ?? 0)
    const most = Math.max(0, queue.backlog - queue.held)
    queue.credit += perSecond
    let left = Math.min(most, Math.floor(queue.credit))
    // Time in which there was nothing to do is not saved up.
    queue.credit = left === most ? 0 : queue.credit - left
    queue.backlog -= left
    queue.deleted += left
    for (let lot = queue.lots[0]; lot && left > 0; lot = queue.lots[0]) {
      const taken = Math.min(left, lot.count)
      lot.count -= taken
      left -= taken
      if (lot.count === 0) queue.lots.shift()
    }
  }

  const pass = (queue: QueueRecord): void => {
    queue.owed += queue.senderPerSecond
    const sent = Math.floor(queue.owed)
    queue.owed -= sent
    queue.sent += sent
    arrive(queue, sent)
    workOff(queue)
    if (now() - queue.shown.atMs >= queue.depthEveryMs) queue.shown = { atMs: now(), depth: depthOf(queue) }
  }

  const publish = (name: string, queue: QueueRecord): void => {
    const [oldest] = queue.lots
    const figures = {
      NumberOfMessagesSent: queue.sent,
      NumberOfMessagesDeleted: queue.deleted,
      ApproximateNumberOfMessagesVisible: depthOf(queue).visible,
      ApproximateAgeOfOldestMessage: oldest ? (now() - oldest.sentAtMs) / second : 0,
    }
    for (const [metricName, value] of Object.entries(figures))
      metrics.put(queueMetric(name, metricName), now() - minute, value)
    queue.sent = 0
    queue.deleted = 0
  }

  const passEverySecond = (name: string, queue: QueueRecord): void => {
    timeline.at((Math.floor(now() / second) + 1) * second, () => {
      if (records.get(name) !== queue) return
      pass(queue)
      if (now() % minute === 0) publish(name, queue)
      passEverySecond(name, queue)
    })
  }

  return {
    queues: {
      depth: name =>
        faults.call('sqs:GetQueueAttributes', () => {
          const queue = records.get(name)
          if (!queue)
            return refused(
              'sqs:GetQueueAttributes',
              'not-found',
              'The specified queue does not exist or you do not have access to it.',
            )
          return answered(queue.depthEveryMs === 0 ? depthOf(queue) : { ...queue.shown.depth })
        }),
    },
    names: () => [...records.keys()],
    create(name, { depthEveryMs = 0 } = {}) {
      if (records.has(name)) throw new Error(`queue ${name} exists already`)
      const queue: QueueRecord = {
        depthEveryMs,
        lots: [],
        backlog: 0,
        held: 0,
        delayed: 0,
        senderPerSecond: 0,
        owed: 0,
        credit: 0,
        worker: null,
        shown: { atMs: now(), depth: { visible: 0, inFlight: 0, delayed: 0 } },
        sent: 0,
        deleted: 0,
      }
      records.set(name, queue)
      passEverySecond(name, queue)
    },
    delete(name) {
      named(name)
      records.delete(name)
    },
    send(name, count, delaySeconds = 0) {
      const queue = named(name)
      queue.sent += count
      if (delaySeconds === 0) return arrive(queue, count)
      queue.delayed += count
      timeline.after(delaySeconds * second, () => {
        queue.delayed -= count
        arrive(queue, count)
      })
    },
    receive(name, count) {
      named(name).held += count
    },
    sendSteadily(name, messagesPerSecond) {
      named(name).senderPerSecond = messagesPerSecond
    },
    work(name, service, perSecond, inFlightMost = inFlightUsual) {
      named(name).worker = { service, perSecond, inFlightMost }
    },
  }
}
