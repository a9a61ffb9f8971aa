import { minute } from '../model/time.ts'
import { taskArn } from '../world/names.ts'
import type { World } from '../world/world.ts'
import { canary, create, imageOf, recreatedAfterMs, runTask, secondForeign } from './account.ts'
import { revisionDoings, unlessGone } from './doings-revisions.ts'
import type { FaultName } from './faults.ts'
import { short } from './narration.ts'
import { alarmOf, cluster } from './policies.ts'
import { queueOf } from './policies-signals.ts'
import type { FamilyPart, Happening, ServicePart } from './scenario.ts'
import type { Truth } from './truth.ts'

const shortage =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone'

/** Happenings that are faults rather than life. */
export const faultOf: Partial<Record<Happening['what'], FaultName>> = {
  fall: 'fall',
  silence: 'metrics',
  flap: 'metrics',
  mute: 'metrics',
  'delete-alarm': 'metrics',
  deploy: 'deployment',
  release: 'deployment',
  break: 'deployment',
  foreign: 'foreign',
  recreate: 'recreate',
  capacity: 'capacity',
  'spot-capacity': 'spot',
  'spot-service': 'spot',
  strategy: 'spot',
  'operation-fails': 'cloud-map',
  meddle: 'cloud-map',
  'lose-host': 'host',
  health: 'health',
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
    const running = [...truth.tasks.values()].filter(
      task =>
        task.family === family &&
        task.service === null &&
        task.desiredStatus === 'RUNNING' &&
        task.lastStatus === 'RUNNING',
    )
    return running[nth % Math.max(1, running.length)]?.taskId
  }
  const announce = (taskId: string, dueAtMs: number): void => {
    truth.announced.set(taskId, dueAtMs)
    world.timeline.after(dueAtMs - world.clock.now(), () => {
      if (truth.tasks.get(taskId)?.endingAtMs !== null) return
      truth.blame(taskId, 'maintenance')
      tell(`AWS stops task ${short(taskId)}`)
      unlessGone(() => world.killTask(taskId, 'maintenance'))
    })
  }
  const path = (service: string): string => `${cluster}/${service}`

  const { released, newest, ...revisions } = revisionDoings(world, truth, services, tell)
  return {
    fall({ service }) {
      tell(`no request reaches ${service} any more`)
      world.load(path(service), 0)
    },
    send({ service, messages, delaySeconds }) {
      tell(`${messages} messages for ${service}${delaySeconds ? `, after ${delaySeconds} s` : ''}`)
      world.sendMessages(queueOf(service), messages, delaySeconds)
    },
    'send-steadily'({ service, perSecond }) {
      tell(`from now on ${perSecond} messages/s for ${service}`)
      world.sendSteadily(queueOf(service), perSecond)
    },
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
    mute({ service, alarm, minutes }) {
      const name = alarmOf(service, alarm)
      tell(`${name} is muted for ${minutes} minutes`)
      unlessGone(() => world.muteAlarm(name, world.clock.now(), world.clock.now() + minutes * minute))
    },
    'delete-alarm'({ service, alarm }) {
      tell(`somebody deletes ${alarmOf(service, alarm)}`)
      unlessGone(() => world.deleteAlarm(alarmOf(service, alarm)))
    },
    ...revisions,
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
        // With the newest revision there is.
        const taskDefinitionArn = newest.get(service)
        if (taskDefinitionArn) released(service, taskDefinitionArn)
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
      // One that fell back on demand is not Spot's to take.
      if (taskId === undefined || truth.tasks.get(taskId)?.capacityProvider !== 'FARGATE_SPOT') return
      truth.blame(taskId, 'spot')
      tell(`Spot takes task ${short(taskId)} of ${family} back`)
      world.interruptSpot(taskId)
    },
    'lose-host'({ family, nth }) {
      const host = truth.tasks.get(nthLiving(family, nth) ?? '')?.host
      if (!host) return
      tell(`machine ${short(host)} is terminated`)
      for (const task of truth.tasks.values())
        if (task.host === host && task.endingAtMs === null) truth.blame(task.taskId, 'host-terminated')
      world.terminateContainerInstance(host)
      world.timeline.after(minute, () => world.registerContainerInstance(cluster))
    },
    retire({ family, nth, tasks, inMs }) {
      const affected = Array.from({ length: tasks }, (_, index) => nthLiving(family, nth + index)).filter(
        (id, index, ids) => id !== undefined && ids.indexOf(id) === index,
      )
      if (affected.length === 0) return
      const dueAtMs = world.clock.now() + inMs
      tell(`AWS announces that it will stop ${affected.map(id => short(id ?? '')).join(', ')} of ${family}`)
      for (const id of affected) announce(id ?? '', dueAtMs)
      world.announceRetirement(
        affected.map(id => arnOf(id ?? '')),
        dueAtMs,
      )
    },
    'machine-trouble'({ family, nth, how, forMs }) {
      const host = truth.tasks.get(nthLiving(family, nth) ?? '')?.host
      if (!host) return
      tell(
        `machine ${short(host)} is ${how}${forMs === null ? ' for good' : ` for ${forMs / minute} minutes`}`,
      )
      const strike = (isInTrouble: boolean): void => {
        if (how === 'silent') world.setAgentConnected(host, !isInTrouble)
        if (how === 'draining') world.drainContainerInstance(host, isInTrouble)
        if (how === 'impaired') world.setMachineHealth(host, isInTrouble ? 'IMPAIRED' : 'OK')
      }
      unlessGone(() => strike(true))
      if (forMs === null) return
      world.timeline.after(forMs, () => {
        tell(`machine ${short(host)} is no longer ${how}`)
        unlessGone(() => strike(false))
      })
    },
    health({ family, nth, healthy }) {
      const taskId = nthLiving(family, nth)
      if (taskId === undefined) return
      tell(`the health check of task ${short(taskId)} of ${family} ${healthy ? 'succeeds' : 'fails'}`)
      world.setContainerHealth(taskId, 'app', healthy ? 'HEALTHY' : 'UNHEALTHY')
    },
    run({ family, fate, by }) {
      const part = families.get(family)
      if (!part) return
      tell(`${family} is run${by === 'owner' ? '' : ` (${by})`}${fate ? `, and will end: ${fate}` : ''}`)
      unlessGone(() => runTask(world, part, fate, by, truth))
    },
    'delete-image'({ family }) {
      tell(`the image of ${family} is deleted`)
      world.deleteImage(imageOf(family))
    },
    'push-image'({ family }) {
      tell(`the tag of the image of ${family} names another one from now on`)
      world.pushImage(imageOf(family))
    },
    capacity({ short: isShort }) {
      tell(isShort ? 'no capacity from now on' : 'there is capacity again')
      world.noCapacity(isShort ? shortage : null, null)
    },
    'spot-capacity'({ short: isShort }) {
      tell(isShort ? 'no room on Spot from now on' : 'there is room on Spot again')
      world.noCapacity(isShort ? 'RESOURCE:FARGATE' : null, 'FARGATE_SPOT')
    },
    'spot-service'({ service }) {
      tell(`Spot takes the tasks of ${service} back`)
      for (const { taskId, service: of, desiredStatus, lastStatus } of truth.tasks.values())
        if (of === service && desiredStatus === 'RUNNING' && lastStatus === 'RUNNING')
          unlessGone(() => world.interruptSpot(taskId))
    },
    strategy({ service, strategy }) {
      if (services.get(service)?.controller !== 'ECS') return
      tell(`somebody gives ${service} another strategy`)
      unlessGone(() => world.setCapacityProviders(path(service), strategy))
    },
    meddle({ family, nth, how }) {
      const service = world.cloudMapServices().find(each => each.service === family)
      const taskId = nthLiving(family, nth)
      if (!service || (how === 'deregister' && taskId === undefined)) return
      tell(`somebody ${how}s ${how === 'register' ? 'an instance' : `task ${short(taskId ?? '')}`} by hand`)
      const attributes = { AWS_INSTANCE_IPV4: '10.9.9.8', AWS_INSTANCE_PORT: '80' }
      if (how === 'register')
        void world.ports.cloudMap.registerInstance(service.id, secondForeign, attributes, 'by hand')
      else void world.ports.cloudMap.deregisterInstance(service.id, taskId ?? '')
    },
    'operation-fails': () => world.failNextOperation('THROTTLED_REQUEST'),
  }
}

const arnOf = (taskId: string): string => taskArn(cluster, taskId)
