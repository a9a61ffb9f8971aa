import { lastSegment } from '../../model/arn.ts'
import { isSameStrategy } from '../../model/capacity-provider-strategy.ts'
import type { Action, JournalEntry } from '../../model/decision.ts'
import type { RunTaskRequest, RunTaskResult, StopTaskRequest } from '../../model/ports.ts'
import type { Answer } from '../../model/reading.ts'
import type { Service } from '../../model/service.ts'
import { orphanOf } from '../account.ts'
import type { Courtroom } from '../judge.ts'
import { callsPerMinuteMax, judgePace, targetOf } from '../judge.ts'
import { isRolledBack, stopsOf } from '../policies.ts'
import type { Invocation } from '../sandbox.ts'
import { type CountRequest, judgeChange, judgeCount } from './counts.ts'
import { judgeFarewell, judgeHealth, judgeWelcome } from './map.ts'
import { judgeReplacement, judgeStop } from './restarts.ts'
import { judgeRollBack, judgeRollBackRequest } from './roll-backs.ts'
import { judgeCapacity, judgeStrategy, noteStrategy, type StrategyRequest } from './spot.ts'

/** Judges what changes production, at the moment it does. Clocks may be five seconds off, both ways. */

/** Calls about one instance within a minute. */
const callsPerInstanceMax = 8

/** Before a change leaves. */
export function judgeRequest(
  court: Courtroom,
  invocation: Invocation,
  operation: string,
  args: unknown[],
): void {
  const policy = court.policies[invocation.version]
  if (policy?.mode === 'observe') court.violate('S12', `${operation} in mode observe`)
  const target = targetOfChange(court, operation, args)
  if (target === null) {
    court.violate('S16', `${operation} about something that no rule names`)
    return
  }
  judgePace(court, `${target} ${operation}`, callsPerMinuteMax)
  const intent = court.history.ledger.get(target)?.find(({ action }) => isSame(action, operation, args))
  if (!intent) {
    if (operation === 'ecs.runTask' && court.history.tokens.has((args[0] as RunTaskRequest).clientToken))
      return
    court.violate('S10', `${operation} for ${target} is not in the ledger`)
    return
  }
  if (operation === 'ecs.updateService') judgeCount(court, invocation, args[0] as CountRequest, intent)
  if (operation === 'ecs.runTask') judgeCapacity(court, args[0] as RunTaskRequest)
  if (operation === 'ecs.setCapacityProviders') judgeStrategy(court, invocation, args[0] as StrategyRequest)
  if (target.startsWith('service/'))
    judgeRollBackRequest(court, invocation, target.split('/').at(-1) ?? '', intent)
  if (operation === 'ecs.stopTask') judgeStop(court, invocation, args[0] as StopTaskRequest)
  if (operation.startsWith('cloudMap.'))
    judgePace(court, `${target} ${operation} ${args[1]}`, callsPerInstanceMax)
  if (operation === 'cloudMap.deregisterInstance') judgeFarewell(court, invocation, args[1] as string)
  if (operation === 'cloudMap.setInstanceHealth') judgeHealth(court, invocation, args)
  if (operation === 'cloudMap.registerInstance') judgeWelcome(court, invocation, target, args[1] as string)
}

function targetOfChange({ scenario, truth }: Courtroom, operation: string, args: unknown[]): string | null {
  if (operation === 'ecs.updateService') {
    const { service } = args[0] as CountRequest
    const part = scenario.services.find(({ name, managed }) => managed && name === service)
    return part ? targetOf('service', service) : null
  }
  if (operation === 'ecs.stopDeployment' || operation === 'ecs.rollBackService') {
    const service = rolledBackService(operation, args)
    const part = scenario.services.find(({ name, managed }) => managed && name === service)
    return part && isRolledBack(part) ? targetOf('service', service) : null
  }
  if (operation === 'ecs.setCapacityProviders') {
    const { service } = args[0] as StrategyRequest
    const part = scenario.services.find(({ name, managed }) => managed && name === service)
    return part?.spot ? targetOf('service', service) : null
  }
  if (operation === 'ecs.runTask') {
    const { spec } = args[0] as RunTaskRequest
    const family = familyOf(spec.taskDefinitionArn)
    return scenario.families.some(({ name, managed, heal }) => managed && heal && name === family)
      ? targetOf('family', family)
      : null
  }
  if (operation === 'ecs.stopTask') {
    const stopped = truth.tasks.get(lastSegment((args[0] as StopTaskRequest).task))
    const part = scenario.families.find(({ name, managed }) => managed && name === stopped?.family)
    const isOurs = stopped?.service === null && stopped.keeper !== 'orchestrator'
    return part?.heal && (stopsOf(part.heal) || part.planned) && isOurs ? targetOf('family', part.name) : null
  }
  const adopted = scenario.families.find(({ name }) => orphanOf(name) === args[1])
  if (operation === 'cloudMap.deregisterInstance' && adopted) {
    const { managed, discover, place } = adopted
    return managed && discover && place.adopt ? targetOf('family', adopted.name) : null
  }
  const task = truth.tasks.get(args[1] as string)
  if (operation === 'cloudMap.registerInstance' && task?.keeper === 'orchestrator') return null
  const family = task?.family
  return scenario.families.some(({ name, managed, discover }) => managed && discover && name === family)
    ? targetOf('family', family ?? '')
    : null
}

