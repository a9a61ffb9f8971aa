import type { Intent, JournalEntry } from '../model/decision.ts'
import type { Memory } from '../model/memory.ts'
import { type Answer, type AwsFailure, answered } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { second } from '../model/time.ts'
import { decisionMetrics } from '../voice/metrics.ts'
import { act } from './act.ts'
import { afterwards } from './afterwards.ts'
import { actEntry, holdEntry, intentOf } from './journal.ts'
import { whatCameOf } from './leftover.ts'
import { look } from './look.ts'
import { type Plan, soonest } from './plan.ts'
import { portionOf } from './portion.ts'
import type { Landing } from './reconcile.ts'
import { actSubject, isNews, type Standing } from './standing.ts'

/** What the holder of a lease has in hand; every change of it is written under the lease's epoch. */
interface Ledger {
  intents: Intent[]
  memory: Memory
  /** The last action of which nobody knows whether it succeeded, or that may succeed later. */
  tryAgain: AwsFailure | null
}

const leftoverLookMs = second

/** One round under the lease: find out what became of an earlier holder's intents, look, decide, write down, do. */
export async function work(
  landing: Landing,
  lease: Lease,
  state: TargetState,
): Promise<Answer<{ nextLookAtMs: number | null } | 'fenced'>> {
  const ledger: Ledger = { intents: state.intents, memory: state.memory, tryAgain: null }
  for (const intent of state.intents) {
    const finished = await finish(landing, lease, ledger, intent, true)
    if (!finished.ok) return finished
    if (finished.value === 'fenced') return answered('fenced')
  }
  const inbox = state.inbox.filter(key => !ledger.intents.some(intent => intent.settles === key))
  const plan = await look(landing, lease.target, { ...state, ...ledger, inbox })
  if (!plan.ok) return plan
  const begun = await begin(landing, lease, ledger, plan.value, state.memory.standing ?? {})
  if (!begun.ok) return begun
  if (begun.value === 'fenced') return answered('fenced')
  for (const intent of begun.value.intents) {
    const finished = await finish(landing, lease, ledger, intent, false)
    if (!finished.ok) return finished
    if (finished.value === 'fenced') return answered('fenced')
  }
  if (ledger.tryAgain) return { ok: false, failure: ledger.tryAgain }
  return answered({ nextLookAtMs: begun.value.nextLookAtMs })
}

interface Begun {
  intents: Intent[]
  nextLookAtMs: number | null
}

/** Writes down what was decided: holds into the journal, actions as intents, before anything is done. */
async function begin(
  landing: Landing,
  lease: Lease,
  ledger: Ledger,
  plan: Plan,
  stood: Standing,
): Promise<Answer<Begun | 'fenced'>> {
  const { ports, policy } = landing
  const { target } = lease
  const now = ports.clock.now()
  const looks = ledger.memory.looks ?? 0
  ports.metrics.emit(plan.metrics)
  const portion = portionOf(plan, stood)
  for (const each of portion.holds) {
    const written = await write(landing, holdEntry(target, each, looks, now))
    if (!written.ok) return written
  }
  const open = new Set(ledger.intents.map(({ room, action }) => actSubject(room, action)))
  const acts = portion.acts.filter(each => !open.has(actSubject(each.room, each.decision.do)))
  const settled = [...portion.settled]
  let intents: Intent[] = []
  ledger.memory = { ...plan.memory, looks: looks + 1, standing: portion.standing }
  for (const each of acts) {
    const intent = intentOf(target, each, looks, now)
    if (policy.mode === 'act') {
      intents = [...intents, intent]
      continue
    }
    const written = isNews(each, stood)
      ? await write(landing, actEntry(target, intent, 'observed', now))
      : nothing
    if (!written.ok) return written
    ledger.memory = afterwards(ledger.memory, intent.action, { ok: true }, now, policy, target).memory
    if (intent.settles) settled.push({ key: intent.settles, resolution: 'observed' })
  }
  ledger.intents = [...ledger.intents, ...intents]
  for (const { key, resolution } of settled) {
    const done = await ports.store.settleEvidence(target, key, resolution, now)
    if (!done.ok) return done
  }
  const recorded = await record(
    landing,
    lease,
    ledger,
    settled.map(({ key }) => key),
  )
  if (!recorded.ok) return recorded
  if (!recorded.value) return answered('fenced')
  const nextLookAtMs = portion.more ? soonest(plan.nextLookAtMs, now + leftoverLookMs) : plan.nextLookAtMs
  return answered({ intents, nextLookAtMs })
}

const nothing = answered(undefined)

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
  const known = leftover ? await whatCameOf(ports, target, intent, policy) : null
  const outcome = known ?? (await act(ports, target, intent))
  const now = ports.clock.now()
  const after = afterwards(ledger.memory, intent.action, outcome, now, policy, target)
  const standing = { ...after.memory.standing }
  if (after.stance !== null) standing[actSubject(intent.room, intent.action)] = after.stance
  ledger.memory = { ...after.memory, standing }
  const isOpen = !outcome.ok && outcome.transient
  if (isOpen)
    ledger.tryAgain = { operation: intent.action.verb, code: 'unavailable', message: outcome.message }
  const written = await write(landing, actEntry(target, intent, outcome, now, after.sentence))
  if (!written.ok) return written
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

const record = (landing: Landing, lease: Lease, ledger: Ledger, settled: string[]) =>
  landing.ports.store.record(lease, { intents: ledger.intents, memory: ledger.memory, settled })

async function write(landing: Landing, entry: JournalEntry): Promise<Answer<void>> {
  const written = await landing.ports.store.writeJournal(entry)
  if (written.ok) landing.ports.metrics.emit(decisionMetrics(entry))
  return written
}
