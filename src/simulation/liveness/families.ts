import { minute } from '../../model/time.ts'
import type { World } from '../../world/world.ts'
import { farOrphan, foreignInstance, hasCustomHealth, orphanOf, secondForeign } from '../account.ts'
import type { Courtroom } from '../judge.ts'
import { cluster } from '../policies.ts'
import { groupOf, lineageTold } from '../safety/restarts.ts'
import type { FamilyPart } from '../scenario.ts'
import type { TrueTask } from '../truth.ts'

/** Judges a family at the end of the quiet: who failed is replaced or given up, and Cloud Map names exactly who lives. */

/** A task that ended so late that its back-off, and a look that failed before it, may still run. */
const healedWithinMs = 4 * minute
/** One that nobody told of and that lived between two looks left no trace. */
const unseenMs = 6 * minute

export function judgeHealing(
  court: Courtroom,
  part: FamilyPart,
  heal: NonNullable<FamilyPart['heal']>,
): void {
  const { truth, now, violate } = court
  for (const task of truth.tasks.values()) {
    if (
      task.family !== part.name ||
      task.service !== null ||
      task.keeper !== 'nobody' ||
      task.stoppedAtMs === null
    )
      continue
    const group = task.cause === null ? null : groupOf[task.cause]
    if (!group || !heal.on.includes(group) || now() - task.stoppedAtMs < healedWithinMs) continue
    if (!isKnown(court, task) || isReplaced(court, task) || isGivenUp(court, task)) continue
    violate(
      'L4',
      `task ${task.taskId.slice(0, 8)} of ${part.name} ended by ${task.cause} and is neither replaced nor given up`,
    )
  }
}

function isKnown({ history, scenario, startAtMs }: Courtroom, task: TrueTask): boolean {
  // Told of, or seen alive: but not while another version of the policy only watched.
  const observed = scenario.versions.some(({ mode }) => mode === 'observe')
  if (observed && (task.stoppedAtMs ?? 0) < startAtMs + scenario.quietFromMs) return false
  const livedMs = (task.endingAtMs ?? 0) - (task.runningAtMs ?? task.endingAtMs ?? 0)
  // In bad weather every look at it may have failed.
  const isFair = Object.keys(scenario.faults).length === 0
  return task.toldOfEnd || history.seenLiving.has(task.taskId) || (isFair && livedMs > unseenMs)
}

const isReplaced = ({ history }: Courtroom, task: TrueTask): boolean => {
  const lineage = lineageTold(task.startedBy)
  const next = lineage ? `longshore/${lineage.root}/${lineage.attempt + 1}` : null
  return (
    history.replacements.has(`longshore/${task.taskId}/1`) ||
    (next !== null && history.replacements.has(next))
  )
}

/** Why nobody gives up a task whose end the policy wants healed: its cause was misread. */
const misreadings: ReadonlySet<string> = new Set([
  'user-stop',
  'own-stop',
  'permanent',
  'not-in-policy',
  'scheduled-elsewhere',
])

function isGivenUp({ history, scenario }: Courtroom, { taskId }: TrueTask): boolean {
  const isVague = scenario.faults.partial !== undefined || scenario.faults.stale !== undefined
  return history.journal.some(
    ({ room, about, outcome, tell, because: { code } }) =>
      room === 'healing' &&
      about === taskId &&
      tell &&
      (outcome === 'held' || outcome === 'failed') &&
      !misreadings.has(code) &&
      (code !== 'cause-unknown' || isVague),
  )
}

export async function judgeMap(
  { truth, violate, now }: Courtroom,
  world: World,
  part: FamilyPart,
): Promise<void> {
  const healthOf = new Map<string, string | null>()
  const tasks = await world.ports.ecs.describeTasks(
    cluster,
    truth.living(part.name).map(({ taskId }) => taskId),
  )
  for (const { taskId, healthStatus } of tasks.ok ? tasks.value.tasks : []) healthOf.set(taskId, healthStatus)
  const service = world.cloudMapServices().find(each => each.service === part.name)
  const answer = await world.ports.cloudMap.listInstances(service?.id ?? '')
  if (!answer.ok) return
  const named = answer.value.map(({ id }) => id)
  const living = truth.living(part.name)
  const settled = living.filter(
    ({ lastStatus, runningAtMs }) => lastStatus === 'RUNNING' && now() - (runningAtMs ?? now()) > minute,
  )
  for (const { taskId } of settled)
    if (!named.includes(taskId) && (!part.checked || healthOf.get(taskId) === 'HEALTHY'))
      violate('L2', `task ${taskId.slice(0, 8)} of ${part.name} runs and is not in Cloud Map`)
  const { min, adopt, isLeftBehind } = part.place
  const others = [foreignInstance, secondForeign, farOrphan, orphanOf(part.name)]
  const ours = named.filter(id => !others.includes(id))
  const orphan = orphanOf(part.name)
  if (isLeftBehind && !named.includes(farOrphan))
    violate('S16', `an instance of another cluster is gone from Cloud Map’s ${part.name}`)
  if (part.neighbour && !named.includes(foreignInstance))
    violate('S16', `an instance of somebody else is gone from Cloud Map’s ${part.name}`)
  if (adopt && named.includes(orphan) && named.length > min)
    violate('L2', `Cloud Map still names ${orphan}, which ECS left behind`)
  const dead = ours.filter(id => !living.some(({ taskId }) => taskId === id))
  const gone = dead.filter(id => now() - (truth.tasks.get(id)?.stoppedAtMs ?? 0) > 3 * minute)
  // The last instance is left: an empty answer would be cached for minutes.
  if (gone.length > 0 && named.length > min)
    violate('L2', `Cloud Map still names task ${gone[0]?.slice(0, 8)} of ${part.name}, which is gone`)
  const shown = hasCustomHealth(part) ? await world.ports.cloudMap.instancesHealth(service?.id ?? '') : null
  const isOffered = (id: string) => !shown?.ok || shown.value[id] !== 'UNHEALTHY'
  const offered = named.filter(isOffered)
  const sick = ours.filter(id => part.checked && healthOf.get(id) === 'UNHEALTHY' && isOffered(id))
  if (sick.length > 0 && offered.length > min)
    violate(
      'L2',
      `Cloud Map still offers task ${sick[0]?.slice(0, 8)} of ${part.name}, which fails its health checks`,
    )
  const hidden = settled.filter(({ taskId }) => !isOffered(taskId) && healthOf.get(taskId) === 'HEALTHY')
  if (hidden.length > 0)
    violate('L2', `Cloud Map hides task ${hidden[0]?.taskId.slice(0, 8)} of ${part.name}, which is healthy`)
}
