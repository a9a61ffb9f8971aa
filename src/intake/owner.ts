import { parseTaskDefinition } from '../model/arn.ts'
import { familyTarget, serviceTarget, type Target } from '../model/target.ts'
import type { Owner, Task } from '../model/task.ts'

/** Who keeps a task alive, and which target it belongs to. */

type Told = Pick<Task, 'group' | 'startedBy' | 'cluster' | 'taskDefinitionArn'>

/**
 * Order matters: a service may run in a cluster that is named like one of Batch. RunTask takes no space and no colon in
 * `startedBy`, so `AWS Step Functions` (sometimes cut off) can only come from AWS.
 */
export function ownerOf(task: Told): Owner {
  const { group, startedBy } = task
  if (startedBy?.startsWith('ecs-svc/') || group?.startsWith('service:')) return 'service'
  if (group === null && startedBy === null) return 'none'
  return isOrchestrated(task) ? 'none' : 'standalone'
}

/** Started, watched and retried by something else: AWS Batch, Step Functions, ECS managed daemons, Elastic Beanstalk. */
function isOrchestrated({ group, startedBy, cluster, taskDefinitionArn }: Told): boolean {
  return (
    /^AWS[ :]/i.test(startedBy ?? '') ||
    /^AWSBatch/i.test(group ?? '') ||
    // AWSBatch-<environment>-<uuid>, formerly <environment>_Batch_<uuid>; awseb-<environment>.
    /^AWSBatch|_Batch_[0-9a-f-]{8,}|^awseb-/i.test(cluster) ||
    /^daemon:/.test(group ?? '') ||
    /^(ecs-)?daemon\//.test(startedBy ?? '') ||
    /:daemon-task-definition\//.test(taskDefinitionArn ?? '')
  )
}

/** Null: nobody's, or the name of the service or family is not told. */
export function targetOf(task: Told): Target | null {
  const owner = ownerOf(task)
  if (owner === 'none') return null
  const name = owner === 'service' ? after('service:', task.group) : familyOf(task)
  if (!name || name.includes('/')) return null
  return owner === 'service' ? serviceTarget(task.cluster, name) : familyTarget(task.cluster, name)
}

/** A group that the caller chose is no family. */
export const familyOf = ({
  taskDefinitionArn,
  group,
}: Pick<Task, 'taskDefinitionArn' | 'group'>): string | null =>
  taskDefinitionArn === null ? after('family:', group) : parseTaskDefinition(taskDefinitionArn).family

const after = (prefix: string, group: string | null): string | null =>
  group?.startsWith(prefix) ? group.slice(prefix.length) : null
