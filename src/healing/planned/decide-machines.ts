import { lastSegment } from '../../model/arn.ts'
import type { Decision } from '../../model/decision.ts'
import type { HealingMemory, HostMemory } from '../../model/memory.ts'
import { isScheduled, startedByLongshore, type Task } from '../../model/task.ts'
import { minute, second } from '../../model/time.ts'
import { clientToken, type RunTaskAction } from '../judgement.ts'
import { nextInLineage } from '../lineage.ts'
import type { HealPolicy } from '../policy.ts'
import type { HealingReason } from '../reason.ts'
import { type MachineSight, machinesOf } from './machine-sight.ts'
import { hostsAfter } from './machine-trouble.ts'
import type { HostPolicy } from './policy.ts'
import { openFrom } from './window.ts'

type MachineDecision = Decision<HealingReason, RunTaskAction>

export interface MachineVerdict {
  decisions: MachineDecision[]
  hosts: NonNullable<HealingMemory['hosts']>
  leftOnHost: NonNullable<HealingMemory['leftOnHost']>
  /** Of tasks whose replacement is still to be tried again. */
  placements: HealingMemory['placements']
  nextLookAtMs: number | null
}

const againMs = 30 * second
const troubleLookMs = minute

/**
 * Which tasks on machines in trouble are replaced: after the hold-down, within the owner's window, so many at once. `inFlight`:
 * replacements that count against the budget already.
 */
export function decideMachines(
  sight: MachineSight,
  living: readonly Task[],
  policy: HealPolicy | null,
  memory: HealingMemory | undefined,
  now: number,
  inFlight: number,
): MachineVerdict {
  const verdict: MachineVerdict = {
    decisions: [],
    hosts: {},
    leftOnHost: {},
    placements: {},
    nextLookAtMs: null,
  }
  if (!policy?.host) return verdict
  const hosts = hostsAfter(machinesOf(living), sight.seen, memory?.hosts ?? {}, now)
  const started = new Set(living.map(task => task.startedBy))
  let starting = inFlight
  const lookAt = (atMs: number) => {
    verdict.nextLookAtMs = Math.min(verdict.nextLookAtMs ?? atMs, atMs)
  }
  for (const [arn, host] of inOrder(hosts)) {
    verdict.hosts[arn] = host
    lookAt(now + troubleLookMs)
    const tasks = living
      .filter(task => task.containerInstanceArn === arn && memory?.replaced?.[task.taskId] === undefined)
      .sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
    for (const { taskId } of tasks) {
      const leftAtMs = memory?.leftOnHost?.[taskId]
      if (leftAtMs !== undefined) verdict.leftOnHost[taskId] = leftAtMs
      const placement = memory?.placements[taskId]
      if (placement) verdict.placements[taskId] = placement
    }
    // What this look did not find so is not acted on.
    if (tasks.length === 0 || host.seenAtMs !== now) continue
    const notice = noticeOf(arn, host, tasks, policy.host, policy, now)
    if (notice) {
      verdict.decisions.push(notice.decision)
      verdict.hosts[arn] = notice.host
      if (notice.untilMs !== null) lookAt(notice.untilMs)
    }
    if (notice?.isFinal) continue
    for (const task of tasks.filter(each => isOurs(each, policy))) {
      const judgement = judge(task, host, sight, policy, policy.host, { memory, started, starting, now })
      verdict.decisions.push(judgement.decision)
      if ('do' in judgement.decision) starting += 1
      if (judgement.isLeft) verdict.leftOnHost[task.taskId] = memory?.leftOnHost?.[task.taskId] ?? now
      else if (judgement.lookAtMs !== null) lookAt(judgement.lookAtMs)
    }
  }
  return verdict
}

/** The longest in trouble first. */
const inOrder = (hosts: Record<string, HostMemory>): [string, HostMemory][] =>
  Object.entries(hosts).sort(([a, x], [b, y]) => x.sinceMs - y.sinceMs || (a < b ? -1 : 1))

/** A schedule of EventBridge starts the next one itself. */
const isOurs = (task: Task, policy: HealPolicy): boolean => !isScheduled(task) || policy.restart.scheduled

