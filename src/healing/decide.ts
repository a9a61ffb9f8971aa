import type { Decision, Verdict } from '../model/decision.ts'
import type { MemoryChange } from '../model/launch-spec.ts'
import type { HealingMemory } from '../model/memory.ts'
import { isStopped, lineageOf } from '../model/task.ts'
import { day, hour, minute, second } from '../model/time.ts'
import { roomAtMs, spentWithin } from './budget.ts'
import { type Judgement, judge, type RunTaskAction, unlessGone } from './judgement.ts'
import { overdue, type StopTaskAction } from './overdue.ts'
import { placementRetryMs } from './placement.ts'
import type { HealPolicy, RestartBudget } from './policy.ts'
import type { HealingReason } from './reason.ts'
import { type Recovery, recoveriesOf } from './recovery.ts'
import { familyCapacity } from './spot.ts'
import { stopFacts } from './stop-facts.ts'
import type { HealingView, StoppedTask } from './view.ts'

export type HealingAction = RunTaskAction | StopTaskAction

export interface HealingVerdict extends Verdict<HealingReason, HealingAction, HealingMemory> {
  /** Lineages that run again since the last look. */
  recoveries: Recovery[]
}

/** More stops than that wait for the next look: a look ends within its lease, and Fargate starts 20 tasks a second. */
const restartsPerLook = 20
const nextTurnMs = second
/** A small budget is spent again and again on a bad day. */
const tellAgainMs = hour
const specsOutstandingMs = 10 * second
/** A RUNNING event that was lost leaves a task without a launch specification. */
const quietLookMs = 5 * minute

/** By then the launch specification of the replacement is recorded, and tells it. */
const grownKeptMs = day

/** Which of the family's stopped tasks are run again: now, later or never. `policy` null: the owner wants none of it. */
export function decide(
  view: HealingView,
  policy: HealPolicy | null,
  memory: HealingMemory | undefined,
  now: number,
): HealingVerdict {
  const stops = inOrder(view.stopped)
  const tasks = [...view.living, ...stops.map(stop => stop.task)]
  const started = new Set(tasks.map(task => task.startedBy))
  const { recoveries, waiting } = recoveriesOf(tasks, memory?.recovering ?? {}, now)
  const before = new Map(Object.entries(memory?.placements ?? {}))
  const placements: typeof before = new Map()
  const grown = new Map(
    Object.entries(memory?.grown ?? {}).filter(([, { atMs }]) => now - atMs < grownKeptMs),
  )
  const decisions: Decision<HealingReason, HealingAction>[] = []
  const settled = stops.flatMap(({ key, resolution }) => (resolution === null ? [] : [{ key, resolution }]))
  const looks: number[] = []
  const stoppedTasks = stops.map(({ task }) => task)
  const capacity = familyCapacity(stoppedTasks, view.living, policy?.spot?.fallback, memory?.spot, now)
  const spent = policy ? spentWithin(memory?.restarts ?? [], policy.restart.budget.withinMs, now) : []
  let due = 0
  let restarts = 0
  const waitForBudget: number[] = []

  for (const stop of stops.filter(each => each.resolution === null)) {
    const { task } = stop
    const placement = before.get(task.taskId)
    const grownBefore = given(grown.get(rootOf(stop)))
    const judged = judge(stop, { policy, placement, grown: grownBefore, capacity, started, now })
    const alone = unlessGone(judged, task, view.images)
    const judgement = inTurn(alone, restarts, policy && roomAtMs(spent, policy.restart.budget, due, now), now)
    if (alone.kind === 'restart') due += 1
    if (judgement.because.code === 'budget-wait') waitForBudget.push(judgement.because.untilMs)
    if (judgement.kind === 'restart') {
      restarts += 1
      const { action, because, stoppedAtMs } = judgement
      decisions.push({ do: action, because, tell: true, facts: stopFacts(stop) })
      if (placement) placements.set(task.taskId, placement)
      capacity.note(task, action)
      const memoryGiven = action.change?.memory
      if (memoryGiven) grown.set(action.rootTaskId, { ...memoryGiven, atMs: now })
      if (!waiting.has(action.rootTaskId)) waiting.set(action.rootTaskId, { stoppedAtMs })
      // When the next try is due, should this one place nothing.
      looks.push(now + placementRetryMs((placement?.failures ?? 0) + 1))
    } else if (judgement.kind === 'wait') {
      const { because, untilMs, lookAtMs, tell } = judgement
      decisions.push({ hold: 'healing', about: task.taskId, because, untilMs, tell: tell ?? false })
      const kept = judgement.placement ?? placement
      if (kept) placements.set(task.taskId, kept)
      looks.push(lookAtMs)
    } else {
      const { because, tell } = judgement
      decisions.push({
        hold: 'healing',
        about: task.taskId,
        because,
        untilMs: null,
        tell,
        facts: stopFacts(stop),
      })
      settled.push({ key: stop.key, resolution: because.code })
      if (because.code !== 'already-replaced') waiting.delete(rootOf(stop))
    }
  }
  const budgetToldAtMs = memory?.budgetToldAtMs
  const isBudgetKnown = budgetToldAtMs !== undefined && now - budgetToldAtMs < tellAgainMs
  const isOverBudget = policy !== null && waitForBudget.length > 0
  if (isOverBudget) decisions.push(budgetSpent(policy.restart.budget, waitForBudget, !isBudgetKnown))
  const late = overdue(view.living, policy, memory, now)
  decisions.push(...late.decisions)
  looks.push(...late.looks)
  if (policy && view.specsOutstanding) looks.push(now + specsOutstandingMs)
  if (policy && view.living.length > 0) looks.push(now + quietLookMs)
  const spot = capacity.memory()
  return {
    decisions,
    memory: {
      placements: Object.fromEntries(placements),
      recovering: Object.fromEntries(waiting),
      ...kept('unhealthySince', late.unhealthySince),
      ...kept('stopping', late.stopping),
      ...kept('grown', Object.fromEntries(grown)),
      ...(spot ? { spot } : {}),
      ...(spent.length > 0 ? { restarts: spent } : {}),
      ...(isBudgetKnown ? { budgetToldAtMs } : isOverBudget ? { budgetToldAtMs: now } : {}),
    },
    settled,
    nextLookAtMs: looks.length === 0 ? null : looks.reduce((soonest, each) => Math.min(soonest, each)),
    recoveries,
  }
}

