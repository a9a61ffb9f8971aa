import type { Reading } from '../../model/reading.ts'
import type { SloRequestsMemory } from '../../model/slo-memory.ts'
import { minute, second } from '../../model/time.ts'
import { withMark } from '../marks.ts'
import type { SloRequests } from '../policy.ts'
import { type Newest, paceMs, quietMs } from '../readings.ts'
import type { Series } from '../signal.ts'
import { learnCapacity } from './capacity.ts'
import { advance, copied, freshForecast } from './forecast.ts'
import { horizonOf } from './horizon.ts'
import { missedShare } from './lateness.ts'
import { firstPrice, nextPrice, priceOf } from './price.ts'
import { roundForecast } from './rounding.ts'
import type { RequestsSeen, Sized } from './sized.ts'
import { learnStarts, startSecondsOf } from './start-delay.ts'

/** No load for so long: nobody is there. */
const silentSeconds = 5 * 60

/**
 * As many tasks as the load needs by the time that they serve, so that tasks + price x late is least; the price follows the measured late share
 * (docs/scaling.md tells it with an example).
 */
export function sizeForRequests(
  wish: SloRequests,
  seen: RequestsSeen,
  memory: SloRequestsMemory | null,
): Sized<SloRequestsMemory> {
  const { newest, nowMs, count, ready } = seen
  const periodSeconds = newest.periodMs / second
  const before: SloRequestsMemory = memory ?? {
    kind: 'requests',
    capacityPerSecond: null,
    seenUntilMs: 0,
    most: [],
  }
  const starts = learnStarts(before, seen.tasks, nowMs)
  const isNew = newest.endMs > before.seenUntilMs
  const learned = isNew ? learnedFrom(seen, before) : {}
  const delayMs = isNew ? usualDelay(before.delayMs, newest.ageMs) : (before.delayMs ?? newest.ageMs)
  const lookInMs = nextPeriodInMs(newest, delayMs)
  const known: SloRequestsMemory = { ...before, ...starts, ...learned, delayMs }
  const capacityPerSecond = wish.capacityPerSecond ?? known.capacityPerSecond
  const perSecond = newest.value / periodSeconds
  if (capacityPerSecond === null)
    return {
      tasks: null,
      because: 'capacity-unknown',
      memory: { ...known, seenUntilMs: newest.endMs },
      lookInMs,
    }

  const startSeconds = startSecondsOf(known)
  const priced = { ...known, price: pricedBy(wish, seen, known, capacityPerSecond) }
  const horizon = horizonOf(periodSeconds, newest.ageMs / second, startSeconds)
  const stakes = {
    capacityPerSecond,
    deadlineSeconds: wish.deadlineSeconds,
    price: priceOf(priced, wish.lateShare),
    untilMendedSeconds: horizon.untilMendedSeconds,
    floor: 0.1 * capacityPerSecond,
  }
  const sameGrid = before.forecast?.periodSeconds === periodSeconds ? before.forecast : undefined
  const forecast = sameGrid ? copied(sameGrid) : freshForecast(periodSeconds)
  let need = before.need ?? 0
  for (const { endMs, value } of pointsOf(seen.requests))
    if (endMs > before.seenUntilMs && Number.isFinite(value) && value >= 0)
      need = advance(forecast, endMs / second, value / periodSeconds, horizon, stakes)
  roundForecast(forecast, perSecond)
  const isSilent = newest.endMs / second - forecast.loadedUntil > silentSeconds
  if (isSilent) need = 0

  const most = withMark(before.most, need, { nowMs, windowMs: Math.max(1, startSeconds) * second, sign: 1 })
  const tasks = Math.max(need, Math.min(count, most[0]?.[1] ?? need))
  const figures = {
    of: 'requests',
    perSecond,
    slackPerSecond: Math.max(0, need * capacityPerSecond - perSecond),
    capacityPerSecond,
    ageMs: newest.ageMs,
  } as const
  const isQuiet = isSilent && ready === count && seen.starting === 0
  const kept = { ...priced, seenUntilMs: newest.endMs, most, need, forecast }
  return { tasks, figures, memory: kept, lookInMs: isQuiet ? quietMs : lookInMs }
}

/** As soon as anybody has seen a period, but not sooner than the last one was seen by chance. */
const usualDelay = (before: number | undefined, ageMs: number): number =>
  before === undefined || ageMs < before ? ageMs : Math.round(before + 0.1 * (ageMs - before))

/** A look is worth its calls when the next period is there; when it is late, soon. */
function nextPeriodInMs({ periodMs, ageMs }: Newest, delayMs: number): number {
  const dueInMs = periodMs + delayMs - ageMs
  return dueInMs > 0 ? Math.min(dueInMs, quietMs) : paceMs(periodMs)
}

const pointsOf = (reading: Reading<Series> | undefined): Series['points'] =>
  reading?.kind === 'value' ? reading.value.points : []

/** The capacity from load and CPU of the same time. */
function learnedFrom(seen: RequestsSeen, before: SloRequestsMemory) {
  const { newest, cpu, ready, revision } = seen
  const busy = pointsOf(cpu).at(-1)
  const isOfThen = busy !== undefined && Math.abs(busy.endMs - newest.endMs) <= minute && ready > 0
  const perTask = isOfThen ? newest.value / (newest.periodMs / second) / ready : Number.NaN
  const utilisation = isOfThen ? Math.min(1, busy.value / 100) : Number.NaN
  // Where nobody asks twice, what waits outside is not throughput.
  const isSaturated = utilisation > 0.97
  return learnCapacity(
    before,
    { perTask: isSaturated ? Number.NaN : perTask, utilisation, seconds: newest.periodMs / second },
    revision,
  )
}

/** The price after every period whose late share is known since the last look. */
function pricedBy(
  wish: SloRequests,
  seen: RequestsSeen,
  before: SloRequestsMemory,
  capacityPerSecond: number,
): { ln: number; untilMs: number } {
  const { lateShare } = wish
  let { ln, untilMs } = before.price ?? { ln: firstPrice(lateShare), untilMs: 0 }
  for (const { endMs, late, seconds } of missedShare(wish, seen, capacityPerSecond, untilMs)) {
    // What was late before the first look is nobody's fault here.
    if (before.price) ln = nextPrice(ln, late, lateShare, seconds)
    untilMs = endMs
  }
  return { ln: Math.round(ln * 1e5) / 1e5, untilMs }
}
