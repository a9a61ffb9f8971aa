import type { Intent } from '../../model/decision.ts'
import { minute, second } from '../../model/time.ts'
import type { CountChange, Told, ToldSeries } from '../history.ts'
import type { Courtroom } from '../judge.ts'
import { failuresOf } from '../loops.ts'
import { isOfQueue, queueOf, targetPerTask } from '../policies-signals.ts'
import type { Invocation } from '../sandbox.ts'
import type { ServicePart, SignalKind, SignalPart } from '../scenario.ts'
import { seriesKey } from '../told.ts'

/** Judges every change of a count that comes of what was measured. */

/** By which clocks may differ, and looks overlap. */
const slackMs = 15 * second
/** For so long a fall is suspicious; and this is a fall: a tenth of the lowest of the three periods before, of so many events. */
const suspiciousMs = 5 * minute
const fallShare = 0.1
const leastEvents = 20
/** AWS's metrics come within two minutes: what is older than this says nothing about the present. */
const freshMs = 3 * minute

/** The owner's own word about the count, whatever is measured. */
const isOfBounds = (code: string): boolean =>
  ['above-max', 'below-min', 'schedule-floor', 'schedule-ceiling'].includes(code)

export interface SignalChange {
  desiredCount: number
  previousDesiredCount: number
  intent: Intent
}

/** What a look may do with what it was told. */
export function judgeSignals(
  court: Courtroom,
  { id }: Invocation,
  part: ServicePart,
  signals: SignalPart,
  { desiredCount, previousDesiredCount, intent }: SignalChange,
): void {
  const { history, violate } = court
  const told = history.told.get(id)
  if (!told) return
  const { code } = intent.because
  const isIn = desiredCount < previousDesiredCount
  const name = `${part.name} is scaled ${isIn ? 'in' : 'out'} to ${desiredCount}`
  if (signals.pause === (isIn ? 'in' : 'out')) violate('S12', `${name}, which is paused`)
  if (isOfBounds(code)) return
  const unread = signals.kinds.filter(kind => !isReadable(part, kind, told))
  const isClear = signals.kinds.every(kind => isReadable(part, kind, told, -slackMs))
  if (code === 'fallback') judgeFallback(court, part, signals, !isClear)
  if (!isIn) return
  const blind = unread.filter(kind => !mayFallBack(court, part, signals, kind))
  if (blind.length > 0) violate('S9', `${name} although ${blind.join(' and ')} could not be read`)
  const [fallen] = signals.kinds.filter(kind => hasFallen(seriesFor(part, kind, told)))
  if (fallen) violate('S9', `${name} right after ${fallen} fell to almost nothing`)
  if (desiredCount === 0) judgeZero(court, part, signals, told, name)
  judgeCrew(court, part, signals, told, desiredCount, name)
}

const metricOf = (kind: SignalKind): string => (kind === 'cpu' ? 'CPUUtilization' : 'PushedRequests')

const seriesFor = ({ name }: ServicePart, kind: SignalKind, { series }: Told): ToldSeries | null =>
  isOfQueue(kind) ? null : (series.get(seriesKey(name, metricOf(kind))) ?? null)

/** Told whole, and not of the past: `leniencyMs` more or less of it, as clocks differ. */
function isReadable(part: ServicePart, kind: SignalKind, told: Told, leniencyMs = slackMs): boolean {
  if (isOfQueue(kind)) return told.messages.get(queueOf(part.name)) != null
  const series = seriesFor(part, kind, told)
  const newest = series?.points.at(-1)
  return (
    series?.isWhole === true && newest !== undefined && series.heardAtMs - newest.endMs < freshMs + leniencyMs
  )
}

/** Looks that were brought to their end, since when a signal of theirs could not be read. */
function unreadSince(court: Courtroom, part: ServicePart, kind: SignalKind): number | null {
  const looks = court.history.signals.get(part.name) ?? []
  return looks.findLast(({ told }) => isReadable(part, kind, told))?.atMs ?? null
}

function mayFallBack(
  court: Courtroom,
  part: ServicePart,
  { fallback }: SignalPart,
  kind: SignalKind,
): boolean {
  if (!fallback) return false
  const sinceMs = unreadSince(court, part, kind)
  return sinceMs === null || court.now() - sinceMs >= fallback.afterMs - slackMs
}

function judgeFallback(court: Courtroom, part: ServicePart, signals: SignalPart, isBlind: boolean): void {
  if (!isBlind) court.violate('S9', `${part.name} falls back although all of its signals can be read`)
  if (!signals.kinds.some(kind => mayFallBack(court, part, signals, kind)))
    court.violate('S11', `${part.name} falls back before its signals were gone for long enough`)
}

