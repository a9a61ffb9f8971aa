import type { restartGroups } from '../../healing/policy.ts'
import { lastSegment } from '../../model/arn.ts'
import type { JournalEntry } from '../../model/decision.ts'
import type { RunTaskRequest, RunTaskResult, StopTaskRequest } from '../../model/ports.ts'
import { minute, second } from '../../model/time.ts'
import type { FaultName } from '../faults.ts'
import { type Courtroom, skewMs } from '../judge.ts'
import { mostMemoryMiB, stopsOf } from '../policies.ts'
import type { Invocation } from '../sandbox.ts'
import type { FamilyPart } from '../scenario.ts'
import type { TrueTask } from '../truth.ts'
import { budgetAtMs, judgeRestartBudget } from './budget.ts'
import { judgeDrained } from './map.ts'
import { judgeOldStop, judgePlanned } from './planned.ts'
import { familyOf } from './safety.ts'

/** Judges every replacement of a task. */

/** What may lie between a look's being due and its RunTask, when everything works. */
const promptMs = 20 * second

/** Which group of causes the author's word belongs to; null = never to be replaced. */
export const groupOf: Record<string, (typeof restartGroups)[number] | null> = {
  crash: 'crash',
  oom: 'oom',
  spot: 'spot',
  maintenance: 'host',
  'host-terminated': 'host',
  'network-interface': 'start',
  'image-not-found': null,
  complete: null,
  user: null,
}

/** What Longshore's `startedBy` says, read by itself. */
export function lineageTold(startedBy: string | null): { root: string; attempt: number } | null {
  const [owner, root, attempt] = startedBy?.split('/') ?? []
  return owner === 'longshore' && root !== undefined ? { root, attempt: Number(attempt) } : null
}

export function judgeReplacement(
  court: Courtroom,
  request: RunTaskRequest,
  { taskArns }: RunTaskResult,
): void {
  const { truth, scenario, history, violate } = court
  const [taskArn] = taskArns
  const started = history.replacements.get(request.startedBy)
  // The same token answers with the same task.
  if (taskArn === undefined || started === taskArn) return
  if ([...history.replacements.values()].includes(taskArn))
    violate('S2', `task ${lastSegment(taskArn).slice(0, 8)} counts as two replacements`)
  history.replacements.set(request.startedBy, taskArn)
  const told = lineageTold(request.startedBy)
  const family = familyOf(request.spec.taskDefinitionArn)
  const part = scenario.families.find(({ name }) => name === family)
  if (!told || !part?.heal) {
    violate('S16', `a task of ${family} is started as ${request.startedBy}`)
    return
  }
  const { root, attempt } = told
  const memoryMiB = Number(request.spec.overrides.memory ?? 0)
  if (memoryMiB > (part.heal.attempts % 2 === 0 ? mostMemoryMiB : 0))
    violate('S6', `attempt ${attempt} of ${root.slice(0, 8)} is given ${memoryMiB} MiB`)
  if (started !== undefined)
    violate(
      'S2',
      `attempt ${attempt} of ${root.slice(0, 8)} is started again, beside ${lastSegment(started).slice(0, 8)}`,
    )
  // A task that ran long enough is the root of a lineage of its own, and still bears the name of the one before.
  const before = [...truth.tasks.values()].find(({ taskId, startedBy }) => {
    const lineage = lineageTold(startedBy)
    return attempt === 1 ? taskId === root : lineage?.root === root && lineage.attempt === attempt - 1
  })
  if (before && (before.endingAtMs === null || isOvertaken(court, before)))
    judgePlanned(court, part, before, taskArn)
  else if (before) {
    judgeCause(court, part, before, attempt)
    judgeRestartBudget(court, part)
  }
  if (before && part.capacity !== 'machines') judgeSize(court, part, before, request)
}

/** Its end was announced, and began while its replacement was under way: reads lag, and calls take their time. */
const isOvertaken = (
  { now, truth }: Courtroom,
  { taskId, cause, endingAtMs, stoppedAtMs }: TrueTask,
): boolean =>
  cause === 'maintenance' &&
  truth.announced.has(taskId) &&
  stoppedAtMs === null &&
  now() - (endingAtMs ?? 0) < minute

