import type { Reading } from '../../model/reading.ts'
import { second } from '../../model/time.ts'
import type { SloRequests } from '../policy.ts'
import type { Series } from '../signal.ts'
import { lateProbability } from './backlog.ts'
import type { RequestsSeen } from './sized.ts'

/** The late share of one period. */
export interface Missed {
  endMs: number
  /** 0 to 1. */
  late: number
  seconds: number
}

/**
 * The late share of every period after `untilMs`, oldest first: counted by the application, else told by the load balancer's response times, else
 * computed from what came and what could be served. The first that there is holds; a silence of it is not mended by another.
 */
export function missedShare(
  wish: SloRequests,
  seen: RequestsSeen,
  capacityPerSecond: number,
  untilMs: number,
): Missed[] {
  if (seen.late) return counted(seen.late, seen.requests, untilMs)
  if (seen.latePercent) return shares(seen.latePercent, untilMs)
  return computed(wish, seen, capacityPerSecond, untilMs)
}

const seriesOf = (reading: Reading<Series> | undefined): Series | null =>
  reading?.kind === 'value' ? reading.value : null

function counted(late: Reading<Series>, requests: Reading<Series> | undefined, untilMs: number): Missed[] {
  const [misses, all] = [seriesOf(late), seriesOf(requests)]
  if (!misses || !all) return []
  const found: Missed[] = []
  const seconds = misses.periodMs / second
  for (const { endMs, value } of misses.points) {
    if (endMs <= untilMs) continue
    let total = 0
    for (const point of all.points)
      if (point.endMs <= endMs && point.endMs > endMs - misses.periodMs) total += point.value
    if (total > 0 && value >= 0) found.push({ endMs, late: Math.min(1, value / total), seconds })
  }
  return found
}

function shares(percent: Reading<Series>, untilMs: number): Missed[] {
  const series = seriesOf(percent)
  if (!series) return []
  return series.points
    .filter(({ endMs, value }) => endMs > untilMs && value >= 0)
    .map(({ endMs, value }) => ({
      endMs,
      late: Math.min(1, value / 100),
      seconds: series.periodMs / second,
    }))
}

/** Nobody measures it: what the model says of the newest period, with the tasks that are ready now. */
function computed(
  { deadlineSeconds }: SloRequests,
  { newest, ready }: RequestsSeen,
  capacityPerSecond: number,
  untilMs: number,
): Missed[] {
  const { endMs, periodMs, value } = newest
  if (endMs <= untilMs) return []
  const seconds = periodMs / second
  const late = lateProbability(value / seconds, ready * capacityPerSecond, deadlineSeconds, 10 * seconds)
  return [{ endMs, late, seconds }]
}