interface Notice {
  decision: MachineDecision
  host: HostMemory
  untilMs: number | null
  /** Nothing is done about its tasks now. */
  isFinal: boolean
}

/** What is said of the machine as a whole, once for each trouble; null = its tasks are dealt with one by one. */
function noticeOf(
  arn: string,
  host: HostMemory,
  tasks: Task[],
  { afterMs, remedy, window }: HostPolicy,
  policy: HealPolicy,
  now: number,
): Notice | null {
  const machine = lastSegment(arn)
  const { trouble } = host
  const said = (because: HealingReason, untilMs: number | null, isTold: boolean): Notice => ({
    decision: {
      hold: 'healing',
      about: machine,
      because,
      untilMs,
      tell: isTold && host.told !== because.code,
    },
    host: isTold ? { ...host, told: because.code } : host,
    untilMs,
    isFinal: true,
  })
  const heldUntilMs = host.sinceMs + afterMs
  if (heldUntilMs > now) return said({ code: 'machine-held-down', trouble }, heldUntilMs, false)
  const forMs = now - host.sinceMs
  const ours = tasks.filter(task => isOurs(task, policy)).length
  if (remedy === 'notify' || ours === 0)
    return said({ code: 'machine-noticed', trouble, forMs, tasks: tasks.length }, null, true)
  const opensAtMs = window ? openFrom(window, now) : now
  return opensAtMs > now
    ? said({ code: 'machine-planned', trouble, forMs, tasks: ours, opensAtMs }, opensAtMs, true)
    : null
}

interface TaskJudgement {
  decision: MachineDecision
  lookAtMs: number | null
  /** It stays where it is for good. */
  isLeft?: true
}

function judge(
  task: Task,
  host: HostMemory,
  { specs }: MachineSight,
  { restart }: HealPolicy,
  { atOnce }: HostPolicy,
  circumstances: {
    memory: HealingMemory | undefined
    started: ReadonlySet<string | null>
    starting: number
    now: number
  },
): TaskJudgement {
  const { memory, started, starting, now } = circumstances
  const { taskId, taskArn, cluster } = task
  const { trouble } = host
  const hold = (because: HealingReason, untilMs: number | null, tell = false): TaskJudgement => ({
    decision: { hold: 'healing', about: taskId, because, untilMs, tell },
    lookAtMs: untilMs,
  })
  if (memory?.leftOnHost?.[taskId] !== undefined)
    return { ...hold({ code: 'machine-left', trouble }, null), isLeft: true }
  const { rootTaskId, attempt } = nextInLineage(task, restart.resetAfterMs, now)
  if (started.has(startedByLongshore(rootTaskId, attempt)))
    return { ...hold({ code: 'already-replaced', attempt }, null), isLeft: true }
  const spec = specs.get(taskId)
  if (spec?.kind === 'failed')
    return hold(
      { code: 'unreadable', what: 'The launch specification', failure: spec.failure.code },
      now + againMs,
    )
  const gaps = spec?.kind === 'value' ? spec.value.unsure : []
  if (spec?.kind !== 'value' || gaps.length > 0)
    return { ...hold({ code: 'machine-unsure', trouble, gaps }, null, true), isLeft: true }
  const placement = memory?.placements[taskId]
  if (placement && placement.nextTryAtMs > now)
    return hold({ code: 'machine-waits', untilMs: placement.nextTryAtMs }, placement.nextTryAtMs)
  if (starting >= atOnce) return hold({ code: 'machine-in-line', atOnce }, now + againMs)
  return {
    decision: {
      do: {
        verb: 'run-task',
        cluster,
        specTaskId: spec.value.taskId,
        replaces: taskArn,
        rootTaskId,
        attempt,
        clientToken: clientToken(taskArn, attempt, placement?.failures ?? 0),
      },
      because: { code: 'machine', trouble, forMs: now - host.sinceMs, attempt },
      tell: true,
      facts: [{ label: 'Machine', value: lastSegment(task.containerInstanceArn ?? '') }],
      // The task lives: nobody keeps anything of its end.
      settles: null,
    },
    lookAtMs: now + againMs,
  }
}
