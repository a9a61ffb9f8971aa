import { decide as decideDiscovery } from '../discovery/decide.ts'
import { observeDiscovery } from '../discovery/observe.ts'
import { decide as decideHealing, type HealingVerdict } from '../healing/decide.ts'
import { withLastWords } from '../healing/last-words.ts'
import { observeFamily } from '../healing/observe.ts'
import { withoutReplaced } from '../healing/planned/decide-replaced.ts'
import { readImagesOf } from '../healing/read-images.ts'
import type { HealingReason } from '../healing/reason.ts'
import { lastSegment } from '../model/arn.ts'
import { type Decision, type Hold, isDo } from '../model/decision.ts'
import type { DescribedTask } from '../model/ports.ts'
import { type Answer, answered, type Reading } from '../model/reading.ts'
import type { FamilyTarget } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import { taskRuleFor } from '../policy/match.ts'
import type { TaskRule } from '../policy/policy.ts'
import { recoveryMetrics } from '../voice/metrics.ts'
import { asIfStopping, drain, leavingOf } from './drain.ts'
import type { Landing } from './landing.ts'
import { livingTasks, missedStops } from './living.ts'
import { filled, type LookState, type Plan, soonest } from './plan.ts'
import { lookAtPlanned, type PlannedLook } from './planned-look.ts'
import { explainedDiscovery, explainedHealing } from './rooms.ts'

/** ECS did not tell which tasks live, or contradicts itself. */
const unsureLookMs = 30 * second
/** Lists of ECS lag: a task that one of them left out, and of which no event came, is found by the next. */
const resyncMs = 10 * minute

/** One family of standalone tasks: which of them come back, and does Cloud Map name exactly the living. */
export async function lookAtFamily(
  landing: Landing,
  target: FamilyTarget,
  state: LookState,
): Promise<Answer<Plan>> {
  const { ports, policy } = landing
  const rule = taskRuleFor(policy, target)
  if (!rule) {
    const settled = state.inbox.map(key => ({ key, resolution: 'not-managed' }))
    return answered({ explained: [], memory: state.memory, settled, nextLookAtMs: null, metrics: [] })
  }
  const living = await livingTasks(ports, target)
  const healed = await heal(landing, target, rule, state, living)
  if (!healed.ok) return healed
  const discovered = await discover(landing, target, rule, state, living, healed.value.stops)
  return answered({
    explained: [...healed.value.explained, ...explainedHealing(discovered.stops), ...discovered.explained],
    memory: { ...healed.value.memory, ...discovered.memory },
    settled: healed.value.settled,
    nextLookAtMs: soonest(healed.value.nextLookAtMs, discovered.nextLookAtMs, ports.clock.now() + resyncMs),
    metrics: healed.value.metrics,
  })
}

