import type { restartGroups } from '../healing/policy.ts'
import { lastSegment } from '../model/arn.ts'
import type { RunTaskRequest, RunTaskResult } from '../model/ports.ts'
import { second } from '../model/time.ts'
import type { Courtroom } from './judge.ts'
import { familyOf } from './safety.ts'
import { skewMs } from './safety-counts.ts'
import type { FamilyPart } from './scenario.ts'
import type { TrueTask } from './truth.ts'

/** Judges every replacement of a task. */

/** Which group of causes the author's word belongs to; null = never to be replaced. */
export const groupOf: Record<string, (typeof restartGroups)[number] | null> = {
  crash: 'crash',
  oom: 'oom',
  spot: 'spot',
  maintenance: 'host',
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
  history.replacements.set(request.startedBy, taskArn)
  const told = lineageTold(request.startedBy)
  const family = familyOf(request.spec.taskDefinitionArn)
  const part = scenario.families.find(({ name }) => name === family)
  if (!told || !part?.heal) {
    violate('S16', `a task of ${family} is started as ${request.startedBy}`)
    return
  }
  const { root, attempt } = told
  const kin = [...truth.tasks.values()].filter(({ taskId, startedBy }) => {
    const lineage = lineageTold(startedBy)
    return taskId === root || lineage?.root === root
  })
  if (started !== undefined)
    violate(
      'S2',
      `attempt ${attempt} of ${root.slice(0, 8)} is started again, beside ${lastSegment(started).slice(0, 8)}`,
    )
  const before = kin.find(({ taskId, startedBy }) =>
    attempt === 1 ? taskId === root : lineageTold(startedBy)?.attempt === attempt - 1,
  )
  if (before) judgeCause(court, part, before, attempt)
}

function judgeCause(court: Courtroom, part: FamilyPart, before: TrueTask, attempt: number): void {
  const { now, violate } = court
  const heal = part.heal as NonNullable<FamilyPart['heal']>
  const name = before.taskId.slice(0, 8)
  if (before.endingAtMs === null) {
    violate('S2', `task ${name} is replaced while it is meant to live`)
    return
  }
  const group = before.cause === null ? null : groupOf[before.cause]
  if (!group || !heal.on.includes(group))
    violate('S5', `task ${name} ended by ${before.cause ?? 'nobody known'} and is replaced`)
  if (attempt > heal.attempts)
    violate('S6', `task ${name} is replaced by attempt ${attempt} of ${heal.attempts}`)
  const waitMs = Math.min(heal.firstMs * 2 ** (attempt - 1), heal.maxMs)
  if (now() - before.endingAtMs < waitMs - skewMs)
    violate(
      'S6',
      `task ${name} is replaced ${Math.round((now() - before.endingAtMs) / second)} s after its end, not ${waitMs / second} s`,
    )
}
