import type { Intent } from '../../model/decision.ts'
import { primaryOf, type Service } from '../../model/service.ts'
import { minute, second } from '../../model/time.ts'
import type { CountChange } from '../history.ts'
import { type Courtroom, skewMs, targetOf } from '../judge.ts'
import { failuresOf, isLoop } from '../loops.ts'
import { alarmOf, largestStep } from '../policies.ts'
import { type Invocation, leaseMs } from '../sandbox.ts'
import type { ServicePart } from '../scenario.ts'
import { judgeStep } from './alarms.ts'
import { judgeLimits, judgeSignals, judgeWindow } from './signals.ts'

/** Judges every change of a desired count. */

export interface CountRequest {
  service: string
  desiredCount: number
}

export function judgeCount(
  court: Courtroom,
  invocation: Invocation,
  request: CountRequest,
  intent: Intent,
): void {
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
  if (seen.status !== 'ACTIVE') violate('S16', `${part.name} is ${seen.status} and is set to ${desiredCount}`)
  // The bounds that held when it was decided: the call may have taken its time, and clocks differ.
  const decidedAtMs = intent.recordedAtMs
  const held = [decidedAtMs - leaseMs - skewMs, decidedAtMs + skewMs].map(atMs =>
    boundsOf(court, part, invocation.version, seen.tags, atMs),
  )
  if (!held.some(({ min, max }) => desiredCount >= min && desiredCount <= max)) {
    const [{ min, max } = { min: 0, max: 0 }] = held
    violate('S1', `${part.name} is set to ${desiredCount}, outside ${min} to ${max}`)
  }
  if (seen.tags?.['longshore:paused'] !== undefined)
    violate('S12', `${part.name} is paused and is set to ${desiredCount}`)
  const isOut = intent.action.verb === 'update-service' && desiredCount > intent.action.previousDesiredCount
  if (isOut && part.care.crashLoop === 'pause') judgePausedLoop(court, part, seen, intent)
  const code = intent.because.code
  const isIn = intent.action.verb === 'update-service' && desiredCount < intent.action.previousDesiredCount
  const mayDeploy = part.signals?.whileDeploying ?? 'out-only'
  if (isDeploying(seen) && (mayDeploy === 'freeze' || (isIn && mayDeploy === 'out-only')))
    violate('S8', `${part.name} is scaled ${isIn ? 'in' : 'out'} to ${desiredCount} during a deployment`)
  if (part.signals && intent.action.verb === 'update-service') {
    const { previousDesiredCount } = intent.action
    judgeSignals(court, invocation, part, part.signals, { desiredCount, previousDesiredCount, intent })
  }
  if (code === 'step-in' || code === 'step-out') judgeStep(court, invocation, part, code, desiredCount)
}

/** While the deployed revision is in a crash loop, and the remedy is to pause. */
function judgePausedLoop(court: Courtroom, part: ServicePart, seen: Service, { recordedAtMs }: Intent): void {
  const deployed = primaryOf(seen)?.taskDefinitionArn
  const beganAtMs = court.history.leases.get(targetOf('service', part.name))?.beganAtMs ?? 0
  if (deployed && isLoop(failuresOf(court, part.name, beganAtMs), deployed, recordedAtMs))
    court.violate('S12', `${part.name} is scaled out while ${deployed} is in a crash loop`)
}

const isDeploying = ({ deployments }: Service): boolean =>
  deployments.length > 1 || deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')

/** The owner's bounds: the rule's, unless the tags say something usable. By hand, not by the code that is judged. */
export function boundsOf(
  { scenario, startAtMs }: Courtroom,
  part: ServicePart,
  version: number,
  tags: Record<string, string> | null,
  atMs: number,
): { min: number; max: number } {
  const ruled = part.max + (scenario.versions[version]?.maxShift ?? 0)
  const tagged = Number(tags?.['longshore:max'] ?? ruled)
  const max = Number.isInteger(tagged) && tagged >= part.min ? tagged : ruled
  const window = part.signals?.window
  // The story begins with a full hour.
  const minuteOfHour = ((atMs - startAtMs) / minute) % 60
  if (!window || minuteOfHour < window.fromMinute || minuteOfHour >= window.toMinute)
    return { min: part.min, max }
  const floor = Math.min(Math.max(part.min, window.min ?? 0), max)
  return { min: floor, max: Math.max(floor, Math.min(max, window.max ?? max)) }
}

export function judgeChange(
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
  const { min, max } = boundsOf(court, part, invocation.version, seen?.tags ?? null, now())
  const rule = policies[invocation.version]?.services.find(({ match }) => match.service === service)?.scale
  const change: CountChange = {
    atMs: now(),
    // Counted from within the bounds: what only leads back there is no step.
    from: Math.min(Math.max(intent.action.previousDesiredCount, min), max),
    seen: intent.action.previousDesiredCount,
    to: desiredCount,
    code: intent.because.code,
    inCooldownMs: rule?.in.cooldownMs ?? 0,
    outCooldownMs: rule?.out.cooldownMs ?? 0,
    policyVersion: invocation.version,
  }
  const earlier = history.counts.get(service) ?? []
  judgeCooldown(court, part, earlier, change)
  judgeDelay(court, part, earlier, change)
  judgeMemory(court, part, earlier, change)
  judgeLimits(court, part, earlier, change)
  judgeWindow(court, part, change)
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

/** What may lie between an alarm that lasts, with nothing in the way, and the next step. */
const promptMs = 2.5 * minute

/** In fair weather an alarm that lasts is followed by further steps: it sends no second event. */
function judgeDelay(court: Courtroom, part: ServicePart, earlier: CountChange[], change: CountChange): void {
  const { scenario, truth, now, violate } = court
  if (change.code !== 'step-out' || Object.keys(scenario.faults).length > 0 || scenario.versions.length > 1)
    return
  const alarm = truth.alarms.get(alarmOf(part.name, 'high'))?.at(-1)
  const last = earlier.at(-1)
  const dueAtMs = Math.max(alarm?.atMs ?? now(), last ? last.atMs + last.outCooldownMs : 0)
  if (now() - dueAtMs > promptMs)
    violate('L1', `${part.name} is scaled out ${Math.round((now() - dueAtMs) / second)} s after it could be`)
}

/** For a minute what we wrote is believed over a read that shows what was before; less the ten seconds by which clocks may differ. */
const lagMs = 50 * second

/** What was written is remembered, whatever a lagging read says. */
function judgeMemory(
  { history, violate }: Courtroom,
  part: ServicePart,
  earlier: CountChange[],
  change: CountChange,
): void {
  const last = earlier.at(-1)
  // The same count again changes nothing: after a crash nobody may know better.
  if (!last || change.to === last.to || change.atMs - last.atMs > lagMs || last.to === last.seen) return
  if (
    change.seen !== last.seen ||
    (history.foreign.get(part.name) ?? []).some(atMs => atMs >= last.atMs - lagMs)
  )
    return
  violate(
    'S3',
    `${part.name} is set to ${change.to} from ${change.seen}, right after it was set to ${last.to}`,
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