/** Of Fargate, as far as these families go (developer guide, "Task CPU and memory"): MiB by CPU units. */
const sizes: Record<number, number[]> = {
  256: [512, 1_024, 2_048],
  512: [1_024, 2_048, 3_072, 4_096],
  1024: [2_048, 3_072, 4_096],
}

/** A replacement has as much as the task before, and more if that ran out of memory, in a size that Fargate knows. */
function judgeSize(
  { scenario, violate }: Courtroom,
  { heal }: FamilyPart,
  before: TrueTask,
  { spec: { overrides } }: RunTaskRequest,
): void {
  const name = before.taskId.slice(0, 8)
  const cpuUnits = Number(overrides.cpu ?? before.cpuUnits)
  const memoryMiB = Number(overrides.memory ?? before.memoryMiB)
  if (!sizes[cpuUnits]?.includes(memoryMiB))
    violate(
      'S6',
      `task ${name} is replaced with ${cpuUnits} CPU units and ${memoryMiB} MiB, no size of Fargate’s`,
    )
  if (memoryMiB < before.memoryMiB || cpuUnits < before.cpuUnits)
    violate('S6', `task ${name} had ${before.memoryMiB} MiB and is replaced with ${memoryMiB}`)
  const isFair = Object.keys(scenario.faults).length === 0
  const grows = heal !== null && heal.attempts % 2 === 0
  if (
    isFair &&
    grows &&
    before.cause === 'oom' &&
    memoryMiB < Math.min(before.memoryMiB * 1.5, mostMemoryMiB)
  )
    violate('S6', `task ${name} ran out of ${before.memoryMiB} MiB and is replaced with ${memoryMiB}`)
}

function judgeCause(court: Courtroom, part: FamilyPart, before: TrueTask, attempt: number): void {
  const { history, now, violate } = court
  const heal = part.heal as NonNullable<FamilyPart['heal']>
  const name = before.taskId.slice(0, 8)
  if (before.endingAtMs === null) return
  if (history.planned.has(before.taskId))
    violate('S19', `task ${name} was replaced while it lived, and is once more now that it ended`)
  const group = before.cause === null ? null : groupOf[before.cause]
  // Longshore's own stops, but for the one that the policy leaves.
  const isOwn = /^longshore:(stuck|unhealthy)$/.test(before.cause ?? '') && stopsOf(heal) !== undefined
  if (!isOwn && (!group || !heal.on.includes(group)))
    violate('S5', `task ${name} ended by ${before.cause ?? 'nobody known'} and is replaced`)
  if (before.keeper !== 'nobody')
    violate(
      'S5',
      `task ${name} was run by ${before.keeper === 'schedule' ? 'a schedule' : 'an orchestrator'} and is replaced`,
    )
  if (before.stoppedAtMs === null && before.cause !== 'spot')
    violate('S2', `task ${name} is replaced while it is still stopping`)
  if (attempt > heal.attempts)
    violate('S6', `task ${name} is replaced by attempt ${attempt} of ${heal.attempts}`)
  // In fair weather nothing keeps a replacement from starting when it is due; after a warning of Spot it is due before the end.
  const isFair = Object.keys(court.scenario.faults).length === 0 && hasRoom(court)
  const waitMs = Math.min(heal.firstMs * 2 ** (attempt - 1), heal.maxMs)
  // What could not start waits up to a quarter longer, so that not all come back together.
  const latestMs = group === 'start' ? waitMs * 1.25 : waitMs
  if (now() - before.endingAtMs < waitMs - skewMs)
    violate(
      'S6',
      `task ${name} is replaced ${Math.round((now() - before.endingAtMs) / second)} s after its end, not ${waitMs / second} s`,
    )
  const readyAtMs = before.cause === 'spot' ? before.endingAtMs : (before.stoppedAtMs ?? before.endingAtMs)
  const dueAtMs = Math.max(readyAtMs + latestMs, budgetAtMs(court, part))
  if (isFair && court.scenario.versions.length === 1 && now() - dueAtMs > promptMs)
    violate(
      'S6',
      `task ${name} is replaced ${Math.round((now() - readyAtMs) / second)} s after it could be, not ${waitMs / second} s`,
    )
}

