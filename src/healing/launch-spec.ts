import type { ContainerOverride, LaunchSpec, LaunchSpecGap, TaskOverride } from '../model/launch-spec.ts'
import type { DescribedTask, NetworkInterface, TaskDefinition } from '../model/ports.ts'
import { isInjectedContainer, type Task } from '../model/task.ts'

/** What RunTask accepts in `overrides`, characters of JSON. */
export const overridesLimit = 8_192

export interface LaunchSpecSources {
  task: DescribedTask
  /** Of the task's own interface; null when it has none or EC2 no longer knows it. */
  networkInterface: NetworkInterface | null | 'unreadable'
  /** Null when it could not be read. */
  taskDefinition: TaskDefinition | null
  now: number
}

/**
 * The RunTask request that would start this task again. What no answer tells is named in `unsure`, never guessed:
 * DescribeTasks knows neither security groups nor the public-IP flag, nor what an EBS volume was made from.
 */
export function launchSpecFrom({
  task,
  networkInterface,
  taskDefinition,
  now,
}: LaunchSpecSources): LaunchSpec {
  const network = networkOf(task, networkInterface)
  const { overrides, judged } = overridesOf(task.overrides, taskDefinition)
  const gaps: Record<LaunchSpecGap, boolean> = {
    'network-interface-gone': network === 'gone',
    'ebs-volume': task.hasEbsVolume,
    'overrides-too-long': JSON.stringify(overrides).length > overridesLimit,
    'task-definition-unreadable': !judged || task.taskDefinitionArn === null,
    'external-instance': task.launchType === 'EXTERNAL',
  }
  const tagKeys = Object.keys(task.tags)
  return {
    taskId: task.taskId,
    cluster: task.cluster,
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    network: network === 'gone' ? null : network,
    capacityProvider: task.capacityProvider,
    launchType: task.capacityProvider === null ? task.launchType : null,
    platformVersion: isFargate(task) ? 'LATEST' : null,
    overrides,
    enableExecuteCommand: task.enableExecuteCommand,
    group: task.group,
    tags: Object.fromEntries(Object.entries(task.tags).filter(([key]) => !/^aws:/i.test(key))),
    enableEcsManagedTags: tagKeys.some(key => key.startsWith('aws:ecs:')),
    recordedAtMs: now,
    unsure: (Object.keys(gaps) as LaunchSpecGap[]).filter(gap => gaps[gap]),
  }
}

export const isFargate = ({ launchType, capacityProvider }: Task): boolean =>
  launchType === 'FARGATE' || capacityProvider === 'FARGATE' || capacityProvider === 'FARGATE_SPOT'

/** Fargate always has an own interface; elsewhere only awsvpc tasks have one (null: host or bridge mode). */
function networkOf(
  task: Task,
  networkInterface: NetworkInterface | null | 'unreadable',
): LaunchSpec['network'] | 'gone' {
  if (task.networkInterface === null && !isFargate(task)) return null
  if (networkInterface === null || networkInterface === 'unreadable') return 'gone'
  const subnet = networkInterface.subnetId ?? task.networkInterface?.subnetId
  if (!subnet || networkInterface.securityGroups.length === 0) return 'gone'
  return {
    subnets: [subnet],
    securityGroups: networkInterface.securityGroups,
    // RunTask refuses ENABLED outside Fargate; an address there is the owner's own elastic one.
    assignPublicIp: isFargate(task) && networkInterface.hasPublicIp ? 'ENABLED' : 'DISABLED',
  }
}

/** `judged` is false when an override remains that may belong to an injected container. */
function overridesOf(
  given: TaskOverride,
  taskDefinition: TaskDefinition | null,
): { overrides: TaskOverride; judged: boolean } {
  const { containerOverrides, ...whole } = given
  const names = taskDefinition && new Set(taskDefinition.containers.map(container => container.name))
  const mayBeOurs = (name: string | undefined) =>
    name !== undefined && !isInjectedContainer(name) && (names === null || names.has(name))
  const kept =
    containerOverrides?.map(withoutNothing).filter(each => mayBeOurs(each.name) && hasEffect(each)) ?? []
  return {
    overrides: { ...withoutNothing(whole), ...(kept.length > 0 ? { containerOverrides: kept } : {}) },
    judged: names !== null || kept.length === 0,
  }
}

/** Without absent values and empty lists: they override nothing. */
function withoutNothing<T extends TaskOverride | ContainerOverride>(override: T): T {
  const said = Object.entries(override).filter(
    ([, value]) => value != null && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(said) as T
}

const hasEffect = (override: ContainerOverride): boolean => Object.keys(override).some(key => key !== 'name')
