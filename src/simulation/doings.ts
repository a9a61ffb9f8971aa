import type { World } from '../world/world.ts'
import type { FaultName } from './faults.ts'
import { alarmOf, cluster } from './policies.ts'
import type { FamilyPart, Happening, ServicePart } from './scenario.ts'
import { canary, containers, create, runTask } from './stage.ts'
import type { Truth } from './truth.ts'

const recreatedAfterMs = 45_000
const shortage =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone'

/** Happenings that are faults rather than life. */
export const faultOf: Partial<Record<Happening['what'], FaultName>> = {
  silence: 'metrics',
  flap: 'metrics',
  'delete-alarm': 'metrics',
  deploy: 'deployment',
  foreign: 'foreign',
  recreate: 'recreate',
  capacity: 'capacity',
  'operation-fails': 'cloud-map',
}

export interface Parts {
  services: Map<string, ServicePart>
  families: Map<string, FamilyPart>
}

/** What the happenings do to the world. */
type Doings = { [W in Happening['what']]: (happening: Extract<Happening, { what: W }>) => void }

export function doings(
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
