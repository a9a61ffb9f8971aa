import type { Decision } from '../../model/decision.ts'
import type { HealingMemory } from '../../model/memory.ts'
import { type Retirement, retirementKey } from '../../model/signal.ts'
import { isScheduled, startedByLongshore, type Task } from '../../model/task.ts'
import { second } from '../../model/time.ts'
import { goneFor, type ImageReadings } from '../images.ts'
import { clientToken, type RunTaskAction } from '../judgement.ts'
import { nextInLineage } from '../lineage.ts'
import type { HealPolicy } from '../policy.ts'
import type { HealingReason } from '../reason.ts'
import type { StoppedTask } from '../view.ts'
import { inFlightOf } from './successor.ts'
import { openFrom } from './window.ts'

/** A living task that AWS will stop, with what is needed to run another in its place beforehand. */
export interface RetiringTask {
  retirement: Retirement
  /** Null: it does not live any more. */
  task: Task | null
  spec: StoppedTask['spec']
}

export interface RetirementVerdict {
  decisions: Decision<HealingReason, RunTaskAction>[]
  settled: { key: string; resolution: string }[]
  /** Of tasks whose replacement is still to be tried again. */
  placements: HealingMemory['placements']
  nextLookAtMs: number | null
  /** Replacements that count against the family's budget, with those of this look. */
  inFlight: number
}

type Judgement =
  | { kind: 'leave'; because: HealingReason; tell: boolean }
  | { kind: 'wait'; because: HealingReason; untilMs: number; tell: boolean }
  | { kind: 'replace'; because: HealingReason; action: RunTaskAction }

const againMs = 30 * second

/**
 * Which tasks that AWS will stop are replaced before it does: within the owner's window, so many at once, never after the date.
 * What becomes of the old one: `decide-old-tasks.ts`. Without a wish for it, the notice is told once.
 */
export function decideRetirements(
  retiring: readonly RetiringTask[],
  living: readonly Task[],
  policy: HealPolicy | null,
  memory: HealingMemory | undefined,
  now: number,
  images: ImageReadings = new Map(),
): RetirementVerdict {
  const verdict: RetirementVerdict = {
    decisions: [],
    settled: [],
    placements: {},
    nextLookAtMs: null,
    inFlight: 0,
  }
  const started = new Set(living.map(task => task.startedBy))
  let starting = inFlightOf(living, memory?.replaced ?? {}, now)
  for (const each of inOrder(retiring)) {
    const { taskId } = each.retirement
    const key = retirementKey(taskId)
    if (each.task === null) {
      verdict.settled.push({ key, resolution: 'gone' })
      continue
    }
    const placement = memory?.placements[taskId]
    const replaced = memory?.replaced?.[taskId] !== undefined
    const judgement = judge(each, each.task, { policy, placement, replaced, started, starting, images, now })
    if (placement && judgement.kind !== 'leave') verdict.placements[taskId] = placement
    if (judgement.kind === 'replace') {
      starting += 1
      const { action, because } = judgement
      verdict.decisions.push({ do: action, because, tell: true, settles: key })
    } else {
      const { because, tell } = judgement
      const untilMs = judgement.kind === 'wait' ? judgement.untilMs : null
      verdict.decisions.push({ hold: 'healing', about: taskId, because, untilMs, tell })
      if (judgement.kind === 'leave') verdict.settled.push({ key, resolution: because.code })
    }
    const lookAtMs = judgement.kind === 'wait' ? judgement.untilMs : now + againMs
    if (judgement.kind !== 'leave')
      verdict.nextLookAtMs = Math.min(verdict.nextLookAtMs ?? lookAtMs, lookAtMs)
  }
  verdict.inFlight = starting
  return verdict
}

/** The first to be stopped first. */
const inOrder = (retiring: readonly RetiringTask[]): RetiringTask[] => {
  const atMs = ({ retirement }: RetiringTask) => retirement.atMs ?? Number.MAX_SAFE_INTEGER
  return [...retiring].sort(
    (a, b) => atMs(a) - atMs(b) || (a.retirement.taskId < b.retirement.taskId ? -1 : 1),
  )
}

interface Circumstances {
  policy: HealPolicy | null
  placement: HealingMemory['placements'][string] | undefined
  /** Another stands in its place already. */
  replaced: boolean
  started: ReadonlySet<string | null>
  /** Replacements that do not run yet. */
  starting: number
  images: ImageReadings
  now: number
}

function judge(
  { retirement: { atMs }, spec }: RetiringTask,
  task: Task,
  { policy, placement, replaced, started, starting, images, now }: Circumstances,
): Judgement {
  const leave = (because: HealingReason, tell = true): Judgement => ({ kind: 'leave', because, tell })
  const wait = (because: HealingReason, untilMs: number, tell = false): Judgement => ({
    kind: 'wait',
    because,
    untilMs,
    tell,
  })
  const isScheduledElsewhere = isScheduled(task) && !policy?.restart.scheduled
  if (!policy?.retirement || isScheduledElsewhere)
    return leave({
      code: 'retirement-noticed',
      atMs,
      follows: policy?.restart.on.includes('host') === true && !isScheduledElsewhere,
    })
  const { rootTaskId, attempt } = nextInLineage(task, policy.restart.resetAfterMs, now)
  if (replaced || started.has(startedByLongshore(rootTaskId, attempt)))
    return leave({ code: 'already-replaced', attempt }, false)
  if (atMs !== null && now >= atMs) return leave({ code: 'retirement-too-late', atMs })
  if (spec.kind === 'failed')
    return wait(
      { code: 'unreadable', what: 'The launch specification', failure: spec.failure.code },
      now + againMs,
    )
  if (spec.kind === 'missing') return leave({ code: 'retirement-unsure', atMs, gaps: [] })
  if (spec.value.unsure.length > 0) return leave({ code: 'retirement-unsure', atMs, gaps: spec.value.unsure })
  const opensAtMs = openFrom(policy.retirement.window, now)
  if (opensAtMs > now)
    return atMs !== null && opensAtMs >= atMs
      ? leave({ code: 'retirement-too-late', atMs })
      : wait({ code: 'retirement-planned', atMs, opensAtMs }, opensAtMs, true)
  if (placement && placement.nextTryAtMs > now)
    return wait({ code: 'retirement-waits', untilMs: placement.nextTryAtMs }, placement.nextTryAtMs)
  const { atOnce } = policy.retirement
  if (starting >= atOnce) return wait({ code: 'retirement-in-line', atOnce }, now + againMs)
  const gone = goneFor(task, images)
  if (gone !== null) return leave({ code: 'retirement-image-gone', atMs, image: gone })
  return {
    kind: 'replace',
    because: {
      code: 'retirement',
      atMs,
      attempt,
      ...(policy.retirement.old ? { old: policy.retirement.old } : {}),
    },
    action: {
      verb: 'run-task',
      cluster: task.cluster,
      specTaskId: spec.value.taskId,
      replaces: task.taskArn,
      rootTaskId,
      attempt,
      clientToken: clientToken(task.taskArn, attempt, placement?.failures ?? 0),
    },
  }
}
