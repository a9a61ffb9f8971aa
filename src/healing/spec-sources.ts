import type { LaunchSpec } from '../model/launch-spec.ts'
import type { DescribedTask, NetworkInterface, Ports, TaskDefinition } from '../model/ports.ts'
import { type Answer, isTransient, type Reading } from '../model/reading.ts'
import { minute } from '../model/time.ts'
import { launchSpecFrom } from './launch-spec.ts'

/** What launch specifications are made of, besides the tasks themselves. */
export interface SpecSources {
  /**
   * Of a task that is still running. Null when something could not be read now: while it runs, it is read again
   * rather than recorded with a gap. `isSoon`: in seconds.
   */
  ofLiving(task: DescribedTask, now: number): { spec: LaunchSpec | null; isSoon: boolean }
  /** Of a task whose stop has begun: what is gone now stays gone, so gaps are final; an outage is not. */
  ofStopped(task: DescribedTask, now: number): Reading<LaunchSpec>
  /** Null when the task definition could not be read. */
  essentialOf(taskDefinitionArn: string | null): string[] | null
}

/** EC2 may not know a new interface yet; later its absence is no delay. */
const youngMs = 5 * minute

export async function readSpecSources(
  ports: Pick<Ports, 'ecs' | 'ec2'>,
  wanted: { tasks: DescribedTask[]; taskDefinitionArns: string[] },
): Promise<SpecSources> {
  const definitions = new Map<string | null, Answer<TaskDefinition>>()
  const arns = [...wanted.tasks.flatMap(task => task.taskDefinitionArn ?? []), ...wanted.taskDefinitionArns]
  for (const arn of new Set(arns)) definitions.set(arn, await ports.ecs.describeTaskDefinition(arn))

  const ids = wanted.tasks.flatMap(task => task.networkInterface?.id ?? [])
  const read = ids.length === 0 ? null : await ports.ec2.describeNetworkInterfaces(ids)
  const interfaces = new Map<string | undefined, NetworkInterface>(
    read?.ok ? read.value.map(each => [each.networkInterfaceId, each]) : [],
  )

  function gather(task: DescribedTask) {
    const definition = definitions.get(task.taskDefinitionArn)
    const unread = read?.ok === false && task.networkInterface ? read : null
    const networkInterface = unread ? 'unreadable' : (interfaces.get(task.networkInterface?.id) ?? null)
    const failures = [unread, definition].flatMap(each => (each && !each.ok ? [each.failure] : []))
    return { networkInterface, taskDefinition: definition?.ok ? definition.value : null, failures } as const
  }

  return {
    ofLiving(task, now) {
      const { failures, ...sources } = gather(task)
      if (failures.length > 0) return { spec: null, isSoon: failures.some(isTransient) }
      const spec = launchSpecFrom({ task, ...sources, now })
      if (!spec.unsure.includes('network-interface-gone')) return { spec, isSoon: false }
      return { spec: null, isSoon: now - (task.createdAtMs ?? 0) < youngMs }
    },
    ofStopped(task, now) {
      const { failures, ...sources } = gather(task)
      const failure = failures.find(isTransient)
      if (failure) return { kind: 'failed', failure }
      return { kind: 'value', value: launchSpecFrom({ task, ...sources, now }), observedAtMs: now }
    },
    essentialOf(arn) {
      const definition = definitions.get(arn)
      if (!definition?.ok) return null
      return definition.value.containers.filter(container => container.essential).map(({ name }) => name)
    },
  }
}
