import { defaultNetwork } from '../world/ecs-services.ts'
import type { World } from '../world/world.ts'
import { alarmOf, cluster, thresholds } from './policies.ts'
import { capacityPerTask, isOfQueue, messagesPerTask, queueOf } from './policies-signals.ts'
import type { FamilyPart, ServicePart, Starter } from './scenario.ts'
import type { Truth } from './truth.ts'

/** What there is in an account, as its owner makes it. */

/** Seeded where only AWS and the owner's tasks may see it: in overrides, and as a password within a stop reason. */
export const canary = 'canary-6f1d9b'

/** From a service's end to its second beginning. */
export const recreatedAfterMs = 45_000

export function addService(world: World, part: ServicePart): void {
  const { name } = part
  world.registerTaskDefinition({ family: name, containers: [{ name: 'app', image: `${name}:1` }] })
  if (part.signals?.kinds.some(isOfQueue)) world.createQueue(queueOf(name))
  create(world, part)
  if (part.signals) return
  for (const side of ['high', 'low'] as const) {
    const isComposite = side === 'high' && part.composite
    const actionsEnabled = part.disabled !== side
    const alarmName = alarmOf(name, side)
    const metricAlarmName = isComposite ? `${alarmName}-raw` : alarmName
    world.createMetricAlarm({
      alarmName: metricAlarmName,
      namespace: 'AWS/ECS',
      metricName: 'CPUUtilization',
      dimensions: { ClusterName: cluster, ServiceName: name },
      statistic: 'Average',
      operator: side === 'high' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: thresholds[side],
      evaluationPeriods: side === 'high' ? 1 : 2,
      treatMissingData: part.treatMissingData,
      actionsEnabled,
    })
    if (isComposite)
      world.createCompositeAlarm({ alarmName, rule: `ALARM("${metricAlarmName}")`, actionsEnabled })
  }
}

export function create(
  world: World,
  { name, strategy, controller, desired, tags, requestsPerSecond, signals, spot, care }: ServicePart,
): void {
  const isDaemon = strategy === 'DAEMON'
  world.createService({
    cluster,
    name,
    taskDefinition: name,
    tags,
    ...(spot ? { capacityProviderStrategy: spot.strategy } : {}),
    rollsBack: care.rollsBack,
    resourceManagementType: care.isExpress ? 'ECS' : 'CUSTOMER',
    ...(isDaemon
      ? { schedulingStrategy: 'DAEMON' as const }
      : { desiredCount: desired, deploymentController: controller }),
  })
  const path = `${cluster}/${name}`
  world.load(path, requestsPerSecond, capacityPerTask)
  if (signals) world.refineMetrics(path, { pushed: true })
  if (signals?.kinds.some(isOfQueue)) world.workQueue(queueOf(name), path, messagesPerTask)
}

/** Registered by somebody else, beside Longshore's own. */
export const foreignInstance = 'by-hand'
export const secondForeign = 'by-hand-later'

/** Left behind by ECS: the id of a task that nobody knows any more. */
export const orphanOf = (family: string): string => `${family}-0d5e9c`
/** The same of another cluster: none of our business. */
export const farOrphan = 'far-0d5e9c'

/** Of the families with health checks those with a neighbour: no draw of its own, so that every seed goes on telling its story. */
export const hasCustomHealth = ({ checked, neighbour }: FamilyPart): boolean => checked && neighbour

/** In the account's own registry. */
export const imageOf = (family: string): string => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${family}:1`

/** One container, with a health check or without. */
const containersOf = ({ name, checked }: FamilyPart) => [
  { name: 'app', image: imageOf(name), healthCheck: checked, port: 8080 },
]

const definitionOf = (part: FamilyPart) => ({
  family: part.name,
  containers: containersOf(part),
  networkMode: part.place.networkMode,
})

export function addFamily(world: World, part: FamilyPart, truth: Truth): void {
  world.registerTaskDefinition(definitionOf(part))
  if (part.discover) {
    const health = hasCustomHealth(part) ? 'custom' : undefined
    const serviceId = world.createCloudMapService('jobs.internal', part.name, ['A', 'SRV'], health)
    const attributes = { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '80' }
    const register = (id: string, more: Record<string, string> = {}): void => {
      void world.ports.cloudMap.registerInstance(serviceId, id, { ...attributes, ...more }, 'by hand')
    }
    if (part.neighbour) register(foreignInstance)
    if (part.place.isLeftBehind) {
      register(orphanOf(part.name), { ECS_SERVICE_NAME: 'gone', ECS_CLUSTER_NAME: cluster })
      register(farOrphan, { ECS_SERVICE_NAME: 'gone', ECS_CLUSTER_NAME: 'elsewhere' })
    }
  }
  for (let task = 0; task < part.tasks; task++) runTask(world, part, null, 'owner', truth)
}

const capacities = {
  fargate: { capacityProvider: 'FARGATE' },
  spot: { capacityProvider: 'FARGATE_SPOT' },
  machines: { launchType: 'EC2' },
} as const

/** What RunTask is told of who runs it (developer guide, "Amazon ECS task state change events"). */
const starters: Record<Starter, { group?: string; startedBy?: string }> = {
  owner: {},
  somebody: { group: 'campaign', startedBy: 'alice' },
  schedule: { startedBy: 'events-rule/nightly' },
  orchestrator: { group: 'AWSBatch-jobs-5a2c', startedBy: 'batch' },
}

export function runTask(
  world: World,
  part: FamilyPart,
  fate: 'image-not-found' | 'network-interface' | 'crash' | 'oom' | null,
  by: Starter,
  truth: Truth,
): void {
  const definition = world.registerTaskDefinition(definitionOf(part))
  // Only tasks with a network interface of their own can wait for it in vain.
  const drawn = fate === 'network-interface' && part.place.networkMode !== 'awsvpc' ? 'image-not-found' : fate
  // Its end is planned: a task that never starts, or one that starts and crashes. Restarts share its revision and its fate.
  if (drawn !== null) {
    world.setFate(definition, { how: drawn, afterMs: 20_000 })
    truth.destine(definition, drawn)
  }
  world.runTask({
    cluster,
    taskDefinition: definition,
    ...capacities[part.capacity],
    ...starters[by],
    network: part.place.networkMode === 'awsvpc' ? defaultNetwork : null,
    overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'API_TOKEN', value: canary }] }] },
  })
}
