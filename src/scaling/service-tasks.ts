import type { ScalingMemory } from '../model/memory.ts'
import type { DescribedTask, Ecs, TaskDefinition } from '../model/ports.ts'
import type { AwsFailure, Reading } from '../model/reading.ts'
import { isDeploying, type Service } from '../model/service.ts'
import { isStopped, isStopping } from '../model/task.ts'
import type { Clock } from '../model/time.ts'
import { settlingMs } from './measured.ts'
import type { ServiceTask } from './signal.ts'

/**
 * Whether its tasks are worth the calls: some are on their way, or may be without the counts telling it, or nothing is known of
 * the service yet. Where they are not asked for, all that run are ready.
 */
export function isUnsettled(service: Service, memory: ScalingMemory | undefined, nowMs: number): boolean {
  const { desiredCount, runningCount, pendingCount, deployments } = service
  if (memory === undefined || pendingCount > 0 || desiredCount !== runningCount) return true
  const begun = [memory.lastWrite?.atMs, ...deployments.map(({ createdAtMs }) => createdAtMs)]
  return isDeploying(service) || begun.some(atMs => atMs != null && nowMs - atMs < settlingMs)
}

/**
 * The tasks of a service that are meant to run or are leaving. Two calls for each hundred tasks; a third, once for each
 * revision, where no health is told: a task without a health check and one whose first check is still to come both say
 * UNKNOWN (developer guide, "Determine Amazon ECS task health using container health checks"). Changes nothing; a failed
 * call, or fewer tasks than the service says are running, is a failed reading.
 */
export async function serviceTasks(
  { ecs, clock }: { ecs: Ecs; clock: Clock },
  { cluster, service, runningCount }: Pick<Service, 'cluster' | 'service' | 'runningCount'>,
): Promise<Reading<ServiceTask[]>> {
  const observedAtMs = clock.now()
  const listed = await ecs.listTasks(cluster, { service })
  if (!listed.ok) return { kind: 'failed', failure: listed.failure }
  const described = await ecs.describeTasks(cluster, listed.value)
  if (!described.ok) return { kind: 'failed', failure: described.failure }
  const tasks = described.value.tasks.filter(task => !isStopped(task))
  if (tasks.length < runningCount) return notWhole(tasks.length, runningCount)
  const checked = await checkedRevisions(ecs, tasks)
  if (!(checked instanceof Set)) return { kind: 'failed', failure: checked }
  return { kind: 'value', value: tasks.map(task => serviceTask(task, checked)), observedAtMs }
}

/** A page that was cut, or a task that is not described, would make the others look idle. */
const notWhole = (told: number, running: number): Reading<never> => ({
  kind: 'failed',
  failure: {
    operation: 'ecs:ListTasks',
    code: 'unavailable',
    message: `${told} tasks are listed and ${running} run.`,
  },
})

const serviceTask = (task: DescribedTask, checked: Set<string>): ServiceTask => ({
  taskId: task.taskId,
  startedBy: task.startedBy,
  phase: phaseOf(task, checked),
  createdAtMs: task.createdAtMs,
  startedAtMs: task.startedAtMs,
})

function phaseOf(task: DescribedTask, checked: Set<string>): ServiceTask['phase'] {
  if (isStopping(task)) return 'stopping'
  if (task.lastStatus !== 'RUNNING') return 'starting'
  if (isTold(task)) return task.healthStatus === 'HEALTHY' ? 'ready' : 'starting'
  return checked.has(task.taskDefinitionArn ?? '') ? 'starting' : 'ready'
}

const isTold = ({ healthStatus }: DescribedTask): boolean =>
  healthStatus === 'HEALTHY' || healthStatus === 'UNHEALTHY'

/** Revisions with a health check, of those whose tasks do not tell. */
async function checkedRevisions(ecs: Ecs, tasks: DescribedTask[]): Promise<Set<string> | AwsFailure> {
  const silent = tasks.filter(task => task.lastStatus === 'RUNNING' && !isStopping(task) && !isTold(task))
  const checked = new Set<string>()
  for (const arn of new Set(silent.flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []))) {
    const known = knownTo(ecs.describeTaskDefinition)
    const isChecked = known.get(arn)
    if (isChecked === undefined) {
      const answer = await ecs.describeTaskDefinition(arn)
      if (!answer.ok) return answer.failure
      known.set(arn, hasChecks(answer.value))
    }
    if (known.get(arn)) checked.add(arn)
  }
  return checked
}

/** ECS judges a task by the essential containers that have a check. */
const hasChecks = ({ containers }: TaskDefinition): boolean =>
  containers.some(({ essential, hasHealthCheck }) => essential && hasHealthCheck)

/** A revision never changes: what is known of it holds as long as the verb that told it lives, whoever shares it. */
const remembered = new WeakMap<Ecs['describeTaskDefinition'], Map<string, boolean>>()

function knownTo(tells: Ecs['describeTaskDefinition']): Map<string, boolean> {
  const known = remembered.get(tells) ?? new Map<string, boolean>()
  remembered.set(tells, known)
  return known
}
