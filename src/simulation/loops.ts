import type { JournalEntry } from '../model/decision.ts'
import { second } from '../model/time.ts'
import type { KnownFailure } from './history.ts'
import { type Courtroom, skewMs } from './judge.ts'
import { shortRevision } from './narration.ts'
import { loopStops, loopWithinMs } from './policies.ts'

/** Judges what is told of crash loops and stuck deployments: each once, and none is kept back. */

/** Failures of a service that are in the table and marked at an instant, the oldest end first. */
export const failuresOf = ({ history }: Courtroom, service: string, knownBeforeMs: number): KnownFailure[] =>
  (history.failures.get(service) ?? [])
    .filter(({ knownAtMs }) => knownAtMs < knownBeforeMs)
    .sort((a, b) => a.stoppedAtMs - b.stoppedAtMs)

/** Whether so many failed within the window up to an instant that nobody can doubt the loop, clocks apart included. */
export const isLoop = (failures: KnownFailure[], taskDefinitionArn: string, atMs: number): boolean =>
  failures.filter(
    each =>
      each.taskDefinitionArn === taskDefinitionArn &&
      atMs - each.stoppedAtMs < loopWithinMs - skewMs &&
      each.stoppedAtMs < atMs,
  ).length >= loopStops

/** Whether there may have been a loop at any time: nothing is done about a revision without one. */
export function mayHaveLooped(failures: KnownFailure[], taskDefinitionArn: string): boolean {
  const ends = failures
    .filter(each => each.taskDefinitionArn === taskDefinitionArn)
    .map(({ stoppedAtMs }) => stoppedAtMs)
  return ends.some((endMs, index) => {
    const last = ends[index + loopStops - 1]
    return last !== undefined && last - endMs < loopWithinMs + skewMs
  })
}

/** From when on failures followed each other without a gap, up to the last one. */
function unbrokenSinceMs(failures: KnownFailure[], taskDefinitionArn: string): number {
  const ends = failures
    .filter(each => each.taskDefinitionArn === taskDefinitionArn)
    .map(({ stoppedAtMs }) => stoppedAtMs)
  const broken = ends.findLastIndex(
    (endMs, index) => index > 0 && endMs - (ends[index - 1] ?? 0) >= loopWithinMs,
  )
  return ends[Math.max(0, broken)] ?? 0
}

const isOfLoop = ({ room, because: { code } }: JournalEntry): boolean =>
  room === 'healing' && (code.startsWith('crash-loop') || code === 'roll-back')

const isAbout = (entry: JournalEntry, taskDefinitionArn: string): boolean =>
  (entry.because as { revision?: string }).revision === shortRevision(taskDefinitionArn)

/** What a remedy depends on may be unreadable for so long before that is told. */
const unreadMs = 5 * 60 * second

/** At the end of a look that went well: a loop that was there when it began is told. */
export function judgeLoopsTold(court: Courtroom, service: string, beganAtMs: number): void {
  const { history, now, violate, scenario } = court
  const care = scenario.services.find(({ name, managed }) => managed && name === service)?.care
  if (!care) return
  const failures = failuresOf(court, service, beganAtMs)
  for (const taskDefinitionArn of new Set(failures.map(each => each.taskDefinitionArn))) {
    const key = `${service} ${taskDefinitionArn}`
    if (!isLoop(failures, taskDefinitionArn, now())) continue
    const sinceMs = unbrokenSinceMs(failures, taskDefinitionArn) - skewMs
    const isTold = history.journal.some(
      entry => entry.tell && entry.atMs >= sinceMs && isOfLoop(entry) && isAbout(entry, taskDefinitionArn),
    )
    if (isTold) {
      history.untold.delete(key)
      continue
    }
    const untoldSinceMs = history.untold.get(key) ?? now()
    history.untold.set(key, untoldSinceMs)
    if (care.crashLoop !== 'roll-back' || now() - untoldSinceMs > unreadMs)
      violate('S22', `${shortRevision(taskDefinitionArn)} is in a crash loop, and nobody is told`)
  }
}

/** Events come within seconds in fair weather. */
const comesWithinMs = 30 * second

/** At the end, by what really happened: in fair weather no loop escapes, whatever intake made of its failures. */
export function judgeLoopsKnown(
  { history, truth, scenario, now, violate }: Courtroom,
  service: string,
): void {
  if (Object.keys(scenario.faults).length > 0 || scenario.versions.length > 1) return
  const failures = [...truth.tasks.values()].flatMap(({ service: of, hasFailed, stoppedAtMs, ...task }) =>
    of === service && hasFailed && stoppedAtMs !== null && now() - stoppedAtMs > 60 * second
      ? [{ taskDefinitionArn: task.taskDefinitionArn, stoppedAtMs }]
      : [],
  )
  for (const revision of new Set(failures.map(each => each.taskDefinitionArn))) {
    const ends = failures.filter(each => each.taskDefinitionArn === revision).map(each => each.stoppedAtMs)
    ends.sort((a, b) => a - b)
    const isLooping = ends.some(
      (endMs, index) => (ends[index + loopStops - 1] ?? Infinity) - endMs < loopWithinMs - comesWithinMs,
    )
    const isTold =
      history.rolledBack.has(`${service} ${revision}`) ||
      history.journal.some(entry => entry.tell && isOfLoop(entry) && isAbout(entry, revision))
    if (isLooping && !isTold)
      violate('S22', `${shortRevision(revision)} was in a crash loop, and nobody was told`)
  }
}

/** A loop is told again only when nothing failed for as long as the window; a stuck deployment never. */
export function judgeToldOnce(court: Courtroom, entry: JournalEntry): void {
  const { history, violate, scenario } = court
  const { target, about, because, outcome, id, tell, atMs } = entry
  if (target.kind !== 'service' || !tell || outcome !== 'held' || entry.room !== 'healing') return
  const { rollsBack } = scenario.services.find(({ name }) => name === target.service)?.care ?? {}
  if (because.code.startsWith('deployment-stuck') && rollsBack?.circuitBreaker !== 'off')
    violate('S22', `deployment ${about} is told to be stuck, and its circuit breaker will end it`)
  const before = history.journal.findLast(
    each =>
      each.target.kind === 'service' &&
      each.target.service === target.service &&
      each.room === 'healing' &&
      each.tell &&
      each.outcome === 'held' &&
      each.about === about &&
      each.id !== id &&
      // A look that dies before it is recorded is repeated, and may find another reason.
      history.settledLines.has(each.id),
  )
  if (!before || history.journal.some(each => each.id === id)) return
  if (because.code.startsWith('deployment-'))
    violate('S22', `${target.service}: people are told twice of deployment ${about}: ${entry.sentence}`)
  if (!because.code.startsWith('crash-loop')) return
  const ends = failuresOf(court, target.service, atMs + skewMs)
    .filter(each => shortRevision(each.taskDefinitionArn) === about)
    .map(({ stoppedAtMs, knownAtMs }) => ({ stoppedAtMs, knownAtMs }))
  // An instant between the two at which no failure that was known had happened within the window.
  const hasEnded = ends.some(({ stoppedAtMs }) => {
    const overAtMs = stoppedAtMs + loopWithinMs
    return (
      overAtMs > before.atMs - skewMs &&
      overAtMs < atMs + skewMs &&
      !ends.some(
        other =>
          other.knownAtMs < overAtMs - skewMs &&
          other.stoppedAtMs > stoppedAtMs + skewMs &&
          other.stoppedAtMs <= overAtMs,
      )
    )
  })
  if (!hasEnded) violate('S22', `people are told twice of one crash loop of ${about}: ${entry.sentence}`)
}