/** `…:service-deployment/<cluster>/<service>/<id>`, or the change of a service. */
const rolledBackService = (operation: string, [what]: unknown[]): string =>
  operation === 'ecs.stopDeployment'
    ? ((what as string).split('/')[2] ?? '')
    : (what as { service: string }).service

export const familyOf = (taskDefinitionArn: string): string => {
  const name = lastSegment(taskDefinitionArn)
  return name.slice(0, name.lastIndexOf(':'))
}

function isSame(action: Action, operation: string, args: unknown[]): boolean {
  switch (action.verb) {
    case 'update-service':
      return (
        operation === 'ecs.updateService' && (args[0] as CountRequest).desiredCount === action.desiredCount
      )
    case 'stop-deployment':
      return operation === 'ecs.stopDeployment' && args[0] === action.serviceDeploymentArn
    case 'roll-back-service':
      return (
        operation === 'ecs.rollBackService' &&
        (args[0] as { taskDefinition: string }).taskDefinition === action.to
      )
    case 'redeploy-service':
      return operation === 'ecs.redeployService'
    case 'set-capacity-providers':
      return (
        operation === 'ecs.setCapacityProviders' &&
        isSameStrategy((args[0] as StrategyRequest).strategy, action.to)
      )
    case 'run-task':
      return operation === 'ecs.runTask' && (args[0] as RunTaskRequest).clientToken === action.clientToken
    case 'stop-task':
      return operation === 'ecs.stopTask' && (args[0] as StopTaskRequest).task === action.taskArn
    case 'register-instance':
      return operation === 'cloudMap.registerInstance' && args[1] === action.instanceId
    case 'deregister-instance':
      return operation === 'cloudMap.deregisterInstance' && args[1] === action.instanceId
    case 'set-instance-health':
      return (
        operation === 'cloudMap.setInstanceHealth' &&
        args[1] === action.instanceId &&
        args[2] === action.status
      )
  }
}

/** After a change was carried out. */
export function judgeEffect(
  court: Courtroom,
  invocation: Invocation,
  operation: string,
  args: unknown[],
  answer: Answer<unknown>,
): void {
  if (!answer.ok) return
  noteEffect(court, operation, args, answer.value)
  if (operation === 'ecs.setCapacityProviders')
    noteStrategy(court, args[0] as StrategyRequest, answer.value as Service)
  // Its author, for who judges what follows.
  if (operation === 'ecs.stopTask') {
    const { task, reason } = args[0] as StopTaskRequest
    court.truth.blame(lastSegment(task), reason)
  }
  if (operation === 'cloudMap.registerInstance') court.history.left.delete(args[1] as string)
  if (operation === 'cloudMap.deregisterInstance') court.history.left.set(args[1] as string, court.now())
  if (operation === 'ecs.updateService') judgeChange(court, invocation, args[0] as CountRequest)
  if (operation === 'ecs.runTask')
    judgeReplacement(court, args[0] as RunTaskRequest, answer.value as RunTaskResult)
}

/** A change as the ledger and the journal both name it. */
export const effectOf = ({ verb, about, atMs }: Pick<JournalEntry, 'verb' | 'about' | 'atMs'>): string =>
  `${verb} ${about} at ${atMs}`

const subjectOf = (action: Action): string | null => {
  switch (action.verb) {
    case 'run-task':
      return lastSegment(action.replaces)
    case 'stop-task':
      return lastSegment(action.taskArn)
    case 'set-capacity-providers':
      return action.capacityProvider
    default:
      return 'instanceId' in action ? action.instanceId : null
  }
}

/** A call that placed nothing changed nothing. */
function noteEffect(court: Courtroom, operation: string, args: unknown[], value: unknown): void {
  if (operation === 'ecs.runTask' && (value as RunTaskResult).taskArns.length === 0) return
  const target = targetOfChange(court, operation, args) ?? ''
  const intent = court.history.ledger.get(target)?.find(({ action }) => isSame(action, operation, args))
  if (!intent) return
  const { action, recordedAtMs } = intent
  judgeRollBack(court, target.split('/').at(-1) ?? '', intent)
  const effect = effectOf({ verb: action.verb, about: subjectOf(action), atMs: recordedAtMs })
  court.history.effects.set(effect, target)
}
