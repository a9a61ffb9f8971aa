import type { ServiceHealingMemory } from '../../model/memory.ts'
import type { Ports } from '../../model/ports.ts'
import type { ServiceTarget } from '../../model/target.ts'
import { isStopping } from '../../model/task.ts'
import { second } from '../../model/time.ts'
import { machinesOf, type ServiceMachineSight } from '../planned/machine-sight.ts'
import { troubleOf } from '../planned/machine-trouble.ts'
import type { ServiceHostPolicy } from './policy.ts'

/** A service may be looked at every few seconds; its machines are not. */
const readEveryMs = 50 * second

/** Null: nobody asks, it was read a moment ago, or ECS did not tell. */
export async function observeServiceMachines(
  { ecs }: Pick<Ports, 'ecs'>,
  { cluster, service }: ServiceTarget,
  policy: ServiceHostPolicy | undefined,
  memory: ServiceHealingMemory | undefined,
  now: number,
): Promise<ServiceMachineSight | null> {
  if (!policy || now - (memory?.machinesReadAtMs ?? 0) < readEveryMs) return null
  const listed = await ecs.listTasks(cluster, { service })
  if (!listed.ok) return null
  if (listed.value.length === 0) return { seen: new Map(), tasks: [] }
  const described = await ecs.describeTasks(cluster, listed.value)
  if (!described.ok) return null
  const tasks = described.value.tasks.filter(task => task.containerInstanceArn !== null && !isStopping(task))
  const arns = [...machinesOf(tasks)]
  if (arns.length === 0) return { seen: new Map(), tasks: [] }
  const machines = await ecs.describeContainerInstances(cluster, arns)
  if (!machines.ok) return null
  return {
    tasks,
    seen: new Map(
      machines.value.instances.flatMap(instance => {
        const trouble = troubleOf(instance)
        // Of a machine that drains ECS moves the tasks of services itself (developer guide, "Container instance draining").
        return trouble === undefined
          ? []
          : [[instance.containerInstanceArn, trouble === 'draining' ? null : trouble] as const]
      }),
    ),
  }
}
