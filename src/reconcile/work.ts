import { type Do, type Intent, isDo, type JournalEntry, type Verb } from '../model/decision.ts'
import type { Memory } from '../model/memory.ts'
import { type Answer, type AwsFailure, answered } from '../model/reading.ts'
import type { Lease, TargetState } from '../model/state.ts'
import { decisionMetrics } from '../voice/metrics.ts'
import { act, intentLifetimeMs } from './act.ts'
import { afterwards } from './afterwards.ts'
import { actEntry, digest, holdEntry, subjectOf } from './journal.ts'
import { look } from './look.ts'
import type { Plan } from './plan.ts'
import type { Landing } from './reconcile.ts'
import type { Explained } from './rooms.ts'
import { isNews, standingOf } from './standing.ts'

/** What the holder of a lease has in hand; every change of it is written under the lease's epoch. */
interface Ledger {
  intents: Intent[]
  memory: Memory
  /** The last action that may succeed when tried again. */
  tryAgain: AwsFailure | null
}

/** First what drains, then what adds, last what takes away. */
const rank: Record<Verb, number> = {
  'deregister-instance': 0,
  'run-task': 1,
  'update-service': 2,
  'register-instance': 3,
}

/** One round under the lease: finish what an earlier holder began, look, decide, write down, do. */
export async function work(
  landing: Landing,
  lease: Lease,
  state: TargetState,
): Promise<Answer<{ nextLookAtMs: number | null } | 'fenced'>> {
  const ledger: Ledger = { intents: state.intents, memory: state.memory, tryAgain: null }
  for (const intent of state.intents) {
    const finished = await finish(landing, lease, ledger, intent, true)
    if (!finished.ok || finished.value === 'fenced') return finished as Answer<'fenced'>
  }
  const inbox = state.inbox.filter(key => !ledger.intents.some(intent => intent.settles === key))
  const plan = await look(landing, lease.target, { ...state, ...ledger, inbox })
  if (!plan.ok) return plan
  const begun = await begin(landing, lease, ledger, plan.value, state.memory.standing)
  if (!begun.ok || begun.value === 'fenced') return begun as Answer<'fenced'>
  for (const intent of begun.value) {
    const finished = await finish(landing, lease, ledger, intent, false)
    if (!finished.ok || finished.value === 'fenced') return finished as Answer<'fenced'>
  }
  if (ledger.tryAgain) return { ok: false, failure: ledger.tryAgain }
  return answered({ nextLookAtMs: plan.value.nextLookAtMs })
}

/** Writes down what was decided: holds into the journal, actions as intents, before anything is done. */
async function begin(
  landing: Landing,
  lease: Lease,
  ledger: Ledger,
  plan: Plan,
  standingBefore: Record<string, string> | undefined,
): Promise<Answer<Intent[] | 'fenced'>> {
  const { ports, policy } = landing
  const now = ports.clock.now()
  ports.metrics.emit(plan.metrics)
  const news = plan.explained.filter(each => isNews(each, standingBefore))
  for (const each of news.filter(each => !isDo(each.decision))) {
    const written = await write(landing, holdEntry(lease.target, each, now))
    if (!written.ok) return written
  }
  const wanted = plan.explained
    .flatMap(each => (isDo(each.decision) ? [intentOf(lease, each, each.decision, now)] : []))
    .sort((a, b) => rank[a.action.verb] - rank[b.action.verb])
  const settled = [...plan.settled]
  ledger.memory = { ...plan.memory, standing: standingOf(plan.explained) }
  if (policy.mode === 'observe') {
    for (const intent of wanted) {
      const isNew = news.some(each => isDo(each.decision) && each.decision.do === intent.action)
      const written = isNew
        ? await write(landing, actEntry(lease.target, intent, 'observed', now))
        : answered(undefined)
      if (!written.ok) return written
      ledger.memory = afterwards(ledger.memory, intent.action, { ok: true }, now, policy, lease.target).memory
      if (intent.settles) settled.push({ key: intent.settles, resolution: 'observed' })
    }
  } else {
    ledger.intents = [...ledger.intents, ...wanted]
  }
  for (const { key, resolution } of settled) {
    const done = await ports.store.settleEvidence(lease.target, key, resolution, now)
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
  return answered(policy.mode === 'observe' ? [] : wanted)
}

const intentOf = (lease: Lease, { room, sentence }: Explained, decision: Do, now: number): Intent => ({
  id: digest([lease.target, lease.epoch, decision.do, now]),
  room,
  action: decision.do,
  because: decision.because,
  sentence,
  tell: decision.tell,
  settles: decision.do.verb === 'run-task' ? `task/${subjectOf(decision.do)}` : null,
  recordedAtMs: now,
})

/** Does one intent, says what came of it, and takes it off the ledger. */
async function finish(
  landing: Landing,
  lease: Lease,
  ledger: Ledger,
  intent: Intent,
  leftover: boolean,
): Promise<Answer<'done' | 'fenced'>> {
  const { ports, policy } = landing
  const outcome = await act(ports, lease.target, intent, leftover)
  const now = ports.clock.now()
  const after = afterwards(ledger.memory, intent.action, outcome, now, policy, lease.target)
  ledger.memory = after.memory
  const again = !outcome.ok && outcome.transient && now - intent.recordedAtMs < intentLifetimeMs
  if (again) {
    ledger.tryAgain = { operation: intent.action.verb, code: 'unavailable', message: outcome.message }
  }
  const keep = again && intent.action.verb === 'run-task'
  if (!keep) {
    const written = await write(landing, actEntry(lease.target, intent, outcome, now, after.sentence))
    if (!written.ok) return written
  }
  const settles = after.resolution !== null && intent.settles !== null ? intent.settles : null
  if (settles !== null && after.resolution !== null) {
    const settled = await ports.store.settleEvidence(lease.target, settles, after.resolution, now)
    if (!settled.ok) return settled
  }
  ledger.intents = ledger.intents.filter(each => keep || each.id !== intent.id)
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
