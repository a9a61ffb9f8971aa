import { minute, second } from '../../model/time.ts'
import { orphanOf } from '../account.ts'
import type { FaultName } from '../faults.ts'
import { type Courtroom, skewMs } from '../judge.ts'
import { stopsOf } from '../policies.ts'
import type { Invocation } from '../sandbox.ts'
import type { FamilyPart } from '../scenario.ts'
import type { TrueTask } from '../truth.ts'

/** Judges what is told to Cloud Map. */

/** What is written down counts, whatever a lagging read says: a task whose end is known is offered to no client any more. */
export function judgeWelcome(court: Courtroom, { id }: Invocation, target: string, taskId: string): void {
  const endedAtMs = court.history.ended.get(`${target} task/${taskId}`)
  const readAtMs = court.history.told.get(id)?.evidenceAtMs ?? null
  if (endedAtMs !== undefined && readAtMs !== null && endedAtMs < readAtMs)
    court.violate(
      'S3',
      `task ${taskId.slice(0, 8)} is registered in Cloud Map although its end was written down`,
    )
  const family = court.truth.tasks.get(taskId)?.family
  const isChecked = court.scenario.families.some(({ name, checked }) => checked && name === family)
  if (isChecked && court.history.told.get(id)?.health.get(taskId) !== 'HEALTHY')
    court.violate(
      'S3',
      `task ${taskId.slice(0, 8)} is registered in Cloud Map before its health checks succeed`,
    )
}

/** Nothing is said of a task's health but what ECS has said. */
export function judgeHealth(court: Courtroom, { id }: Invocation, [, taskId, status]: unknown[]): void {
  const { history, scenario, violate } = court
  const told = history.told.get(id)
  const well = [...(told?.shown ?? [])].filter(
    ([each, shown]) => each !== taskId && shown !== 'UNHEALTHY' && !history.left.has(each),
  ).length
  const min = minOf(court, taskId as string)
  const isVague = blurs.some(fault => scenario.faults[fault] !== undefined)
  if (status === 'UNHEALTHY' && well < min && !isVague)
    violate(
      'S23',
      `task ${(taskId as string).slice(0, 8)} is told to be UNHEALTHY, and ${well} of ${min} are left`,
    )
  if (history.told.get(id)?.health.get(taskId as string) !== status)
    violate('S3', `task ${(taskId as string).slice(0, 8)} is told to be ${status}, which ECS did not say`)
}

/** Faults under which nobody can know what Cloud Map names. */
const blurs: FaultName[] = ['stale', 'partial', 'cloud-map', 'timeout', 'crash', 'freeze', 'outage']

/** Faults under which a look that saw a task may not live to write it down: two lists that leave it out are then a minute apart. */
const forgets: FaultName[] = ['crash', 'freeze', 'error', 'timeout', 'outage']

/** Seen missing for so long, less the ten seconds by which clocks may differ, a task counts as gone. */
const goneAfterMs = 50 * second

/** Who lives and is well stays; and the last one stays: an empty answer would be cached for minutes. */
export function judgeFarewell(court: Courtroom, { id }: Invocation, taskId: string): void {
  const { scenario, truth, history, now, violate } = court
  const task = truth.tasks.get(taskId)
  const isChecked = scenario.families.some(({ name, checked }) => checked && name === task?.family)
  const unknownMs = now() - (history.unknownSince.get(taskId) ?? now())
  const isFooled =
    forgets.some(fault => scenario.faults[fault] !== undefined) && scenario.faults.partial !== undefined
  if (!task && unknownMs < goneAfterMs)
    violate('S16', `${taskId} is taken out of Cloud Map, and ECS may know its task`)
  // Its place is taken, and it is led out before it is stopped.
  const isSucceeded = history.planned.has(taskId)
  const part = scenario.families.find(({ name }) => name === task?.family)
  const isOver = task !== undefined && part !== undefined && overdueMs(part, task, now()) > -skewMs
  if (
    task?.endingAtMs === null &&
    !isSucceeded &&
    !isOver &&
    !isChecked &&
    !isFooled &&
    unknownMs < goneAfterMs
  )
    violate('S3', `task ${taskId.slice(0, 8)} is taken out of Cloud Map and lives`)
  if (blurs.some(fault => scenario.faults[fault] !== undefined)) return
  const named = history.told.get(id)?.instances ?? []
  const stays = named.filter(each => each !== taskId && !history.left.has(each)).length
  const min = minOf(court, taskId)
  if (stays < min)
    violate(
      'S23',
      `task ${taskId.slice(0, 8)} is taken out of Cloud Map, which then names ${stays} of ${min}`,
    )
}

/** Over its time by so much, ms; less than zero when it is not. */
function overdueMs({ heal }: FamilyPart, { runningAtMs }: TrueTask, now: number): number {
  const most = heal && stopsOf(heal)?.maxRuntime?.afterMs
  return most == null || runningAtMs === null ? -Infinity : now - runningAtMs - most
}

/** As long as the records of the world's Cloud Map live; the operation that takes one away ends later than it begins. */
const drainMs = minute
const patienceMs = 5 * minute

/** Before it is stopped, clients have forgotten a task's address, unless Cloud Map keeps it whatever Longshore does. */
export function judgeDrained(
  { history, truth, now, violate }: Courtroom,
  id: number,
  part: FamilyPart,
  task: TrueTask,
  reason: string,
): void {
  if (!part.discover || task.runningAtMs === null) return
  const { taskId } = task
  const name = `task ${taskId.slice(0, 8)}`
  const isPlanned = /^longshore:(host|retirement)$/.test(reason)
  const named = history.told.get(id)?.instances ?? []
  // Those that are over their time as well leave before it.
  const leaves = (each: string): boolean => {
    const other = truth.tasks.get(each)
    return history.left.has(each) || (other !== undefined && overdueMs(part, other, now()) > -skewMs)
  }
  const others = named.filter(each => each !== taskId && !leaves(each)).length
  const isLast = others < part.place.min
  const isPatient = overdueMs(part, task, now()) >= drainMs + patienceMs - skewMs
  if (!isPlanned && (isLast || isPatient || reason !== 'longshore:max-runtime')) return
  const leftMs = now() - (history.left.get(taskId) ?? -Infinity)
  if (named.includes(taskId)) violate('S24', `${name} is stopped, and Cloud Map names it`)
  if (leftMs < drainMs - skewMs)
    violate('S24', `${name} is stopped ${Math.round(leftMs / second)} s after it left Cloud Map`)
}

/** Instances that stay in the Cloud Map service that names this one. */
function minOf({ scenario, truth }: Courtroom, id: string): number {
  const family = truth.tasks.get(id)?.family
  return scenario.families.find(({ name }) => name === family || orphanOf(name) === id)?.place.min ?? 0
}
