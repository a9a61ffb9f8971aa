import { lastSegment } from '../model/arn.ts'
import type { DiscoveryMemory } from '../model/memory.ts'
import type { CloudMapService, Ports } from '../model/ports.ts'
import { type Answer, type Reading, readingOf } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import { isStopping, type Task } from '../model/task.ts'
import { isOurs } from './instance.ts'
import type { DiscoverPolicy } from './policy.ts'
import type { DiscoveryView } from './view.ts'

type Reads = Pick<Ports, 'clock' | 'cloudMap' | 'ecs' | 'store'>

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
  const instances = readingOf(await ports.cloudMap.listInstances(cloudMapService.value.id), ports.clock.now())
  const known = new Map(living.value.map(task => [task.taskId, task]))
  const ours = instances.kind === 'value' ? instances.value.filter(instance => isOurs(instance, target)) : []
  const unexplained = ours.map(instance => instance.id).filter(id => !known.has(id))
  const others = unexplained.length === 0 ? null : await ports.ecs.describeTasks(target.cluster, unexplained)
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
    tasks,
    missingTaskIds: others?.ok ? others.value.missing.map(lastSegment) : [],
    tombstones: new Set(
      (evidence.ok ? evidence.value : []).flatMap(kept =>
        'task' in kept && isStopping(kept.task) ? [kept.task.taskId] : [],
      ),
    ),
    healthChecked: await healthChecks(ports, living.value),
    operations,
  }
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

async function healthChecks(ports: Reads, tasks: Task[]): Promise<Map<string, boolean>> {
  const checked = new Map<string, boolean>()
  for (const arn of new Set(tasks.flatMap(task => task.taskDefinitionArn ?? []))) {
    const definition = await ports.ecs.describeTaskDefinition(arn)
    if (!definition.ok) continue
    const essential = definition.value.containers.filter(container => container.essential)
    checked.set(
      arn,
      essential.some(container => container.hasHealthCheck),
    )
  }
  return checked
}

const emptyView = (
  target: Target,
  cloudMapService: DiscoveryView['cloudMapService'],
  tasks: Reading<Task[]>,
): DiscoveryView => ({
  target,
  cloudMapService,
  instances: { kind: 'missing', what: 'instances' },
  tasks,
  missingTaskIds: [],
  tombstones: new Set(),
  healthChecked: new Map(),
  operations: new Map(),
})
