import type { SloMemory } from '../../model/slo-memory.ts'
import { minute, second } from '../../model/time.ts'
import { withMark } from '../marks.ts'
import type { SloRequests } from '../policy.ts'
import { newestOf, paceMs, quietMs, tasksFor } from '../readings.ts'
import type { RequestsSeen, Sized } from './sized.ts'

type Memory = Extract<SloMemory, { kind: 'requests' }>

/** Nothing is removed that was needed, or found, within this time. */
const holdMs = 90 * second
/** Weight of a new measurement of the capacity. */
const learning = 0.1

/**
 * Enough tasks for the newest load and the slack that keeps the late share: N = ⌈(λ + ln(1/v)/D) / c⌉, the tail of Erlang C for
 * tasks that serve a common queue, whatever their number.
 */
export function sizeForRequests(wish: SloRequests, seen: RequestsSeen, memory: Memory | null): Sized<Memory> {
  const { newest, nowMs, count } = seen
  const perSecond = newest.value / (newest.periodMs / second)
  const learned = learnedCapacity(perSecond, seen, memory)
  const capacityPerSecond = wish.capacityPerSecond ?? learned
  const lookInMs = paceMs(newest.periodMs)
  const seenUntilMs = newest.endMs
  const kept: Memory = {
    kind: 'requests',
    capacityPerSecond: learned,
    seenUntilMs,
    most: memory?.most ?? [[nowMs, count]],
  }
  if (capacityPerSecond === null) return { tasks: null, because: 'capacity-unknown', memory: kept, lookInMs }

  const slackPerSecond = perSecond > 0 ? Math.log(1 / wish.lateShare) / wish.deadlineSeconds : 0
  const need = tasksFor((perSecond + slackPerSecond) / capacityPerSecond)
  const most = withMark(kept.most, need, { nowMs, windowMs: holdMs, sign: 1 })
  const tasks = Math.max(need, Math.min(count, most[0]?.[1] ?? need))
  const figures = {
    of: 'requests',
    perSecond,
    slackPerSecond,
    capacityPerSecond,
    ageMs: newest.ageMs,
  } as const
  const isQuiet = seen.starting === 0 && need <= 1 && perSecond < 0.5 * capacityPerSecond
  return { tasks, figures, memory: { ...kept, most }, lookInMs: isQuiet ? quietMs : lookInMs }
}

/** Throughput per task that is fully busy, from load and CPU of the same time; the last that was known where there is no telling. */
function learnedCapacity(perSecond: number, seen: RequestsSeen, memory: Memory | null): number | null {
  const before = memory?.capacityPerSecond ?? null
  const cpu = newestOf(seen.cpu, 'cpu', seen.nowMs)
  const isNew = seen.newest.endMs > (memory?.seenUntilMs ?? 0)
  if ('code' in cpu || !isNew || Math.abs(cpu.endMs - seen.newest.endMs) > minute) return before
  // Nearly idle tasks tell their own overhead, not what a request costs.
  if (cpu.value < 5 || seen.ready === 0 || perSecond <= 0) return before
  const measured = perSecond / (seen.ready * (cpu.value / 100))
  return before === null ? measured : before + learning * (measured - before)
}
