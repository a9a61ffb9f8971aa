import { lastSegment } from '../../model/arn.ts'
import type { Intent } from '../../model/decision.ts'
import { primaryOf } from '../../model/service.ts'
import { minute } from '../../model/time.ts'
import { type Courtroom, skewMs } from '../judge.ts'
import { failuresOf, mayHaveLooped } from '../loops.ts'
import { shortRevision } from '../narration.ts'
import type { Invocation } from '../sandbox.ts'
import { familyOf } from './safety.ts'

/** Judges roll-backs: each revision is rolled back from at most once, and never to a revision that was rolled back from. */
export function judgeRollBack(court: Courtroom, service: string, { action }: Intent): void {
  if (action.verb !== 'stop-deployment' && action.verb !== 'roll-back-service') return
  const { history, scenario, violate } = court
  const what = action.verb === 'stop-deployment' ? action.serviceDeploymentArn : action.to
  const before = history.rolledBack.get(`${service} ${action.from}`)
  if (before !== undefined && before.what !== what)
    violate('S18', `${service} is rolled back a second time from ${action.from}`)
  history.rolledBack.set(`${service} ${action.from}`, { what, atMs: court.now() })
  if (action.verb === 'stop-deployment') return
  if (history.rolledBack.has(`${service} ${action.to}`))
    violate('S18', `${service} is rolled back to ${action.to}, from which it was rolled back before`)
  if (scenario.services.some(({ name }) => name === service) && familyOf(action.to) !== service)
    violate('S18', `${service} is rolled back to ${action.to}, which it never ran`)
}

/** How long a revision must have run to be one that stood. */
const stoodMs = 10 * minute

/** Before it leaves: it has a reason, the owner asked for it, and nobody else is at it. */
export function judgeRollBackRequest(
  court: Courtroom,
  { id }: Invocation,
  service: string,
  { action, because, recordedAtMs }: Intent,
): void {
  if (action.verb !== 'stop-deployment' && action.verb !== 'roll-back-service') return
  const { history, scenario, truth, now } = court
  const told = history.told.get(id)
  const seen = told?.services.get(service)
  const care = scenario.services.find(({ name }) => name === service)?.care
  const { from } = action
  const complain = (why: string): void => {
    court.violate('S18', `${shortRevision(from)} is rolled back ${why}`)
  }
  if (!seen || !care) {
    complain('by somebody who has not read the service')
    return
  }
  if (seen.deploymentController !== 'ECS') complain(`although ${seen.deploymentController} deploys it`)
  if (seen.resourceManagementType === 'ECS') complain('although its service is ECS’s own')
  if (seen.tags === null || seen.tags['longshore:paused'] !== undefined)
    court.violate('S12', `${service} is paused, or may be, and is rolled back`)
  const primary = primaryOf(seen)
  if (primary?.taskDefinitionArn !== from)
    complain(`while ${shortRevision(primary?.taskDefinitionArn ?? '?')} is deployed`)
  if (action.verb === 'stop-deployment') {
    if (seen.rollsBack.circuitBreaker === 'roll-back' || seen.rollsBack.onAlarm)
      complain('although ECS does that by itself')
    if (told?.ending.has(action.serviceDeploymentArn)) complain('although that has begun already')
    const number = lastSegment(action.serviceDeploymentArn)
    const stopped = [...truth.tasks.values()].find(({ startedBy }) => startedBy === `ecs-svc/${number}`)
    // Both reads of the service may lag behind the list of its deployments.
    const isVague = scenario.faults.stale !== undefined
    if (stopped && stopped.taskDefinitionArn !== from && !isVague)
      complain(`by stopping the deployment of ${shortRevision(stopped.taskDefinitionArn)}`)
  } else {
    const tasks = [...truth.tasks.values()].filter(
      task => task.service === service && task.taskDefinitionArn === action.to && task.runningAtMs !== null,
    )
    const firstMs = Math.min(...tasks.map(({ runningAtMs }) => runningAtMs ?? 0))
    const lastMs = Math.max(...tasks.map(({ endingAtMs }) => endingAtMs ?? now()))
    if (tasks.length === 0 || lastMs - firstMs < stoodMs - skewMs)
      complain(`to ${shortRevision(action.to)}, which never stood`)
  }
  const isStuck =
    because.code === 'roll-back-stuck' &&
    care.stuck.remedy === 'roll-back' &&
    seen.rollsBack.circuitBreaker === 'off' &&
    recordedAtMs - (primary?.createdAtMs ?? Infinity) > care.stuck.afterMs - skewMs
  const isLooping =
    because.code === 'roll-back' &&
    care.crashLoop === 'roll-back' &&
    mayHaveLooped(failuresOf(court, service, now() + 1), from)
  if (!isStuck && !isLooping) complain('without a reason')
}
