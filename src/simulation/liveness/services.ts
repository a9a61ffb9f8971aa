import { minute } from '../../model/time.ts'
import type { World } from '../../world/world.ts'
import { type Courtroom, targetOf } from '../judge.ts'
import { alarmOf, cluster } from '../policies.ts'
import { boundsOf } from '../safety/counts.ts'
import { judgeRestored } from '../safety/spot.ts'
import type { ServicePart } from '../scenario.ts'
import { judgeRevisions } from './revisions.ts'
import { isWindowMoving, judgeSignalService } from './signals.ts'

/** Judges a service at the end of the quiet: its count is what its alarms ask for, and stays. */

/** The last part of the quiet: by then nothing is done any more. */
const stillMs = 6 * minute

export async function judgeService(
  court: Courtroom,
  world: World,
  part: ServicePart,
  version: number,
): Promise<void> {
  const { violate, now, history } = court
  const { name } = part
  const last = history.attempts.get(`${targetOf('service', name)} ecs.updateService`)?.at(-1)
  const { signals } = part
  // A price and a margin go on learning in the quiet, and bounds may just have moved.
  const isMoving =
    signals !== null &&
    (signals.kinds.includes('slo-requests') || isWindowMoving(signals, now() - court.startAtMs, stillMs))
  if (part.strategy === 'DAEMON' || part.tags['longshore:paused'] !== undefined) return
  const answer = await world.ports.ecs.describeServices(cluster, [name])
  const service = answer.ok ? answer.value.services[0] : undefined
  if (service?.status !== 'ACTIVE') return
  judgeRestored(court, part, service)
  judgeRevisions(court, part, service)
  if (part.care.isExpress) return
  // Tasks that come and go have no load to judge a count by.
  const deployed = service.deployments[0]?.taskDefinitionArn
  if (deployed && court.truth.fateOf(deployed) !== null) return
  if (last !== undefined && now() - last < stillMs && !isMoving)
    violate('L1', `${name} is still being scaled, ${Math.round((now() - last) / 1_000)} s before the end`)
  const { min, max } = boundsOf(court, part, version, service.tags, now())
  const { desiredCount } = service
  const isDeploying = service.deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
  if (signals) {
    if (isMoving && !signals.kinds.includes('slo-requests')) return
    if (isDeploying && signals.whileDeploying !== 'normal') return
    return judgeSignalService(court, world, part, signals, { desiredCount, min, max })
  }
  if (desiredCount < min) violate('L1', `${name} has ${desiredCount} tasks, below ${min}`)
  if (desiredCount > max && !isDeploying) violate('L1', `${name} has ${desiredCount} tasks, above ${max}`)
  const alarms = await world.ports.cloudWatch.describeAlarms([alarmOf(name, 'high'), alarmOf(name, 'low')])
  const since = (side: 'high' | 'low'): number => {
    const alarm = alarms.ok
      ? alarms.value.find(({ alarmName }) => alarmName === alarmOf(name, side))
      : undefined
    const changed = court.truth.alarms.get(alarmOf(name, side))?.at(-1)
    return alarm?.state === 'ALARM' && changed && part.disabled !== side ? now() - changed.atMs : 0
  }
  // Without data nothing is scaled, whatever the alarm makes of that.
  const hasData = service.runningCount > 0
  if (hasData && desiredCount < max && since('high') > stillMs)
    violate('L1', `${name} has ${desiredCount} of ${max} tasks, and ${alarmOf(name, 'high')} is in ALARM`)
  const bothReadable = alarms.ok && alarms.value.length === 2
  if (
    hasData &&
    bothReadable &&
    since('high') === 0 &&
    desiredCount > min &&
    since('low') > stillMs &&
    !isDeploying
  )
    violate(
      'L1',
      `${name} has ${desiredCount} tasks, more than ${min}, and ${alarmOf(name, 'low')} is in ALARM`,
    )
}
