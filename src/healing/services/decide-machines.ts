import { lastSegment } from '../../model/arn.ts'
import type { Action, Decision } from '../../model/decision.ts'
import type { HostMemory, ServiceHealingMemory } from '../../model/memory.ts'
import type { Reading } from '../../model/reading.ts'
import { isDeploying, type Service } from '../../model/service.ts'
import { isRunning, ownStopPrefix, type Task } from '../../model/task.ts'
import { minute } from '../../model/time.ts'
import type { ServiceMachineSight } from '../planned/machine-sight.ts'
import { machinesOf } from '../planned/machine-sight.ts'
import { hostsAfter } from '../planned/machine-trouble.ts'
import { openFrom } from '../planned/window.ts'
import type { ServiceHostPolicy } from './policy.ts'
import type { HostObstacle, ServiceHealingReason } from './reason.ts'

type StopTask = Extract<Action, { verb: 'stop-task' }>

export interface ServiceMachineVerdict {
  decisions: Decision<ServiceHealingReason, StopTask>[]
  memory: Pick<ServiceHealingMemory, 'hosts' | 'stopping' | 'machinesReadAtMs'>
  nextLookAtMs: number | null
}

const troubleLookMs = minute
/** An event that was lost costs so much. */
const quietLookMs = 5 * minute

/**
 * Tasks of a service on machines whose agents stay silent: told, or stopped one after the other so that ECS starts others elsewhere,
 * which it does not do by itself (aws/containers-roadmap#2040). Only while the service is otherwise as its owner wants it.
 */
export function decideServiceMachines(
  sight: ServiceMachineSight | null,
  service: Reading<Service>,
  paused: string | null,
  policy: ServiceHostPolicy | undefined,
  before: ServiceHealingMemory | undefined,
  now: number,
): ServiceMachineVerdict {
  if (!policy) return { decisions: [], memory: {}, nextLookAtMs: null }
  const asked = Object.fromEntries(
    Object.entries(before?.stopping ?? {}).filter(([, { askAgainAtMs }]) => askAgainAtMs > now),
  )
  if (sight === null)
    return {
      decisions: [],
      memory: memoryOf(before?.hosts ?? {}, asked, before?.machinesReadAtMs),
      nextLookAtMs: now + troubleLookMs,
    }
  const hosts = hostsAfter(machinesOf(sight.tasks), sight.seen, before?.hosts ?? {}, now)
  const decisions: ServiceMachineVerdict['decisions'] = []
  const staying = sight.tasks.filter(task => isRunning(task) && asked[task.taskId] === undefined).length
  let room = roomFor(service, policy, staying, Object.keys(asked).length)
  const whileSteady = service.kind === 'value' ? steadyOf(service.value, staying) : null
  for (const [arn, host] of Object.entries(hosts).sort(([, a], [, b]) => a.sinceMs - b.sinceMs)) {
    if (host.seenAtMs !== now || now - host.sinceMs < policy.afterMs) continue
    const tasks = sight.tasks.filter(task => task.containerInstanceArn === arn)
    const stops = tasks.filter(task => isRunning(task) && asked[task.taskId] === undefined)
    const obstacle =
      policy.remedy === 'replace'
        ? obstacleOf(service, paused, policy, { staying, room, stops: stops.length }, now)
        : null
    if (policy.remedy === 'replace' && obstacle === null && whileSteady) {
      const due = stops.slice(0, room)
      room -= due.length
      decisions.push(...due.map(task => stop(task, host, whileSteady, now)))
    } else {
      const code =
        obstacle === null || isLasting(obstacle) ? 'machine-of-service' : 'machine-of-service-waits'
      const isTold = code === 'machine-of-service'
      decisions.push({
        hold: 'healing',
        about: lastSegment(arn),
        because: {
          code,
          trouble: host.trouble,
          forMs: now - host.sinceMs,
          tasks: tasks.length,
          ...(obstacle ? { why: obstacle } : {}),
        },
        untilMs: null,
        tell: isTold && host.told !== code,
      })
      if (isTold) hosts[arn] = { ...host, told: code }
    }
  }
  const isQuiet = Object.keys(hosts).length === 0
  return {
    decisions,
    memory: memoryOf(hosts, asked, now),
    nextLookAtMs: now + (isQuiet ? quietLookMs : troubleLookMs),
  }
}

const memoryOf = (
  hosts: Record<string, HostMemory>,
  stopping: NonNullable<ServiceHealingMemory['stopping']>,
  machinesReadAtMs: number | undefined,
): ServiceMachineVerdict['memory'] => ({
  ...(Object.keys(hosts).length > 0 ? { hosts } : {}),
  ...(Object.keys(stopping).length > 0 ? { stopping } : {}),
  ...(machinesReadAtMs === undefined ? {} : { machinesReadAtMs }),
})

/** Tasks that may be missing: never fewer run than the service's own minimumHealthyPercent. */
const floorOf = ({ desiredCount, minimumHealthyPercent }: Service): number =>
  Math.ceil((desiredCount * minimumHealthyPercent) / 100)

/**
 * How many may be stopped now. `staying`: running tasks that nobody has told to stop. A silent agent does not carry out a stop, and
 * ECS counts its task as running until it does: `runningCount` alone would let one after the other go, down to none.
 */
function roomFor(
  service: Reading<Service>,
  { atOnce }: ServiceHostPolicy,
  staying: number,
  asked: number,
): number {
  if (service.kind !== 'value') return 0
  const running = Math.min(service.value.runningCount, staying)
  return Math.max(0, Math.min(atOnce - asked, running - floorOf(service.value)))
}

function obstacleOf(
  service: Reading<Service>,
  paused: string | null,
  { window }: ServiceHostPolicy,
  { staying, room, stops }: { staying: number; room: number; stops: number },
  now: number,
): HostObstacle | null {
  if (service.kind !== 'value') return 'unreadable'
  const { value } = service
  const isOurs =
    value.schedulingStrategy === 'REPLICA' &&
    value.deploymentController === 'ECS' &&
    value.resourceManagementType === 'CUSTOMER'
  if (!isOurs) return 'unsupported'
  if (floorOf(value) >= value.desiredCount) return 'none-may-miss'
  if (paused !== null) return 'paused'
  if (window && openFrom(window, now) > now) return 'window'
  if (value.status !== 'ACTIVE' || isDeploying(value)) return 'deploying'
  if (Math.min(value.runningCount, staying) < value.desiredCount || value.pendingCount > 0)
    return 'not-steady'
  return room === 0 || stops === 0 ? 'in-line' : null
}

/** What only its owner can change. */
const isLasting = (obstacle: HostObstacle): boolean =>
  obstacle === 'unsupported' || obstacle === 'none-may-miss'

/** What must still be true right before the call: one more than must stay run, beside those that count and are told to stop. */
const steadyOf = (service: Service, staying: number): NonNullable<StopTask['whileSteady']> => ({
  service: service.service,
  running: floorOf(service) + 1 + Math.max(0, service.runningCount - staying),
})

function stop(
  { cluster, taskArn, containerInstanceArn }: Task,
  { trouble, sinceMs }: HostMemory,
  whileSteady: NonNullable<StopTask['whileSteady']>,
  now: number,
): ServiceMachineVerdict['decisions'][number] {
  return {
    do: {
      verb: 'stop-task',
      cluster,
      taskArn,
      reason: `${ownStopPrefix}host`,
      whileSteady,
    },
    because: { code: 'host-stop', trouble, forMs: now - sinceMs },
    tell: true,
    facts: [{ label: 'Machine', value: lastSegment(containerInstanceArn ?? '') }],
  }
}