const given = (grown: (MemoryChange & { atMs: number }) | undefined): MemoryChange | undefined => {
  if (!grown) return undefined
  const { atMs, ...change } = grown
  return change
}

const kept = <K extends string, T extends object>(key: K, value: T): { [key in K]?: T } =>
  Object.keys(value).length > 0 ? ({ [key]: value } as { [key in K]: T }) : {}

const rootOf = ({ task }: StoppedTask): string => lineageOf(task.startedBy)?.rootTaskId ?? task.taskId

/** `restarts`: of this look, before this one. `roomAtMs`: when the family's budget has room for it; null = now. */
function inTurn(judgement: Judgement, restarts: number, roomAtMs: number | null, now: number): Judgement {
  if (judgement.kind !== 'restart') return judgement
  const wait = (because: HealingReason, atMs: number): Judgement => ({
    kind: 'wait',
    because,
    untilMs: atMs,
    lookAtMs: atMs,
    placement: null,
  })
  if (roomAtMs !== null) return wait({ code: 'budget-wait', untilMs: roomAtMs }, roomAtMs)
  return restarts < restartsPerLook
    ? judgement
    : wait({ code: 'in-line', atOnce: restartsPerLook }, now + nextTurnMs)
}

/** `turns`: when each that waits may follow at the soonest. */
const budgetSpent = (
  budget: RestartBudget,
  turns: number[],
  isNews: boolean,
): Decision<HealingReason, never> => {
  const untilMs = Math.min(...turns)
  return {
    hold: 'healing',
    about: null,
    because: { code: 'budget-spent', ...budget, waiting: turns.length, untilMs },
    untilMs,
    tell: isNews,
  }
}

/** Each task once, by its newest evidence; what stopped first comes first, whatever the order of the events. */
function inOrder(stopped: StoppedTask[]): StoppedTask[] {
  const byKey = new Map<string, StoppedTask>()
  for (const stop of stopped) {
    const other = byKey.get(stop.key)
    if (!other || isNewer(stop, other)) byKey.set(stop.key, stop)
  }
  const atMs = ({ task }: StoppedTask) => task.stoppedAtMs ?? task.stoppingAtMs ?? 0
  // Stryker disable next-line EqualityOperator: no two have the same key.
  return [...byKey.values()].sort((a, b) => atMs(a) - atMs(b) || (a.key < b.key ? -1 : 1))
}

function isNewer(stop: StoppedTask, other: StoppedTask): boolean {
  if ((stop.resolution === null) !== (other.resolution === null)) return stop.resolution !== null
  const ahead = (stop.task.version ?? 0) - (other.task.version ?? 0)
  return ahead > 0 || (ahead === 0 && isStopped(stop.task) && !isStopped(other.task))
}
