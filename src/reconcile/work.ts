import type { Intent, JournalEntry } from '../model/decision.ts'
import type { Memory } from '../model/memory.ts'
import { type Answer, answered } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { minute, second } from '../model/time.ts'
import { decisionMetrics } from '../voice/metrics.ts'
import { act } from './act.ts'
import { afterwards } from './afterwards.ts'
import { actEntry, holdEntry, intentOf } from './journal.ts'
import type { Landing } from './landing.ts'
import { whatCameOf } from './leftover.ts'
import { look } from './look.ts'
import { type Plan, soonest } from './plan.ts'
import { portionOf } from './portion.ts'
import type { ExplainedDo } from './rooms.ts'
import { actSubject, isNews, type Standing } from './standing.ts'

/** What the holder of a lease has in hand; every change of it is written under the lease's epoch. */
interface Ledger {
  intents: Intent[]
  memory: Memory
  /** What stood before the present step: only news is written into the journal. */
  stood: Standing
  tryAgain: Round['tryAgain']
}

export interface Round {
  nextLookAtMs: number | null
  /** An action of which nobody knows whether it succeeded, or that may succeed later; null = there is none. */
  tryAgain: { operation: string; code: string } | null
}

const leftoverLookMs = second
/** Mode observe: nothing that Longshore does is under way, so looking again within seconds would show the same. */
const observedLookMs = minute

/** One round under the lease: find out what became of an earlier holder's intents, look, decide, write down, do. */
export async function work(
  landing: Landing,
  lease: Lease,
  state: TargetState,
): Promise<Answer<Round | 'fenced'>> {
  const { intents, memory } = state
  const ledger: Ledger = { intents, memory, stood: memory.standing ?? {}, tryAgain: null }
  for (const intent of intents) {
    const finished = await finish(landing, lease, ledger, intent, true)
    if (!finished.ok) return finished
    if (finished.value === 'fenced') return answered('fenced')
  }
  const inbox = state.inbox.filter(key => !ledger.intents.some(intent => intent.settles === key))
  const plan = await look(landing, lease.target, { inbox, memory: ledger.memory })
  if (!plan.ok) return plan
  const begun = await begin(landing, lease, ledger, plan.value)
  if (!begun.ok) return begun
  if (begun.value === 'fenced') return answered('fenced')
  for (const intent of begun.value.intents) {
    const finished = await finish(landing, lease, ledger, intent, false)
    if (!finished.ok) return finished
    if (finished.value === 'fenced') return answered('fenced')
  }
  return answered({ nextLookAtMs: begun.value.nextLookAtMs, tryAgain: ledger.tryAgain })
}

interface Begun {
  intents: Intent[]
  nextLookAtMs: number | null
}

/**
 * Writes down what was decided, before anything is done: holds into the journal, actions as intents. Mode observe: what would
 * be done is news once, and is neither begun nor remembered as done.
 */
async function begin(
  landing: Landing,
  lease: Lease,
  ledger: Ledger,
  plan: Plan,
): Promise<Answer<Begun | 'fenced'>> {
  const { ports, policy } = landing
  const { target } = lease
  const now = ports.clock.now()
  const looks = ledger.memory.looks ?? 0
  const stood = ledger.memory.standing ?? {}
  ports.metrics.emit(plan.metrics)
  const { holds, acts, settled, standing, more } = portionOf(plan, stood)
  const begun = new Set(ledger.intents.map(({ room, action }) => actSubject(room, action)))
  const wanted = acts.filter(each => !begun.has(actSubject(each.room, each.decision.do)))
  const intents = wanted.map(each => intentOf(target, each, looks, now))

  const isObserved = policy.mode === 'observe'
  const observed = intents.filter((_, index) => isObserved && isNewAct(wanted[index], stood))
  const entries = [
    ...holds.map(each => holdEntry(target, each, looks, now)),
    ...observed.map(intent => actEntry(target, intent, 'observed', now)),
  ]
  for (const entry of entries) {
    const written = await write(landing, entry)
    if (!written.ok) return written
  }
  const ends = isObserved ? [...settled, ...intents.flatMap(observedEnd)] : settled
  for (const { key, resolution } of ends) {
    const done = await ports.store.settleEvidence(target, key, resolution, now)
    if (!done.ok) return done
  }
  ledger.stood = stood
  ledger.memory = { ...plan.memory, looks: looks + 1, standing }
  if (!isObserved) ledger.intents = [...ledger.intents, ...intents]
  const recorded = await record(
    landing,
    lease,
    ledger,
    ends.map(({ key }) => key),
  )
  if (!recorded.ok) return recorded
  if (!recorded.value) return answered('fenced')
  if (more)
    return answered({
      intents: isObserved ? [] : intents,
      nextLookAtMs: soonest(plan.nextLookAtMs, now + leftoverLookMs),
    })
  const { nextLookAtMs } = plan
  if (!isObserved) return answered({ intents, nextLookAtMs })
  const quietAtMs = nextLookAtMs === null ? null : Math.max(nextLookAtMs, now + observedLookMs)
  return answered({ intents: [], nextLookAtMs: quietAtMs })
}

