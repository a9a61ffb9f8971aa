import type { Ports } from '../../model/ports.ts'
import type { FamilyTarget } from '../../model/target.ts'
import type { Task } from '../../model/task.ts'
import type { HealPolicy } from '../policy.ts'
import { readRecordedSpecs, recordedSpecOf } from '../recorded-specs.ts'
import { type MachineSight, machinesOf } from './machine-sight.ts'
import { troubleOf } from './machine-trouble.ts'

const nothingSeen: MachineSight = { seen: new Map(), specs: new Map(), isUnsure: false }

/** Read anew with each look: an event of a machine says that it is time to look, nothing else. */
export async function observeMachines(
  ports: Pick<Ports, 'ecs' | 'store'>,
  target: FamilyTarget,
  policy: HealPolicy | null,
  living: readonly Task[],
): Promise<MachineSight> {
  const arns = [...machinesOf(living)]
  if (!policy?.host || arns.length === 0) return nothingSeen
  const described = await ports.ecs.describeContainerInstances(target.cluster, arns)
  if (!described.ok) return { ...nothingSeen, isUnsure: true }
  const seen = new Map(
    described.value.instances.flatMap(instance => {
      const trouble = troubleOf(instance)
      return trouble === undefined ? [] : [[instance.containerInstanceArn, trouble] as const]
    }),
  )
  const troubled = living.filter(({ containerInstanceArn }) => seen.get(containerInstanceArn ?? '') != null)
  if (troubled.length === 0) return { ...nothingSeen, seen }
  const recorded = await readRecordedSpecs(ports, target, troubled)
  return {
    seen,
    specs: new Map(troubled.map(task => [task.taskId, recordedSpecOf(recorded, task)])),
    isUnsure: false,
  }
}