async function heal(
  { ports }: Landing,
  target: FamilyTarget,
  rule: TaskRule,
  state: LookState,
  living: Reading<DescribedTask[]>,
): Promise<Answer<Plan & { stops: Stop[] }>> {
  const kept = await ports.store.evidence(target, state.inbox)
  if (!kept.ok) return kept
  const alive = living.kind === 'value' ? living.value : []
  const before = state.memory.living ?? []
  // Kept as it was when the tasks could not be listed: unknown is not gone.
  const vanished = living.kind === 'value' ? before.filter(id => !alive.some(task => task.taskId === id)) : []
  const missed = await missedStops(ports, target, kept.value, vanished)
  if (!missed.ok) return missed
  const { forgotten, unexplained } = missed.value

  const now = ports.clock.now()
  const replaced = withoutReplaced(missed.value.inbox, state.memory.healing?.replaced ?? {}, now)
  const { inbox } = replaced
  const seen = await observeFamily(ports, target, rule.heal !== null, inbox, alive, now)
  for (const spec of seen.specsToKeep) {
    const written = await ports.store.keepLaunchSpec(target, spec)
    if (!written.ok) return written
  }
  const images = await readImagesOf(
    ports,
    seen.view.stopped.map(({ task }) => task),
    readings =>
      decideHealing({ ...seen.view, images: readings }, rule.heal, state.memory.healing, now).decisions,
  )
  const verdict = decideHealing({ ...seen.view, images }, rule.heal, state.memory.healing, now)
  const decisions = await withLastWords(ports, verdict.decisions, seen.view.stopped)
  const healing = { ...emptyHealing, ...state.memory.healing, replaced: replaced.replaced }
  const alone = living.kind === 'value' ? seen.view.living : null
  const ending = endingOf(verdict)
  const planned = await lookAtPlanned(ports, target, rule.heal, inbox, alone, ending, healing, images)
  // Nobody keeps any longer what these keys stood for.
  const known = new Set([
    ...seen.view.stopped.map(({ key }) => key),
    ...replaced.settled.map(({ key }) => key),
    ...inbox.filter(kept => 'retirement' in kept && kept.resolution === null).map(({ key }) => key),
  ])
  const expired = state.inbox.filter(key => !known.has(key)).map(key => ({ key, resolution: 'expired' }))
  const isUnsure = living.kind !== 'value' || unexplained.length > 0 || planned.isUnsure
  return answered({
    explained: explainedHealing([
      ...decisions.filter(each => !isStop(each)),
      ...replaced.decisions,
      ...planned.decisions,
      ...(rule.heal ? forgotten.map(unseen) : []),
    ]),
    memory: {
      ...state.memory,
      healing: {
        ...verdict.memory,
        ...planned.memory,
        placements: { ...verdict.memory.placements, ...planned.memory.placements },
        ...(verdict.memory.stopping || planned.memory.stopping
          ? { stopping: { ...planned.memory.stopping, ...verdict.memory.stopping } }
          : {}),
        ...(Object.keys(replaced.replaced).length > 0 ? { replaced: replaced.replaced } : {}),
      },
      living: living.kind === 'value' ? [...alive.map(task => task.taskId), ...unexplained] : before,
    },
    stops: [...decisions.filter(isStop), ...planned.oldTasks],
    settled: [...verdict.settled, ...replaced.settled, ...planned.settled, ...expired],
    nextLookAtMs: soonest(verdict.nextLookAtMs, planned.nextLookAtMs, isUnsure ? now + unsureLookMs : null),
    metrics: verdict.recoveries.flatMap(({ ms }) => recoveryMetrics(target, ms)),
  })
}

type Stop = PlannedLook['oldTasks'][number]

const isStop = (decision: Decision<HealingReason>): decision is Stop =>
  isDo(decision) && decision.do.verb === 'stop-task'

const emptyHealing = { placements: {}, recovering: {} }

/** Tasks that are stopped now, or were asked to stop a while ago. */
const endingOf = ({ decisions, memory }: HealingVerdict): Set<string> =>
  new Set([
    ...decisions.flatMap(each =>
      isDo(each) && each.do.verb === 'stop-task' ? [lastSegment(each.do.taskArn)] : [],
    ),
    ...Object.keys(memory.stopping ?? {}),
  ])

/** Its stop was told by no event, and ECS has forgotten it by now: for more than an hour nobody looked. */
const unseen = (taskId: string): Hold<HealingReason> => ({
  hold: 'healing',
  about: taskId,
  because: { code: 'cause-unknown' },
  untilMs: null,
  tell: true,
})

async function discover(
  { ports }: Landing,
  target: FamilyTarget,
  rule: TaskRule,
  state: LookState,
  living: Reading<DescribedTask[]>,
  stops: Stop[],
): Promise<
  Pick<Plan, 'explained' | 'nextLookAtMs'> & { stops: Stop[]; memory: Pick<Plan['memory'], 'discovery'> }
> {
  if (!rule.discover) return { explained: [], stops, nextLookAtMs: null, memory: {} }
  const view = await observeDiscovery(ports, target, rule.discover, living, state.memory.discovery)
  const now = ports.clock.now()
  const leaving = asIfStopping(view, leavingOf(stops, view))
  const verdict = decideDiscovery(leaving, rule.discover, state.memory.discovery, now)
  const { unnamedSince: _, ...memory } = verdict.memory
  const drained = drain(stops, view, verdict.decisions, verdict.memory, rule.discover, now)
  return {
    explained: explainedDiscovery(verdict.decisions),
    stops: drained.stops,
    nextLookAtMs: soonest(verdict.nextLookAtMs, drained.nextLookAtMs),
    memory: { discovery: { ...memory, ...filled('unnamedSince', drained.unnamedSince) } },
  }
}