const isNewAct = (act: ExplainedDo | undefined, stood: Standing): boolean =>
  act !== undefined && isNews(act, stood)

const observedEnd = ({ settles }: Intent): Plan['settled'] =>
  settles === null ? [] : [{ key: settles, resolution: 'observed' }]

/**
 * Does one intent, says what came of it, and takes it off the ledger. One that may have been applied, or may succeed later,
 * stays on it: the next look first asks what came of it.
 */
async function finish(
  landing: Landing,
  lease: Lease,
  ledger: Ledger,
  intent: Intent,
  leftover: boolean,
): Promise<Answer<'done' | 'fenced'>> {
  const { ports, policy } = landing
  const { target } = lease
  // Lambda kills before that. Whoever lives on, a sandbox thawed too late, must not act on what it saw then.
  const isOver = () => ports.clock.now() >= lease.untilMs
  if (isOver()) return answered('fenced')
  const known = leftover ? await whatCameOf(ports, target, intent, policy) : null
  if (isOver()) return answered('fenced')
  const outcome = known ?? (await act(ports, target, intent, isOver))
  const now = ports.clock.now()
  const after = afterwards(ledger.memory, intent, outcome, now, policy, target)
  const subject = actSubject(intent.room, intent.action)
  const { standing } = after.memory
  ledger.memory =
    after.stance === null
      ? after.memory
      : { ...after.memory, standing: { ...standing, [subject]: after.stance } }
  if (!outcome.ok && outcome.transient)
    ledger.tryAgain = { operation: intent.action.verb, code: outcome.code }
  const isOpen = !outcome.ok && outcome.transient && mayBeDone(intent, outcome.code)
  const isToldBefore = after.stance !== null && ledger.stood[subject] === after.stance
  if (!isOpen && !isToldBefore) {
    const entry = actEntry(target, intent, outcome, now, after.sentence)
    const written = await write(landing, after.isUntold ? { ...entry, tell: false } : entry)
    if (!written.ok) return written
  }
  const settles = after.resolution === null ? null : intent.settles
  if (settles !== null && after.resolution !== null) {
    const settled = await ports.store.settleEvidence(target, settles, after.resolution, now)
    if (!settled.ok) return settled
  }
  ledger.intents = ledger.intents.filter(each => isOpen || each.id !== intent.id)
  const recorded = await record(landing, lease, ledger, settles === null ? [] : [settles])
  if (!recorded.ok) return recorded
  return answered(recorded.value ? 'done' : 'fenced')
}

/** Then the next look asks. RunTask goes on under its token in any case. */
const mayBeDone = ({ action }: Intent, code: string): boolean =>
  action.verb === 'run-task' || code === 'unavailable' || code === 'unanswered'

const record = (landing: Landing, lease: Lease, ledger: Ledger, settled: string[]) =>
  landing.ports.store.record(lease, { intents: ledger.intents, memory: ledger.memory, settled })

async function write(landing: Landing, entry: JournalEntry): Promise<Answer<void>> {
  const written = await landing.ports.store.writeJournal(entry)
  if (written.ok) landing.ports.metrics.emit(decisionMetrics(entry))
  return written
}
