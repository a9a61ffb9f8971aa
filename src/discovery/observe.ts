import { lastSegment } from '../model/arn.ts'
import type { CloudMapInstance, CloudMapService } from '../model/cloud-map.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { Ec2Instance, NetworkMode, Ports } from '../model/ports.ts'
import { type Answer, answered, type Reading, readingOf } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import { isRunning, isStopping, type Task } from '../model/task.ts'
import { isOfEcs, isOurs } from './instance.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryView } from './view.ts'

type Reads = Pick<Ports, 'clock' | 'cloudMap' | 'ec2' | 'ecs' | 'store'>

/** Reads what Cloud Map names, what became of running operations, and which of the family's tasks live. Changes nothing. */
export async function observeDiscovery(
  ports: Reads,
  target: Target,
  policy: DiscoverPolicy,
  living: Reading<Task[]>,
  memory: DiscoveryMemory | undefined,
): Promise<DiscoveryView> {
  const found = await ports.cloudMap.findService(policy.namespace, policy.service)
  const cloudMapService = serviceReading(found, policy, ports.clock.now())
  if (cloudMapService.kind !== 'value' || living.kind !== 'value')
    return emptyView(target, cloudMapService, living)
  const operations = new Map<string, Awaited<ReturnType<typeof followed>>>()
  for (const { operationId } of memory?.operations ?? [])
    operations.set(operationId, await followed(ports, operationId))
  const listed = await ports.cloudMap.listInstances(cloudMapService.value.id)
  const instances = readingOf(listed.ok ? answered(eachOnce(listed.value)) : listed, ports.clock.now())
  const health: DiscoveryView['health'] = cloudMapService.value.hasCustomHealth
    ? readingOf(await ports.cloudMap.instancesHealth(cloudMapService.value.id), ports.clock.now())
    : noCustomHealth
  const known = new Map(living.value.map(task => [task.taskId, task]))
  const named = instances.kind === 'value' ? instances.value : []
  const watched = named.filter(
    instance => isOurs(instance, target) || (policy.adopt && isOfEcs(instance, target)),
  )
  const unexplained = watched.map(instance => instance.id).filter(id => !known.has(id))
  const others = unexplained.length === 0 ? null : await tasksBehind(ports, target, unexplained)
  for (const task of others?.ok ? others.value.tasks : []) known.set(task.taskId, task)
  const tasks: Reading<Task[]> =
    others && !others.ok ? readingOf(others, 0) : { ...living, value: [...known.values()] }
  const evidence = await ports.store.evidence(
    target,
    [...new Set([...known.keys(), ...unexplained])].map(id => `task/${id}`),
  )
  return {
    target,
    cloudMapService,
    instances: evidence.ok ? instances : readingOf(evidence, 0),
    health,
    tasks,
    missingTaskIds: others?.ok ? others.value.missing.map(lastSegment) : [],
    tombstones: new Set(
      (evidence.ok ? evidence.value : []).flatMap(kept =>
        'task' in kept && isStopping(kept.task) ? [kept.task.taskId] : [],
      ),
    ),
    ...(await definitions(ports, living.value)),
    hosts: await hostsOf(ports, target, unnamed(living.value, named)),
    operations,
  }
}

/** What changes between two pages may stand on both: counted twice, the last one would be taken for one of two. */
const eachOnce = (listed: CloudMapInstance[]): CloudMapInstance[] => [
  ...new Map(listed.map(instance => [instance.id, instance])).values(),
]

/**
 * One id that no task can have makes ECS refuse the whole question (`taskId length should be one of [32,36]`), and anybody can
 * register such an instance with our marker: then only the others are asked about. Of it nothing is told, so that it stays.
 */
async function tasksBehind(ports: Reads, { cluster }: Target, ids: string[]) {
  const described = await ports.ecs.describeTasks(cluster, ids)
  const possible = ids.filter(id => /^([0-9a-f]{32}|[0-9a-f-]{36})$/.test(id))
  if (described.ok || described.failure.code !== 'invalid' || possible.length === ids.length) return described
  return ports.ecs.describeTasks(cluster, possible)
}

/** Who may have to be registered: of the others the place is known. */
function unnamed(living: Task[], named: CloudMapInstance[]): Task[] {
  const ids = new Set(named.map(({ id }) => id))
  return living.filter(task => isRunning(task) && !ids.has(task.taskId))
}

/** The machines of tasks that share their machine's network. */
async function hostsOf(ports: Reads, target: Target, tasks: Task[]): Promise<Map<string, Ec2Instance>> {
  const guests = tasks.filter(({ networkInterface }) => networkInterface === null)
  const arns = [...new Set(guests.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []))]
  if (arns.length === 0) return new Map()
  const described = await ports.ecs.describeContainerInstances(target.cluster, arns)
  const machines = described.ok ? described.value.instances : []
  const ids = machines.flatMap(({ ec2InstanceId }) => ec2InstanceId ?? [])
  const found = ids.length === 0 ? null : await ports.ec2.describeInstances(ids)
  const byId = new Map(found?.ok ? found.value.map(each => [each.instanceId, each]) : [])
  return new Map(
    machines.flatMap(({ containerInstanceArn, ec2InstanceId }) => {
      const machine = byId.get(ec2InstanceId ?? '')
      return machine ? [[containerInstanceArn, machine] as const] : []
    }),
  )
}

function serviceReading(
  found: Answer<CloudMapService | null>,
  policy: DiscoverPolicy,
  now: number,
): Reading<CloudMapService> {
  if (!found.ok) return readingOf(found, now)
  if (found.value === null) return { kind: 'missing', what: `${policy.namespace}/${policy.service}` }
  return { kind: 'value', value: found.value, observedAtMs: now }
}

const followed = async (ports: Reads, operationId: string) =>
  readingOf(await ports.cloudMap.getOperation(operationId), ports.clock.now())

async function definitions(
  ports: Reads,
  tasks: Task[],
): Promise<Pick<DiscoveryView, 'healthChecked' | 'networkModes'>> {
  const healthChecked = new Map<string, boolean>()
  const networkModes = new Map<string, NetworkMode>()
  for (const arn of new Set(tasks.flatMap(task => task.taskDefinitionArn ?? []))) {
    const definition = await ports.ecs.describeTaskDefinition(arn)
    if (!definition.ok) continue
    const essential = definition.value.containers.filter(container => container.essential)
    healthChecked.set(
      arn,
      essential.some(container => container.hasHealthCheck),
    )
    networkModes.set(arn, definition.value.networkMode)
  }
  return { healthChecked, networkModes }
}

const noCustomHealth = { kind: 'missing', what: 'custom health check' } as const

const emptyView = (
  target: Target,
  cloudMapService: DiscoveryView['cloudMapService'],
  tasks: Reading<Task[]>,
): DiscoveryView => ({
  target,
  cloudMapService,
  instances: { kind: 'missing', what: 'instances' },
  health: noCustomHealth,
  tasks,
  missingTaskIds: [],
  tombstones: new Set(),
  healthChecked: new Map(),
  networkModes: new Map(),
  hosts: new Map(),
  operations: new Map(),
})
