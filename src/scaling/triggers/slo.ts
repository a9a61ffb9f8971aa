import type { TriggerMemory } from '../../model/memory.ts'
import type { Service } from '../../model/service.ts'
import type { SloMemory } from '../../model/slo-memory.ts'
import { minute, second } from '../../model/time.ts'
import {
  latePercentQueries,
  queueQueries,
  requestCountQueries,
  utilizationKey,
  utilizationQueries,
} from '../metric-queries.ts'
import type { SloQueue, SloRequests, SloTrigger } from '../policy.ts'
import { directionOf, type Proposed } from '../proposal.ts'
import { messagesOf, newestOf, readMetric, readWish } from '../readings.ts'
import type { SignalReason } from '../reason.ts'
import type { Seen } from '../seen.ts'
import type { Read } from '../signal.ts'
import { sizeForQueue } from '../slo/queue.ts'
import { sizeForRequests } from '../slo/requests.ts'
import type { Sized } from '../slo/sized.ts'

/** `slo`: so many tasks that no more than the allowed share is late. The law itself is in `slo/`. */

/** History that the law may look back on. */
const historyMs = 30 * minute

export function reads(
  trigger: SloTrigger,
  service: Service,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Read[] {
  const seenUntilMs = memory?.slo?.seenUntilMs ?? 0
  // Points come late: the last minutes are read again.
  const fromMs = Math.max(nowMs - historyMs, seenUntilMs - 5 * minute)
  return trigger.of === 'queue' ? readsOfQueue(trigger, fromMs) : readsOfRequests(trigger, service, fromMs)
}

function readsOfRequests(
  { from, lateFrom, deadlineSeconds }: SloRequests,
  service: Service,
  fromMs: number,
): Read[] {
  const counted = from ? null : requestCountQueries(service)
  // Percent of the requests that took longer than the deadline.
  const late = lateFrom ? null : latePercentQueries(service, deadlineSeconds)
  return [
    ...(from ? [readWish(sloKeys.requests, from, fromMs)] : []),
    ...(counted ? [readMetric(sloKeys.requests, counted, 60, fromMs)] : []),
    ...(lateFrom ? [readWish(sloKeys.late, lateFrom, fromMs)] : []),
    ...(late ? [readMetric(sloKeys.latePercent, late, 60, fromMs)] : []),
    readMetric(sloKeys.cpu, utilizationQueries('CPUUtilization', 60, service), 60, fromMs),
  ]
}

/** What was completed teaches what a task can do: where the owner says it, nothing is asked for. */
const readsOfQueue = ({ queue, capacityPerSecond }: SloQueue, fromMs: number): Read[] => [
  { kind: 'queue', key: queue, queue },
  ...(capacityPerSecond === null
    ? [readMetric(sloKeys.deleted, queueQueries(queue, 'NumberOfMessagesDeleted', 'Sum'), 60, fromMs)]
    : []),
]

/** Under which its signals stand in the view, beside the queue's own name. The CPU is shared with whoever else asks for that minute. */
export const sloKeys = {
  requests: 'slo requests',
  late: 'slo late',
  latePercent: 'slo late percent',
  cpu: utilizationKey('cpu', 60),
  deleted: 'slo deleted',
} as const

export function propose(
  trigger: SloTrigger,
  seen: Seen,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Proposed {
  return trigger.of === 'queue'
    ? proposeForQueue(trigger, seen, memory, nowMs)
    : proposeForRequests(trigger, seen, memory, nowMs)
}

function proposeForRequests(
  trigger: SloRequests,
  seen: Seen,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Proposed {
  const { name } = trigger
  const newest = newestOf(seen.series[sloKeys.requests], name, nowMs)
  const kept = memory?.slo?.kind === 'requests' ? memory.slo : null
  if ('code' in newest) return unread(newest, kept)
  const sized = sizeForRequests(
    trigger,
    {
      nowMs,
      newest,
      requests: seen.series[sloKeys.requests],
      late: seen.series[sloKeys.late],
      latePercent: seen.series[sloKeys.latePercent],
      cpu: seen.series[sloKeys.cpu],
      tasks: seen.tasks,
      count: seen.count,
      ready: seen.ready,
      starting: seen.starting,
      revision: seen.revision,
    },
    kept,
  )
  return proposed(trigger, sized, newest.value > 0, seen)
}

function proposeForQueue(
  trigger: SloQueue,
  seen: Seen,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Proposed {
  const { name, queue, wakeAt } = trigger
  const messages = messagesOf(seen.queues[queue], name)
  const kept = memory?.slo?.kind === 'queue' ? memory.slo : null
  if (typeof messages !== 'number') return unread(messages, kept)
  const sized = sizeForQueue(
    trigger,
    {
      nowMs,
      messages,
      depth: seen.queues[queue],
      deleted: seen.series[sloKeys.deleted],
      tasks: seen.tasks,
      count: seen.count,
      ready: seen.ready,
      starting: seen.starting,
      revision: seen.revision,
    },
    kept,
  )
  // The last task is kept by the law itself for as long as it is worth it.
  return proposed(trigger, sized, messages >= wakeAt || (sized.tasks ?? 0) > 0, seen)
}

/** What was learned stays. */
const unread = (because: SignalReason, kept: SloMemory | null): Proposed => ({
  asks: false,
  because,
  unsure: true,
  failed: true,
  ...(kept ? { memory: { slo: kept } } : {}),
})

function proposed({ name }: SloTrigger, sized: Sized, active: boolean, seen: Seen): Proposed {
  const rest = { memory: { slo: sized.memory }, lookInMs: Math.max(sized.lookInMs, 10 * second) }
  if (sized.tasks === null)
    return {
      asks: false,
      because: { code: sized.because, trigger: name },
      unsure: true,
      failed: false,
      ...rest,
    }
  const code = `slo-${directionOf(sized.tasks, seen.count)}` as const
  const because = { code, trigger: name, figures: sized.figures, wanted: sized.tasks, limit: null }
  return { asks: true, count: sized.tasks, because, active, ...rest }
}
