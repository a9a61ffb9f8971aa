import { defaultNetwork } from '../world/ecs-services.ts'
import type { World } from '../world/world.ts'
import type { FaultName } from './faults.ts'
import { alarmOf, cluster, thresholds } from './policies.ts'
import type { FamilyPart, Happening, Scenario, ServicePart } from './scenario.ts'
import type { Truth } from './truth.ts'

/** Seeded where only AWS and the owner's tasks may see it: in overrides, and as a password within a stop reason. */
export const canary = 'canary-6f1d9b'

const recreatedAfterMs = 45_000
const shortage =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone'

/** Builds the account of a scenario and plans what happens in it. `tell`: for the story. */
export function setStage(
  world: World,
  scenario: Scenario,
  truth: Truth,
  { tell, count }: { tell: (text: string) => void; count: (fault: FaultName) => void },
): void {
  world.createCluster(cluster)
  world.createNamespace('jobs.internal', 'private-dns')
  for (const part of scenario.services) addService(world, part)
  for (const part of scenario.families) addFamily(world, part, truth)
  const parts = {
    services: new Map(scenario.services.map(part => [part.name, part])),
    families: new Map(scenario.families.map(part => [part.name, part])),
  }
  const verbs = doings(world, truth, parts, tell)
  // One verb for each kind, by their types.
  for (const happening of scenario.happenings)
    world.timeline.after(happening.atMs, () => {
      const fault = faultOf[happening.what]
      if (fault) count(fault)
      verbs[happening.what](happening as never)
    })
}

/** Happenings that are faults rather than life. */
const faultOf: Partial<Record<Happening['what'], FaultName>> = {
  silence: 'metrics',
  flap: 'metrics',
  'delete-alarm': 'metrics',
  deploy: 'deployment',
  foreign: 'foreign',
  recreate: 'recreate',
  capacity: 'capacity',
  'operation-fails': 'cloud-map',
}

interface Parts {
  services: Map<string, ServicePart>
  families: Map<string, FamilyPart>
}

function addService(world: World, part: ServicePart): void {
  const { name, strategy } = part
  world.registerTaskDefinition({ family: name, containers: [{ name: 'app', image: `${name}:1` }] })
  if (strategy === 'DAEMON') world.registerContainerInstance(cluster)
  create(world, part)
  for (const side of ['high', 'low'] as const)
    world.createMetricAlarm({
      alarmName: alarmOf(name, side),
      namespace: 'AWS/ECS',
      metricName: 'CPUUtilization',
      dimensions: { ClusterName: cluster, ServiceName: name },
      statistic: 'Average',
      operator: side === 'high' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: thresholds[side],
      evaluationPeriods: side === 'high' ? 1 : 2,
      treatMissingData: part.treatMissingData,
    })
}

function create(
  world: World,
  { name, strategy, controller, desired, tags, requestsPerSecond }: ServicePart,
): void {
  const isDaemon = strategy === 'DAEMON'
  world.createService({
    cluster,
    name,
    taskDefinition: name,
    tags,
    ...(isDaemon
      ? { schedulingStrategy: 'DAEMON' as const }
      : { desiredCount: desired, deploymentController: controller }),
  })
  world.load(`${cluster}/${name}`, requestsPerSecond, 100)
}

/** Registered by somebody else, beside Longshore's own. */
export const foreignInstance = 'by-hand'

const containers = [{ name: 'app', image: 'job:1' }]

function addFamily(world: World, part: FamilyPart, truth: Truth): void {
  world.registerTaskDefinition({ family: part.name, containers })
  if (part.discover) {
    const serviceId = world.createCloudMapService('jobs.internal', part.name, ['A', 'SRV'])
    const attributes = { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '80' }
    void world.ports.cloudMap.registerInstance(serviceId, foreignInstance, attributes, 'by hand')
  }
  for (let task = 0; task < part.tasks; task++) runTask(world, part, null, truth)
}

function runTask(
  world: World,
  { name, spot }: FamilyPart,
  fate: 'image-not-found' | 'network-interface' | 'crash' | null,
  truth: Truth,
): void {
  const definition = world.registerTaskDefinition({ family: name, containers })
  // Its end is planned: a task that never starts, or one that starts and crashes. Restarts share its revision and its fate.
  if (fate !== null) {
    world.setFate(definition, { how: fate, afterMs: 20_000 })
    truth.destine(definition, fate)
  }
  world.runTask({
    cluster,
    taskDefinition: definition,
    capacityProvider: spot ? 'FARGATE_SPOT' : 'FARGATE',
    network: defaultNetwork,
    overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'API_TOKEN', value: canary }] }] },
  })
}

