import type { TaskStatus } from '../model/task.ts'
import type { TaskRecord } from './ecs-records.ts'
import { targetGroupArn } from './names.ts'
import type { StopCause } from './stop-causes.ts'

/** The way up and the way down. A task without an own network interface has nothing to provision and nothing to take down. */
export function statusAfter(task: TaskRecord): TaskStatus {
  const up: TaskStatus[] = ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING']
  const down: TaskStatus[] = ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']
  const { lastStatus } = task
  if (task.desiredStatus === 'RUNNING') return up[up.indexOf(lastStatus) + 1] ?? lastStatus
  if (lastStatus === 'ACTIVATING' || lastStatus === 'RUNNING') return 'DEACTIVATING'
  const next = down[down.indexOf(lastStatus) + 1] ?? 'STOPPED'
  const early = lastStatus === 'PROVISIONING' || lastStatus === 'PENDING'
  if (early || next === 'DEPROVISIONING') return task.attachment ? 'DEPROVISIONING' : 'STOPPED'
  return next
}

export const preventsStart = (cause: StopCause, task: TaskRecord): boolean =>
  (cause.when === 'attach' && task.lastStatus === 'PROVISIONING') ||
  (cause.when === 'pull' && task.lastStatus === 'PENDING')

export const wordsOf = (cause: StopCause, task: TaskRecord): string => {
  const image = task.definition.containers.find(({ essential }) => essential)?.image ?? ''
  return cause.stoppedReason
    .replaceAll('{image}', image)
    .replaceAll('{registry}', image.split('/')[0] ?? image)
    .replaceAll('{instance}', task.instance?.ec2InstanceId ?? '')
    .replaceAll('{targetGroup}', targetGroupArn(task.definition.family, '73e2d6bc24d8a067'))
}

export const isPulling = ({ desiredStatus, lastStatus }: TaskRecord): boolean =>
  desiredStatus === 'RUNNING' && lastStatus === 'PENDING'
