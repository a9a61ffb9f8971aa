import { ownerOf, targetOf } from '../intake/owner.ts'
import { type Answer, answered } from '../model/reading.ts'
import type { Signal } from '../model/signal.ts'
import { type Target, targetKey } from '../model/target.ts'
import { serviceRuleFor, taskRuleFor } from '../policy/match.ts'
import { matches } from '../policy/pattern.ts'
import type { Policy } from '../policy/policy.ts'
import type { WorkerPorts } from './landing.ts'

type MachineSignal = Extract<Signal, { kind: 'container-instance' }>

/**
 * A machine is said to be in trouble: whose tasks run on it, ECS knows, and who asked about machines is looked at. How the machine
 * fares is read with each look; an event that never comes costs the minutes until the next one.
 */
export async function markMachine(
  ports: WorkerPorts,
  policy: Policy,
  signal: MachineSignal,
  serves: Target['kind'] | undefined,
): Promise<Answer<Target[]>> {
  const { cluster, machine } = signal
  if (cluster === null || !isTrouble(signal) || !isAskedAbout(policy, cluster, serves)) return answered([])
  const listed = await ports.ecs.listTasks(cluster, { containerInstance: machine })
  // It is gone, or of a cluster that is: what runs nowhere needs no look.
  if (!listed.ok) return listed.failure.code === 'not-found' ? answered([]) : listed
  if (listed.value.length === 0) return answered([])
  const described = await ports.ecs.describeTasks(cluster, listed.value)
  if (!described.ok) return described
  const targets = new Map<string, Target>()
  for (const task of described.value.tasks) {
    const target = ownerOf(task) === 'none' ? null : targetOf(task)
    if (target && (serves ?? target.kind) === target.kind && asks(policy, target))
      targets.set(targetKey(target), target)
  }
  for (const target of targets.values()) {
    const marked = await ports.store.mark(target, [], ports.clock.now())
    if (!marked.ok) return marked
  }
  return answered([...targets.values()])
}

/** Most events of machines tell that a task was placed there. */
const isTrouble = ({ status, agentConnected }: MachineSignal): boolean =>
  agentConnected === false || ['DRAINING', 'DEREGISTERING', 'IMPAIRED'].includes(status ?? '')

const isAskedAbout = (policy: Policy, cluster: string, serves: Target['kind'] | undefined): boolean =>
  (serves !== 'service' &&
    policy.tasks.some(({ match, heal }) => heal?.host && matches(match.cluster, cluster))) ||
  (serves !== 'family' &&
    policy.services.some(({ match, heal }) => heal?.host && matches(match.cluster, cluster)))

const asks = (policy: Policy, target: Target): boolean =>
  target.kind === 'family'
    ? taskRuleFor(policy, target)?.heal?.host !== undefined
    : serviceRuleFor(policy, target)?.heal?.host !== undefined
