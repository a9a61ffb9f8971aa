import type { Ports } from '../../model/ports.ts'
import type { KeptEvidence } from '../../model/signal.ts'
import type { FamilyTarget } from '../../model/target.ts'
import { isStopping, type Task } from '../../model/task.ts'
import { readRecordedSpecs, recordedSpecOf } from '../recorded-specs.ts'
import type { RetiringTask } from './decide-retirements.ts'

/**
 * The notices of the inbox that nobody has dealt with, each with its task if that lives, and how it was launched. A task that the
 * list leaves out is asked for: lists lag. Those of which ECS does not tell are left out, and `isUnsure`.
 */
export async function observeRetiring(
  ports: Pick<Ports, 'store' | 'ecs'>,
  target: FamilyTarget,
  inbox: readonly KeptEvidence[],
  living: readonly Task[],
): Promise<{ retiring: RetiringTask[]; isUnsure: boolean }> {
  const open = inbox.flatMap(kept =>
    'retirement' in kept && kept.resolution === null ? [kept.retirement] : [],
  )
  const byId = new Map(living.map(task => [task.taskId, task]))
  const absent = open.filter(({ taskId }) => !byId.has(taskId)).map(({ taskId }) => taskId)
  const described = absent.length === 0 ? null : await ports.ecs.describeTasks(target.cluster, absent)
  if (described?.ok)
    for (const task of described.value.tasks.filter(each => !isStopping(each))) byId.set(task.taskId, task)
  const isUnsure = described?.ok === false
  const known = open.filter(({ taskId }) => byId.has(taskId) || !isUnsure)
  const tasks = known.flatMap(({ taskId }) => byId.get(taskId) ?? [])
  if (tasks.length === 0)
    return { retiring: known.map(retirement => ({ retirement, task: null, spec: unread })), isUnsure }
  const recorded = await readRecordedSpecs(ports, target, tasks)
  const retiring = known.map(retirement => {
    const task = byId.get(retirement.taskId) ?? null
    return { retirement, task, spec: task ? recordedSpecOf(recorded, task) : unread }
  })
  return { retiring, isUnsure }
}

const unread: RetiringTask['spec'] = { kind: 'missing', what: 'launch specification' }