/** A fall to a tenth within the last minutes, from which the series has not come back. */
function hasFallen(series: ToldSeries | null): boolean {
  if (!series) return false
  const { points, periodMs, heardAtMs } = series
  const isCount = periodMs < minute
  return points.some(({ endMs }, at) => {
    const before = points.slice(Math.max(0, at - 3), at)
    const isWhole = before.length === 3 && endMs - (before[0]?.endMs ?? 0) === 3 * periodMs
    const lowest = Math.min(...before.map(({ value }) => value))
    const events = before.reduce((sum, { value }) => sum + value, 0)
    return (
      isWhole &&
      heardAtMs - endMs < suspiciousMs - slackMs &&
      lowest > 0 &&
      (!isCount || events >= leastEvents) &&
      points.slice(at).every(({ value }) => value <= 0.99 * fallShare * lowest)
    )
  })
}

/** The last task does not go while there is something for it to do. */
function judgeZero(
  { violate }: Courtroom,
  part: ServicePart,
  { kinds }: SignalPart,
  told: Told,
  name: string,
): void {
  const messages = kinds.some(isOfQueue) ? (told.messages.get(queueOf(part.name)) ?? 0) : 0
  if (messages > 0) violate('S9', `${name} although ${messages} messages are to be done`)
  const newest = kinds.includes('requests') ? seriesFor(part, 'requests', told)?.points.at(-1) : undefined
  if ((newest?.value ?? 0) > 0) violate('S9', `${name} although there are requests`)
}

/** A list of tasks that is not whole makes nobody idle: the CPU of those that ran is theirs all together. */
function judgeCrew(
  court: Courtroom,
  part: ServicePart,
  { kinds }: SignalPart,
  told: Told,
  desiredCount: number,
  name: string,
): void {
  const { history, now, violate } = court
  const series = kinds.includes('cpu') ? seriesFor(part, 'cpu', told) : null
  const newest = series?.points.at(-1)
  if (!newest) return
  const lately = (history.signals.get(part.name) ?? []).filter(({ atMs }) => now() - atMs < freshMs + minute)
  // In a crash loop their number changes within the minute that was measured.
  const failures = failuresOf(court, part.name, now())
  if (failures.some(({ stoppedAtMs }) => now() - stoppedAtMs < freshMs + 2 * minute)) return
  // Who ran in the minute that was measured is known to those who looked then.
  if (!lately.some(({ atMs }) => Math.abs(atMs - newest.endMs) <= minute)) return
  const running = [told, ...lately.map(look => look.told)].map(
    ({ services }) => services.get(part.name)?.runningCount ?? Number.POSITIVE_INFINITY,
  )
  const need = (newest.value / targetPerTask) * Math.min(...running)
  if (desiredCount < Math.min(Math.ceil(need - 0.01), part.max))
    violate('S9', `${name} although ${newest.value.toFixed(0)} % of ${Math.min(...running)} tasks are needed`)
}

/** At most so many within a period, over any history; counted from the count at its beginning. */
export function judgeLimits(
  { history, violate }: Courtroom,
  part: ServicePart,
  earlier: CountChange[],
  change: CountChange,
): void {
  const isIn = change.to < change.from
  const limit = isIn ? part.signals?.inLimit : part.signals?.outLimit
  if (!limit || isOfBounds(change.code) || change.to === change.from) return
  const sinceMs = change.atMs - limit.periodMs
  // Who else wrote the count has the table reckon from another one.
  if ((history.foreign.get(part.name) ?? []).some(atMs => atMs > sinceMs - minute)) return
  // Each count that stood around the beginning of the period, as clocks differ.
  const around = earlier.filter(({ atMs }) => Math.abs(atMs - sinceMs) <= slackMs)
  const after = earlier.find(({ atMs }) => atMs > sinceMs + slackMs)
  const starts = [...around.map(({ seen }) => seen), after?.seen ?? change.from]
  const most = (start: number): number =>
    'tasks' in limit ? limit.tasks : Math.max(1, Math.ceil((start * limit.percent) / 100))
  const isWithin = starts.some(start =>
    isIn ? change.to >= start - most(start) : change.to <= start + most(start),
  )
  if (!isWithin)
    violate(
      'S11',
      `${part.name} is set to ${change.to} from ${starts.join(' or ')} within ${limit.periodMs / second} s, more than ${'tasks' in limit ? `${limit.tasks} tasks` : `${limit.percent} %`}`,
    )
}

/** What was asked for within the stabilization window is not given up. Of the requests alone: their need is plain arithmetic. */
export function judgeWindow({ history, violate }: Courtroom, part: ServicePart, change: CountChange): void {
  const { signals } = part
  if (signals?.kinds.join() !== 'requests' || isOfBounds(change.code) || change.to >= change.from) return
  const windowMs = signals.inWindowMs ?? 5 * minute
  const needs = (history.signals.get(part.name) ?? [])
    .filter(({ atMs, told }) => change.atMs - atMs < windowMs - slackMs && isReadable(part, 'requests', told))
    .map(({ told }) => (seriesFor(part, 'requests', told)?.points.at(-1)?.value ?? 0) / (10 * targetPerTask))
  const most = Math.floor(0.9 * Math.max(0, ...needs))
  if (change.to < Math.min(most, change.from))
    violate(
      'S11',
      `${part.name} is scaled in to ${change.to} although ${most} were asked for within ${windowMs / second} s`,
    )
}
