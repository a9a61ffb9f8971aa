/** Everything `RunTask` needs to run a standalone task again exactly as it was. Recorded while the task runs, because AWS forgets half of it. */

export interface LaunchSpec {
  taskId: string
  cluster: string
  /** With its revision: never the newest by accident. */
  taskDefinitionArn: string
  /** Null for tasks without an own network interface (host, bridge). */
  network: { subnets: string[]; securityGroups: string[]; assignPublicIp: 'ENABLED' | 'DISABLED' } | null
  /** Exactly one of both is set; a capacity provider wins over a launch type. */
  capacityProvider: string | null
  launchType: string | null
  /** Only for Fargate; `LATEST` rather than a retired revision. */
  platformVersion: string | null
  /** As DescribeTasks gave it, without injected sidecars and entries that override nothing. May hold secrets: stored encrypted, never told. */
  overrides: TaskOverride
  enableExecuteCommand: boolean
  group: string | null
  /** Without `aws:` keys. */
  tags: Record<string, string>
  enableEcsManagedTags: boolean
  recordedAtMs: number
  /** What could not be known; not empty = refused to run again. */
  unsure: LaunchSpecGap[]
}

export type LaunchSpecGap =
  /** The network interface was gone or unreadable before its security groups were read. */
  | 'network-interface-gone'
  /** An EBS volume's size, type and snapshot are not in any ECS answer. */
  | 'ebs-volume'
  /** More than RunTask accepts (8,192 characters). */
  | 'overrides-too-long'
  /** The task definition's containers could not be read, so injected ones cannot be told from the owner's. */
  | 'task-definition-unreadable'
  /** Placed by the owner on a machine of their own (ECS Anywhere): RunTask cannot choose the same. */
  | 'external-instance'

/** What a restart does otherwise than its launch specification says; an absent member: exactly as it was. Holds no secrets. */
export interface LaunchChange {
  subnets?: string[]
  memory?: MemoryChange
  /** Takes the place of the launch type, too. */
  capacityProvider?: string
}

/** Memory in MiB, CPU in units. */
export interface MemoryChange {
  /** Of the whole task; absent: as it was. */
  task?: { cpuUnits: number; memoryMiB: number }
  containers: { name: string; memoryMiB: number }[]
}

export function changedSpec(
  spec: LaunchSpec,
  { subnets, memory, capacityProvider }: LaunchChange,
): LaunchSpec {
  const placed = capacityProvider ? { ...spec, capacityProvider, launchType: null } : spec
  const moved = subnets && placed.network ? { ...placed, network: { ...placed.network, subnets } } : placed
  return memory ? { ...moved, overrides: withMemory(spec.overrides, memory) } : moved
}

function withMemory(overrides: TaskOverride, { task, containers }: MemoryChange): TaskOverride {
  const given = overrides.containerOverrides ?? []
  const unnamed = containers.filter(({ name }) => !given.some(each => each.name === name))
  const containerOverrides = [
    ...given.map(each => {
      const change = containers.find(({ name }) => name === each.name)
      return change ? { ...each, memory: change.memoryMiB } : each
    }),
    ...unnamed.map(({ name, memoryMiB }) => ({ name, memory: memoryMiB })),
  ]
  return {
    ...overrides,
    ...(task ? { cpu: String(task.cpuUnits), memory: String(task.memoryMiB) } : {}),
    ...(containerOverrides.length > 0 ? { containerOverrides } : {}),
  }
}

/** The API's own shape; passed through unread. */
export interface TaskOverride {
  containerOverrides?: ContainerOverride[]
  cpu?: string
  memory?: string
  taskRoleArn?: string
  executionRoleArn?: string
  ephemeralStorage?: { sizeInGiB: number }
}
export interface ContainerOverride {
  name?: string
  command?: string[]
  environment?: { name: string; value: string }[]
  environmentFiles?: { value: string; type: 's3' }[]
  cpu?: number
  memory?: number
  memoryReservation?: number
  resourceRequirements?: { value: string; type: 'GPU' | 'InferenceAccelerator' }[]
}