/** What the happenings do to the world. */
type Doings = { [W in Happening['what']]: (happening: Extract<Happening, { what: W }>) => void }

function doings(
  world: World,
  truth: Truth,
  { services, families }: Parts,
  tell: (text: string) => void,
): Doings {
  const nthLiving = (family: string, nth: number): string | undefined => {
    const running = truth.living(family).filter(({ lastStatus }) => lastStatus === 'RUNNING')
    return running[nth % Math.max(1, running.length)]?.taskId
  }
  const path = (service: string): string => `${cluster}/${service}`
  const short = (taskId: string): string => taskId.slice(0, 8)

  return {
    load({ service, requestsPerSecond }) {
      tell(`the load of ${service} becomes ${requestsPerSecond} requests/s`)
      world.load(path(service), requestsPerSecond)
    },
    silence({ service, silent }) {
      tell(`metrics of ${service} ${silent ? 'fall silent' : 'are back'}`)
      world.silenceMetrics(path(service), silent)
    },
    flap({ service, alarm }) {
      tell(`somebody sets ${alarmOf(service, alarm)} to ALARM`)
      unlessGone(() => world.setAlarmState(alarmOf(service, alarm), 'ALARM', 'set by hand'))
    },
    'delete-alarm'({ service, alarm }) {
      tell(`somebody deletes ${alarmOf(service, alarm)}`)
      unlessGone(() => world.deleteAlarm(alarmOf(service, alarm)))
    },
    deploy({ service, crashes }) {
      const part = services.get(service)
      if (part?.controller !== 'ECS') return
      const definition = world.registerTaskDefinition({ family: service, containers })
      if (crashes) world.setFate(definition, { how: 'crash', afterMs: 15_000 })
      tell(`${service} is deployed${crashes ? ', and will crash' : ''}`)
      unlessGone(() => world.deploy(path(service), definition))
    },
    foreign({ service, desired }) {
      if (services.get(service)?.strategy === 'DAEMON') return
      tell(`somebody sets ${service} to ${desired} tasks`)
      world.setDesiredCount(path(service), desired)
    },
    recreate({ service }) {
      const part = services.get(service)
      if (!part) return
      tell(`${service} is deleted`)
      world.deleteService(path(service))
      world.timeline.after(recreatedAfterMs, () => {
        tell(`${service} is created again`)
        create(world, part)
      })
    },
    'lose-service-task'({ service, how }) {
      const task = [...truth.tasks.values()].find(
        each => each.service === service && each.lastStatus === 'RUNNING' && each.desiredStatus === 'RUNNING',
      )
      if (!task) return
      tell(`task ${short(task.taskId)} of ${service} ends: ${how}`)
      world.killTask(task.taskId, how)
    },
    end({ family, nth, how }) {
      const taskId = nthLiving(family, nth)
      if (taskId === undefined) return
      truth.blame(taskId, how)
      tell(`task ${short(taskId)} of ${family} ends: ${how}`)
      world.killTask(taskId, how)
    },
    'user-stop'({ family, nth }) {
      const taskId = nthLiving(family, nth)
      if (taskId === undefined) return
      truth.blame(taskId, 'user')
      tell(`somebody stops task ${short(taskId)} of ${family}`)
      world.stopTask(taskId, `rolling by hand, password=${canary}`)
    },
    spot({ family, nth }) {
      const taskId = nthLiving(family, nth)
      if (taskId === undefined) return
      truth.blame(taskId, 'spot')
      tell(`Spot takes task ${short(taskId)} of ${family} back`)
      world.interruptSpot(taskId)
    },
    run({ family, fate }) {
      const part = families.get(family)
      if (!part) return
      tell(`${family} is run${fate ? `, and will end: ${fate}` : ''}`)
      unlessGone(() => runTask(world, part, fate, truth))
    },
    capacity({ short }) {
      tell(short ? 'no capacity from now on' : 'there is capacity again')
      world.noCapacity(short ? shortage : null, null)
    },
    'operation-fails': () => world.failNextOperation('THROTTLED_REQUEST'),
  }
}

/** The control panel throws on what is not there (any more); in a random account that is nobody's mistake. */
function unlessGone(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}
