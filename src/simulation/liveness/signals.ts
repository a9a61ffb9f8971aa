import { minute } from '../../model/time.ts'
import type { World } from '../../world/world.ts'
import { recreatedAfterMs } from '../account.ts'
import type { Courtroom } from '../judge.ts'
import { capacityPerTask, isOfQueue, queueOf, targetPerTask } from '../policies-signals.ts'
import type { ServicePart, SignalKind, SignalPart } from '../scenario.ts'

/** Judges a service that is scaled by signals at the end of the quiet: nothing waits, and its count fits its load. */

export interface Standing {
  desiredCount: number
  min: number
  max: number
}

export async function judgeSignalService(
  court: Courtroom,
  world: World,
  part: ServicePart,
  signals: SignalPart,
  { desiredCount, min, max }: Standing,
): Promise<void> {
  const { violate } = court
  const left = signals.kinds.some(isOfQueue) ? await messagesLeft(world, part) : 0
  const ranges = signals.kinds.map(kind => rangeFor(kind, loadAtEnd(court, part), left))
  const clamped = (count: number): number => Math.min(Math.max(count, min), max)
  const least = clamped(Math.max(...ranges.map(range => range.least)))
  const most = clamped(Math.max(...ranges.map(range => range.most)))
  if (desiredCount < least && signals.pause !== 'out')
    violate('L1', `${part.name} has ${desiredCount} tasks, and its load needs ${least}`)
  if (desiredCount > most && signals.pause !== 'in')
    violate('L1', `${part.name} has ${desiredCount} tasks, and its load needs no more than ${most}`)
  if (left > 0 && signals.pause !== 'out')
    violate('L1', `${left} messages of ${part.name} are not done at the end`)
}

async function messagesLeft(world: World, { name }: ServicePart): Promise<number> {
  const depth = await world.ports.queues.depth(queueOf(name))
  return depth.ok ? depth.value.visible + depth.value.inFlight + depth.value.delayed : 0
}

/** Counts that fit a load of so many requests per second. A queue is empty by then, unless its service may not be scaled out. */
function rangeFor(kind: SignalKind, load: number, messages: number): { least: number; most: number } {
  if (isOfQueue(kind)) return { least: 0, most: messages > 0 ? Number.POSITIVE_INFINITY : 0 }
  if (kind === 'slo-requests') {
    const need = load / (0.8 * capacityPerTask)
    return { least: Math.ceil(load / capacityPerTask), most: Math.ceil(need + 1.5) }
  }
  const need = load / targetPerTask
  // A utilisation alone keeps one task.
  return { least: Math.floor(0.9 * need), most: Math.max(kind === 'cpu' ? 1 : 0, Math.ceil(1.12 * need)) }
}

/** The last word about it. */
function loadAtEnd({ scenario }: Courtroom, { name, requestsPerSecond }: ServicePart): number {
  let load = requestsPerSecond
  const words = scenario.happenings.flatMap(each => {
    if (!('service' in each) || each.service !== name) return []
    if (each.what === 'load') return [{ atMs: each.atMs, load: each.requestsPerSecond }]
    return each.what === 'recreate' ? [{ atMs: each.atMs + recreatedAfterMs, load: requestsPerSecond }] : []
  })
  for (const word of words.sort((a, b) => a.atMs - b.atMs)) load = word.load
  return load
}

/** Whether the bounds changed so lately that the count may still be moving. */
export const isWindowMoving = ({ window }: SignalPart, elapsedMs: number, stillMs: number): boolean =>
  window !== null &&
  [window.fromMinute, window.toMinute].some(edge => {
    const sinceMs = (elapsedMs - edge * minute) % (60 * minute)
    return sinceMs >= 0 && sinceMs < stillMs + 2 * minute
  })