/** Spot that runs out keeps a replacement waiting in the fairest weather. */
const hasRoom = ({ scenario }: Courtroom): boolean =>
  !scenario.happenings.some(({ what }) => what === 'spot-capacity')

/** As in the policy of every simulated family. */
const resetAfterMs = 10 * minute

/** Attempts are exhausted when they are, not before. */
export function judgeGivingUp(
  { scenario, truth, violate }: Courtroom,
  { about, because }: JournalEntry,
): void {
  const task = truth.tasks.get(about ?? '')
  const heal = scenario.families.find(({ name }) => name === task?.family)?.heal
  if (!task || !heal || because.code !== 'attempts-exhausted') return
  const name = task.taskId.slice(0, 8)
  const attempt = lineageTold(task.startedBy)?.attempt ?? 0
  if (attempt < heal.attempts)
    violate('S6', `task ${name} is given up after ${attempt} of ${heal.attempts} attempts`)
  const ranMs = (task.endingAtMs ?? 0) - (task.runningAtMs ?? task.endingAtMs ?? 0)
  if (ranMs > resetAfterMs)
    violate(
      'S6',
      `task ${name} is given up although it ran ${Math.round(ranMs / minute)} minutes: its attempts begin anew`,
    )
}

/** Faults under which a worker may forget what it was told. */
const amnesia: FaultName[] = ['crash', 'freeze', 'timeout', 'error', 'outage']

/** Calls that place nothing: waits that double, and an end. */
export function judgeUnplaced({ scenario, violate }: Courtroom, startedBy: string, times: number[]): void {
  if (amnesia.some(fault => scenario.faults[fault] !== undefined)) return
  const heals = scenario.families.flatMap(({ heal }) => heal ?? [])
  const most = Math.max(0, ...heals.map(({ attempts }) => attempts)) + 1
  if (times.length > most) violate('S6', `${startedBy} is tried ${times.length} times without a place for it`)
  const [before, last] = times.slice(-2)
  const waitMs = 10 * second * 2 ** (times.length - 2)
  if (before !== undefined && last !== undefined && last - before < Math.min(waitMs, 5 * minute) - skewMs)
    violate(
      'S6',
      `${startedBy} is tried again ${Math.round((last - before) / second)} s after try ${times.length - 1}`,
    )
}

/** A task is stopped when its policy says so, and not before its time. */
export function judgeStop(court: Courtroom, { id }: Invocation, { task, reason }: StopTaskRequest): void {
  const { truth, scenario, history, now, violate } = court
  const taskId = lastSegment(task)
  const stopped = truth.tasks.get(taskId)
  const part = scenario.families.find(({ name }) => name === stopped?.family)
  if (part && stopped) judgeDrained(court, id, part, stopped, reason)
  if (part && stopped && /^longshore:(host|retirement)$/.test(reason)) {
    judgeOldStop(court, part, stopped, reason)
    return
  }
  const heal = part?.heal
  const rules = heal && stopsOf(heal)
  if (!stopped || !rules) return
  const name = taskId.slice(0, 8)
  const agesMs = {
    'longshore:max-runtime': [now() - (stopped.runningAtMs ?? now()), rules.maxRuntime?.afterMs],
    'longshore:stuck': [now() - stopped.createdAtMs, rules.stuck?.afterMs],
    'longshore:unhealthy': [now() - (stopped.runningAtMs ?? now()), rules.unhealthy?.afterMs],
  }[reason]
  const [ageMs = 0, afterMs = Infinity] = agesMs ?? []
  if (ageMs < afterMs - skewMs)
    violate('S5', `task ${name} is stopped as ${reason} after ${ageMs / second} s`)
  if (reason === 'longshore:unhealthy' && history.told.get(id)?.health.get(taskId) !== 'UNHEALTHY')
    violate('S5', `task ${name} is stopped as unhealthy, and nobody said so`)
}
