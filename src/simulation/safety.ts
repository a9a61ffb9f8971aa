import { lastSegment } from '../model/arn.ts'
import type { Action } from '../model/decision.ts'
import type { RunTaskRequest, RunTaskResult } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import type { Courtroom } from './judge.ts'
import { callsPerMinuteMax, judgePace, targetOf } from './judge.ts'
import { type CountRequest, judgeChange, judgeCount } from './safety-counts.ts'
import { judgeReplacement } from './safety-restarts.ts'
import type { Invocation } from './sandbox.ts'

/** Judges what changes production, at the moment it does. Clocks may be five seconds off, both ways. */

const changes: ReadonlySet<string> = new Set([
  'ecs.updateService',
  'ecs.runTask',
  'cloudMap.registerInstance',
  'cloudMap.deregisterInstance',
])

export const isChange = (operation: string): boolean => changes.has(operation)

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
  if (operation === 'cloudMap.registerInstance') judgeWelcome(court, invocation, target, args[1] as string)
}

/** What is written down counts, whatever a lagging read says: a task whose end is known is offered to no client any more. */
function judgeWelcome(court: Courtroom, { id }: Invocation, target: string, taskId: string): void {
  const endedAtMs = court.history.ended.get(`${target} task/${taskId}`)
  const readAtMs = court.history.told.get(id)?.evidenceAtMs ?? null
  if (endedAtMs !== undefined && readAtMs !== null && endedAtMs < readAtMs)
    court.violate(
      'S3',
      `task ${taskId.slice(0, 8)} is registered in Cloud Map although its end was written down`,
    )
}

function targetOfChange({ scenario, truth }: Courtroom, operation: string, args: unknown[]): string | null {
  if (operation === 'ecs.updateService') {
    const { service } = args[0] as CountRequest
    const part = scenario.services.find(({ name, managed }) => managed && name === service)
    return part ? targetOf('service', service) : null
  }
  if (operation === 'ecs.runTask') {
    const { spec } = args[0] as RunTaskRequest
    const family = familyOf(spec.taskDefinitionArn)
    return scenario.families.some(({ name, managed, heal }) => managed && heal && name === family)
      ? targetOf('family', family)
      : null
  }
  const family = truth.tasks.get(args[1] as string)?.family
  return scenario.families.some(({ name, managed, discover }) => managed && discover && name === family)
    ? targetOf('family', family ?? '')
    : null
}

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
    case 'run-task':
      return operation === 'ecs.runTask' && (args[0] as RunTaskRequest).clientToken === action.clientToken
    case 'register-instance':
      return operation === 'cloudMap.registerInstance' && args[1] === action.instanceId
    case 'deregister-instance':
      return operation === 'cloudMap.deregisterInstance' && args[1] === action.instanceId
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
  if (operation === 'ecs.updateService') judgeChange(court, invocation, args[0] as CountRequest)
  if (operation === 'ecs.runTask')
    judgeReplacement(court, args[0] as RunTaskRequest, answer.value as RunTaskResult)
}
