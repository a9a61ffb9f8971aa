import type { Ports } from '../../model/ports.ts'
import type { FamilyTarget } from '../../model/target.ts'
import type { Task } from '../../model/task.ts'
import type { HealPolicy } from '../policy.ts'
import { readRecordedSpecs } from '../recorded-specs.ts'
import type { StoppedTask } from '../view.ts'
import { type MachineTrouble, troubleOf } from './machine-trouble.ts'

/** The machines that living tasks of a family run on, as far as ECS tells. */
export interface MachineSight {
  /** By ARN; those that ECS did not tell of are not in it. */
  seen: ReadonlyMap<string, MachineTrouble | null>
  /** How the tasks on machines in trouble were launched, by task id. */
  specs: ReadonlyMap<string, StoppedTask['spec']>
  isUnsure: boolean
}

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
  const specOf = (task: Task): StoppedTask['spec'] => {
    if (recorded.failure) return { kind: 'failed', failure: recorded.failure }
    const spec = recorded.of(task)
    return spec
      ? { kind: 'value', value: spec, observedAtMs: spec.recordedAtMs }
      : { kind: 'missing', what: 'launch specification' }
  }
  return {
    seen,
    specs: new Map(troubled.map(task => [task.taskId, specOf(task)])),
    isUnsure: false,
  }
}

export const machinesOf = (tasks: readonly Task[]): Set<string> =>
  new Set(tasks.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []))
