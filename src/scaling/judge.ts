import type { TriggerMemory } from '../model/memory.ts'
import type { Mark } from '../model/slo-memory.ts'
import { inWindowMs, outWindowMs } from './defaults.ts'
import { withMark } from './marks.ts'
import type { ScalePolicy } from './policy.ts'
import type { Proposal } from './proposal.ts'
import type { Seen } from './seen.ts'
import { suddenFallAt } from './suspicion.ts'
import { type AskingTrigger, propose, watchedBy } from './triggers.ts'

/** What a trigger asks for after everything that concerns it alone, and what is remembered of it. */
export interface Judged {
  proposal: Proposal
  /** Absent: nothing to remember. */
  memory?: TriggerMemory
}

/** Propose, distrust a sudden fall, fall back, stabilize. */
export function judge(
  trigger: AskingTrigger,
  seen: Seen,
  before: TriggerMemory | undefined,
  scale: ScalePolicy,
  nowMs: number,
): Judged {
  const proposed = propose(trigger, seen, before, nowMs)
  const memory: TriggerMemory = { ...proposed.memory }
  let proposal = distrust(proposed, trigger, seen, { before, memory }, scale, nowMs)
  proposal = fallBack(proposal, seen, { before, memory }, scale, nowMs)
  proposal = stabilize(proposal, seen, { before, memory }, scale, nowMs)
  return Object.keys(memory).length > 0 ? { proposal, memory } : { proposal }
}

interface Memories {
  before: TriggerMemory | undefined
  /** What is remembered of this look; each stage adds its own. */
  memory: TriggerMemory
}

/** A signal that fell suddenly asks for fewer, or is inactive, only after a while. */
function distrust(
  proposal: Proposal,
  trigger: AskingTrigger,
  seen: Seen,
  { before, memory }: Memories,
  { suspicious }: ScalePolicy,
  nowMs: number,
): Proposal {
  if (suspicious.holdMs === 0) return proposal
  const watched = watchedBy(trigger)
  if (!watched) return proposal
  const fellAtMs = suddenFallAt(seen.series[watched.key], suspicious, watched.isCount)
  const untilMs = Math.max(
    before?.suspiciousUntilMs ?? 0,
    fellAtMs === null ? 0 : fellAtMs + suspicious.holdMs,
  )
  const remainingMs = untilMs - nowMs
  // A clock that was set back would make it last forever.
  if (remainingMs <= 0 || remainingMs > suspicious.holdMs) return proposal
  memory.suspiciousUntilMs = untilMs
  if (!proposal.asks) return proposal
  // Whether it is inactive is not known until the fall is believed.
  if (proposal.count >= seen.count)
    return proposal.active === false ? { ...proposal, active: true } : proposal
  const because = { code: 'suspicious-fall', trigger: proposal.trigger, remainingMs } as const
  return { ...proposal, asks: false, because, unsure: true, failed: false }
}

/** What a trigger that could not be judged for a while asks for instead (KEDA's fallback, by time as KEP-5679 has it). */
function fallBack(
  proposal: Proposal,
  { count }: Seen,
  { before, memory }: Memories,
  { fallback }: ScalePolicy,
  nowMs: number,
): Proposal {
  if (!fallback || proposal.asks || !proposal.failed) return proposal
  const failedSinceMs = Math.min(before?.failedSinceMs ?? nowMs, nowMs)
  memory.failedSinceMs = failedSinceMs
  const failedForMs = nowMs - failedSinceMs
  if (failedForMs < fallback.afterMs) return proposal
  const { use, tasks } = fallback
  const wanted =
    use === 'static'
      ? tasks
      : use === 'current'
        ? count
        : use === 'if-higher'
          ? Math.max(count, tasks)
          : Math.min(count, tasks)
  const because = {
    code: 'fallback',
    trigger: proposal.trigger,
    use,
    failedForMs,
    wanted,
    limit: null,
  } as const
  return { ...proposal, asks: true, count: wanted, because, active: null }
}

/**
 * HPA's stabilization windows, for each trigger by itself: more tasks only as many as were asked for all the time, fewer only as
 * few. What it never asked before, it has asked the present count.
 */
function stabilize(
  proposal: Proposal,
  { count }: Seen,
  { before, memory }: Memories,
  scale: ScalePolicy,
  nowMs: number,
): Proposal {
  const inMs = inWindowMs(proposal.kind, scale)
  const outMs = outWindowMs(scale)
  if (inMs === 0 && outMs === 0) return proposal
  if (!proposal.asks && (proposal.unsure || proposal.failed)) {
    if (before?.most) memory.most = before.most
    if (before?.least) memory.least = before.least
    return proposal
  }
  const wanted = proposal.asks ? proposal.count : count
  const first: Mark[] = [[nowMs, count]]
  let held = wanted
  if (inMs > 0) {
    const marks = before?.most ?? first
    memory.most = withMark(marks, wanted, { nowMs, windowMs: inMs, sign: 1 })
    if (wanted < count) held = Math.min(count, memory.most[0]?.[1] ?? wanted)
  }
  if (outMs > 0) {
    const marks = before?.least ?? first
    memory.least = withMark(marks, wanted, { nowMs, windowMs: outMs, sign: -1 })
    if (wanted > count) held = Math.max(count, memory.least[0]?.[1] ?? wanted)
  }
  if (held === wanted || !proposal.asks) return proposal
  if (held !== count) return { ...proposal, count: held }
  const windowMs = wanted < count ? inMs : outMs
  const because = { code: 'asked-too-briefly', trigger: proposal.trigger, wanted, held, windowMs } as const
  return { ...proposal, count: held, because }
}
