import { ownerOf } from '../intake/owner.ts'
import { lastSegment } from '../model/arn.ts'
import type { DescribedTask } from '../model/ports.ts'
import { type Answer, answered, type Reading, readingOf } from '../model/reading.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { FamilyTarget } from '../model/target.ts'
import { isStopping } from '../model/task.ts'
import { keepTask } from './keep-task.ts'
import type { WorkerPorts } from './landing.ts'

/** The family's standalone tasks that are meant to live, whatever phase they are in. */
export async function livingTasks(
  ports: WorkerPorts,
  target: FamilyTarget,
): Promise<Reading<DescribedTask[]>> {
  const listed = await ports.ecs.listTasks(target.cluster, {
    family: target.family,
    desiredStatus: 'RUNNING',
  })
  if (!listed.ok) return readingOf(listed, ports.clock.now())
  if (listed.value.length === 0) return { kind: 'value', value: [], observedAtMs: ports.clock.now() }
  const described = await ports.ecs.describeTasks(target.cluster, listed.value)
  if (!described.ok) return readingOf(described, ports.clock.now())
  return {
    kind: 'value',
    value: described.value.tasks.filter(task => ownerOf(task) === 'standalone' && !isStopping(task)),
    observedAtMs: ports.clock.now(),
  }
}

/** What became of tasks that are gone without an event. */
export interface MissedStops {
  inbox: KeptEvidence[]
  /** ECS no longer knows them. */
  forgotten: string[]
  /** ECS did not answer, or says that they live: asked again at the next look. */
  unexplained: string[]
}

/**
 * Adds to the inbox the tasks that lived at the last look and are gone although no event said so. What DescribeTasks tells
 * of them is kept as evidence, as an event's would be.
 */
export async function missedStops(
  ports: WorkerPorts,
  target: FamilyTarget,
  inbox: KeptEvidence[],
  vanished: string[],
): Promise<Answer<MissedStops>> {
  const isTold = (id: string) =>
    inbox.some(kept => kept.key === `task/${id}` && 'task' in kept && isStopping(kept.task))
  const untold = vanished.filter(id => !isTold(id))
  if (untold.length === 0) return answered({ inbox, forgotten: [], unexplained: [] })
  const described = await ports.ecs.describeTasks(target.cluster, untold)
  if (!described.ok) return answered({ inbox, forgotten: [], unexplained: untold })
  const { tasks, missing } = described.value
  const keys: string[] = []
  for (const { tags, overrides, ...task } of tasks.filter(isStopping)) {
    const kept = await keepTask(ports, target, task)
    if (!kept.ok) return kept
    keys.push(kept.value.key)
  }
  const forgotten = missing.map(lastSegment)
  const unexplained = tasks.filter(task => !isStopping(task)).map(({ taskId }) => taskId)
  if (keys.length === 0) return answered({ inbox, forgotten, unexplained })
  const marked = await ports.store.mark(target, keys, ports.clock.now())
  if (!marked.ok) return marked
  const kept = await ports.store.evidence(target, keys)
  if (!kept.ok) return kept
  return answered({ inbox: [...inbox, ...kept.value], forgotten, unexplained })
}
