import type { restartGroups } from '../healing/policy.ts'
import { lastSegment } from '../model/arn.ts'
import type { Action, Intent } from '../model/decision.ts'
import type { RunTaskRequest, RunTaskResult } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import { minute, second } from '../model/time.ts'
import type { CountChange, Courtroom } from './judge.ts'
import { callsPerMinuteMax, judgePace, targetOf } from './judge.ts'
import { alarmOf, largestStep } from './policies.ts'
import type { Invocation } from './sandbox.ts'
import type { FamilyPart, ServicePart } from './scenario.ts'
import type { TrueTask } from './truth.ts'

/** Judges what changes production, at the moment it does. Clocks may be five seconds off, both ways. */

const skewMs = 10 * second
/** How long ago the state of an alarm may have been true that somebody acts on: it was read late, and the call took its time. */
const newsMs = 4 * minute

interface CountRequest {
  service: string
  desiredCount: number
}

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

const familyOf = (taskDefinitionArn: string): string => {
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

function judgeCount(court: Courtroom, invocation: Invocation, request: CountRequest, intent: Intent): void {
  const { scenario, history, violate } = court
  const part = scenario.services.find(({ name }) => name === request.service) as ServicePart
  const { desiredCount } = request
  if (part.strategy === 'DAEMON')
    violate('S7', `${part.name} is a DAEMON service and is set to ${desiredCount}`)
  const told = history.told.get(invocation.id)
  const seen = told?.services.get(part.name)
  if (!seen) {
    violate('S9', `${part.name} is set to ${desiredCount} by somebody who has not read it`)
    return
  }
  const { min, max } = boundsOf(court, part, invocation.version, seen.tags)
  if (desiredCount < min || desiredCount > max)
    violate('S1', `${part.name} is set to ${desiredCount}, outside ${min} to ${max}`)
  if (seen.tags?.['longshore:paused'] !== undefined)
    violate('S12', `${part.name} is paused and is set to ${desiredCount}`)
  const code = intent.because.code
  const isIn = intent.action.verb === 'update-service' && desiredCount < intent.action.previousDesiredCount
  if (isIn && isDeploying(seen))
    violate('S8', `${part.name} is scaled in to ${desiredCount} during a deployment`)
  if (code !== 'step-in' && code !== 'step-out') return
  const side = code === 'step-out' ? 'high' : 'low'
  judgeAlarm(court, part, side, desiredCount)
  const names = (['high', 'low'] as const).map(each => alarmOf(part.name, each))
  if (code === 'step-in' && !names.every(name => told?.alarms?.has(name)))
    violate('S9', `${part.name} is scaled in to ${desiredCount} although not all of its alarms could be read`)
  if (code === 'step-in' && told?.metrics !== 'points')
    violate('S9', `${part.name} is scaled in to ${desiredCount} although its metric is missing`)
}

function judgeAlarm(
  { truth, now, violate }: Courtroom,
  part: ServicePart,
  side: 'high' | 'low',
  count: number,
): void {
  const states = truth.alarms.get(alarmOf(part.name, side)) ?? []
  const isRecent = states.some(
    ({ atMs, state }, index) =>
      state === 'ALARM' && (states[index + 1]?.atMs ?? now()) >= now() - newsMs && atMs <= now(),
  )
  if (!isRecent)
    violate(
      'S3',
      `${part.name} is set to ${count} because of ${alarmOf(part.name, side)}, which was not in ALARM lately`,
    )
}

const isDeploying = ({ deployments }: Service): boolean =>
  deployments.length > 1 || deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')

/** The owner's bounds: the rule's, unless the tags say something usable. By hand, not by the code that is judged. */
export function boundsOf(
  { scenario }: Courtroom,
  part: ServicePart,
  version: number,
  tags: Record<string, string> | null,
): { min: number; max: number } {
  const max = part.max + (scenario.versions[version]?.maxShift ?? 0)
  const tagged = Number(tags?.['longshore:max'] ?? max)
  return { min: part.min, max: Number.isInteger(tagged) && tagged >= part.min ? tagged : max }
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

function judgeChange(
  court: Courtroom,
  invocation: Invocation,
  { service, desiredCount }: CountRequest,
): void {
  const { scenario, policies, history, now } = court
  const part = scenario.services.find(({ name }) => name === service) as ServicePart
  const intent = history.ledger
    .get(targetOf('service', service))
    ?.find(({ action }) => action.verb === 'update-service' && action.desiredCount === desiredCount)
  if (intent?.action.verb !== 'update-service') return
  const seen = history.told.get(invocation.id)?.services.get(service)
  const { min, max } = boundsOf(court, part, invocation.version, seen?.tags ?? null)
  const rule = policies[invocation.version]?.services.find(({ match }) => match.service === service)?.scale
  const change: CountChange = {
    atMs: now(),
    // Counted from within the bounds: what only leads back there is no step.
    from: Math.min(Math.max(intent.action.previousDesiredCount, min), max),
    to: desiredCount,
    code: intent.because.code,
    inCooldownMs: rule?.in.cooldownMs ?? 0,
    outCooldownMs: rule?.out.cooldownMs ?? 0,
    policyVersion: invocation.version,
  }
  const earlier = history.counts.get(service) ?? []
  judgeCooldown(court, part, earlier, change)
  history.counts.set(service, [...earlier, change])
}

/** Cooldowns and step limits as Application Auto Scaling has them; what somebody else did meanwhile ends the reckoning. */
function judgeCooldown(
  court: Courtroom,
  part: ServicePart,
  earlier: CountChange[],
  change: CountChange,
): void {
  if (change.code !== 'step-in' && change.code !== 'step-out') return
  const since = Math.max(0, ...(court.history.foreign.get(part.name) ?? []))
  const steps = earlier.filter(
    ({ code, atMs }) => (code === 'step-in' || code === 'step-out') && atMs > since,
  )
  const last = steps.at(-1)
  if (!last || earlier.some(({ code, atMs }) => !code.startsWith('step-') && atMs > last.atMs)) return
  const waitMs = last.code === 'step-in' ? last.inCooldownMs : last.outCooldownMs
  const sinceMs = change.atMs - last.atMs
  if (change.code === 'step-in' && sinceMs < waitMs - skewMs && change.to !== last.to)
    court.violate(
      'S11',
      `${part.name} is scaled in to ${change.to}, ${Math.round(sinceMs / second)} s after ${last.code} to ${last.to}, with a cooldown of ${waitMs / second} s`,
    )
  if (change.code !== 'step-out' || last.code !== 'step-out' || sinceMs >= waitMs - skewMs) return
  const base = chainBase(steps)
  if (change.to > base + largestStep(part))
    court.violate(
      'S11',
      `${part.name} is scaled out to ${change.to} within one cooldown that began at ${base}: more than ${largestStep(part)} tasks`,
    )
}

/** The count before the first of the scale-outs that follow each other within their cooldowns. */
function chainBase(steps: CountChange[]): number {
  let index = steps.length - 1
  while (index > 0) {
    const [before, after] = [steps[index - 1], steps[index]]
    if (
      !before ||
      !after ||
      before.code !== 'step-out' ||
      after.atMs - before.atMs >= before.outCooldownMs - skewMs
    )
      break
    index -= 1
  }
  return steps[index]?.from ?? 0
}

/** Which group of causes the author's word belongs to; null = never to be replaced. */
export const groupOf: Record<string, (typeof restartGroups)[number] | null> = {
  crash: 'crash',
  oom: 'oom',
  spot: 'spot',
  maintenance: 'host',
  'network-interface': 'start',
  'image-not-found': null,
  complete: null,
  user: null,
}

/** What Longshore's `startedBy` says, read by itself. */
export function lineageTold(startedBy: string | null): { root: string; attempt: number } | null {
  const [owner, root, attempt] = startedBy?.split('/') ?? []
  return owner === 'longshore' && root !== undefined ? { root, attempt: Number(attempt) } : null
}

function judgeReplacement(court: Courtroom, request: RunTaskRequest, { taskArns }: RunTaskResult): void {
  const { truth, scenario, history, violate } = court
  const [taskArn] = taskArns
  const started = history.replacements.get(request.startedBy)
  // The same token answers with the same task.
  if (taskArn === undefined || started === taskArn) return
  history.replacements.set(request.startedBy, taskArn)
  const told = lineageTold(request.startedBy)
  const family = familyOf(request.spec.taskDefinitionArn)
  const part = scenario.families.find(({ name }) => name === family)
  if (!told || !part?.heal) {
    violate('S16', `a task of ${family} is started as ${request.startedBy}`)
    return
  }
  const { root, attempt } = told
  const kin = [...truth.tasks.values()].filter(({ taskId, startedBy }) => {
    const lineage = lineageTold(startedBy)
    return taskId === root || lineage?.root === root
  })
  if (started !== undefined)
    violate(
      'S2',
      `attempt ${attempt} of ${root.slice(0, 8)} is started again, beside ${lastSegment(started).slice(0, 8)}`,
    )
  const before = kin.find(({ taskId, startedBy }) =>
    attempt === 1 ? taskId === root : lineageTold(startedBy)?.attempt === attempt - 1,
  )
  if (before) judgeCause(court, part, before, attempt)
}

function judgeCause(court: Courtroom, part: FamilyPart, before: TrueTask, attempt: number): void {
  const { now, violate } = court
  const heal = part.heal as NonNullable<FamilyPart['heal']>
  const name = before.taskId.slice(0, 8)
  if (before.endingAtMs === null) {
    violate('S2', `task ${name} is replaced while it is meant to live`)
    return
  }
  const group = before.cause === null ? null : groupOf[before.cause]
  if (!group || !heal.on.includes(group))
    violate('S5', `task ${name} ended by ${before.cause ?? 'nobody known'} and is replaced`)
  if (attempt > heal.attempts)
    violate('S6', `task ${name} is replaced by attempt ${attempt} of ${heal.attempts}`)
  const waitMs = Math.min(heal.firstMs * 2 ** (attempt - 1), heal.maxMs)
  if (now() - before.endingAtMs < waitMs - skewMs)
    violate(
      'S6',
      `task ${name} is replaced ${Math.round((now() - before.endingAtMs) / second)} s after its end, not ${waitMs / second} s`,
    )
}
