import { lastSegment } from '../../model/arn.ts'
import type { CapacityProviderStrategy } from '../../model/capacity-provider-strategy.ts'
import { isSameStrategy } from '../../model/capacity-provider-strategy.ts'
import type { RunTaskRequest } from '../../model/ports.ts'
import { isDeploying, primaryOf, type Service } from '../../model/service.ts'
import { minute, parseTimestamp, second } from '../../model/time.ts'
import type { EventBridgeEvent } from '../../world/events.ts'
import type { FaultName } from '../faults.ts'
import { type Courtroom, skewMs, targetOf } from '../judge.ts'
import { fallbackOfFamily, spotTimes } from '../policies.ts'
import type { Invocation } from '../sandbox.ts'
import type { ServicePart } from '../scenario.ts'

/** Judges changes of capacity provider strategies, and that the owner's comes back. Reckons by itself. */

export interface StrategyRequest {
  service: string
  strategy: CapacityProviderStrategy
}

export interface SpotRecord {
  /** When Spot had no room for a task, epoch ms. */
  failures: number[]
  /** Changes that were carried out. */
  changes: { atMs: number; share: number; deploymentId: string | undefined }[]
}

const recordOf = ({ history }: Courtroom, service: string): SpotRecord => {
  const record = history.spot.get(service) ?? { failures: [], changes: [] }
  history.spot.set(service, record)
  return record
}

/** Raw, as everything that judges hear. */
export function hearSpot(court: Courtroom, { detail, resources, time }: EventBridgeEvent): void {
  if (detail.eventName !== 'SERVICE_TASK_PLACEMENT_FAILURE') return
  if (!String(detail.capacityProviderArns).endsWith('/FARGATE_SPOT')) return
  recordOf(court, resources[0]?.split('/').at(-1) ?? '').failures.push(parseTimestamp(time) ?? 0)
}

/** Percent of the weights. */
function onDemandShare(strategy: CapacityProviderStrategy): number {
  const sum = strategy.reduce((all, { weight }) => all + weight, 0)
  return (100 * (strategy.find(each => each.capacityProvider === 'FARGATE')?.weight ?? 0)) / sum
}

/** Every strategy that the owner gave the service so far. */
const ownersOf = ({ scenario, now, startAtMs }: Courtroom, { name, spot }: ServicePart) => [
  ...(spot ? [spot.strategy] : []),
  ...scenario.happenings.flatMap(each =>
    each.what === 'strategy' && each.service === name && startAtMs + each.atMs <= now()
      ? [each.strategy]
      : [],
  ),
]

/** Whether somebody else changed or made the service within so long: Longshore then begins anew. */
const isForeign = ({ scenario, now, startAtMs }: Courtroom, name: string, withinMs: number): boolean =>
  scenario.happenings.some(
    each =>
      (each.what === 'strategy' || each.what === 'recreate') &&
      each.service === name &&
      Math.abs(now() - startAtMs - each.atMs) < withinMs,
  )

/** Before a change leaves. */
export function judgeStrategy(
  court: Courtroom,
  { id }: Invocation,
  { service: name, strategy }: StrategyRequest,
): void {
  const { scenario, history, now, violate } = court
  const part = scenario.services.find(each => each.name === name)
  const told: Service | undefined = history.told.get(id)?.services.get(name)
  if (!part?.spot) {
    violate('S16', `${name} gets another strategy, for which no rule asks`)
    return
  }
  if (part.controller !== 'ECS')
    violate('S21', `${name} is deployed by ${part.controller} and gets another strategy`)
  if (part.tags['longshore:paused'] !== undefined)
    violate('S12', `${name} is paused and gets another strategy`)
  const { changes } = recordOf(court, name)
  const share = onDemandShare(strategy)
  const owners = ownersOf(court, part)
  const isOwners = owners.some(each => isSameStrategy(each, strategy))
  const ceiling = Math.max(part.spot.upToPercent, ...owners.map(onDemandShare))
  if (!isOwners && share > ceiling + 0.01)
    violate('S21', `${name} gets ${share} % on demand, and its owner pays for ${ceiling} %`)
  const primary = primaryOf(told)
  const isOwn = changes.some(({ deploymentId }) => deploymentId === primary?.id)
  if (told && primary && isDeploying(told) && !isOwn && now() - (primary.createdAtMs ?? now()) > minute)
    violate('S21', `${name} gets another strategy while its owner deploys it`)
  const found = told?.capacityProviderStrategy ? onDemandShare(told.capacityProviderStrategy) : null
  judgeTiming(court, part, share, Math.min(...owners.map(onDemandShare)), found)
}

/** Not sooner than the policy says, and not without failures. `own`: the owner's share on demand; `found`: the present one, as told. */
function judgeTiming(
  court: Courtroom,
  { name, spot }: ServicePart,
  share: number,
  own: number,
  found: number | null,
): void {
  const { now, violate } = court
  const { failures, changes } = recordOf(court, name)
  const last = changes.at(-1)
  const before = last?.share ?? own
  const secondsSince = (atMs: number) => Math.round((now() - atMs) / second)
  if (share <= before) {
    const isRisen = last !== undefined && share < last.share && last === increasesOf(changes, own).at(-1)
    // What ECS rolled back, or shows too late, is gone back from sooner.
    const waitMs = isRisen && found === last.share ? spotTimes.returnAfterMs : spotTimes.everyMs
    if (last && now() - last.atMs < waitMs - skewMs && !isForeign(court, name, waitMs + 3 * minute))
      violate('S21', `${name} goes back to Spot ${secondsSince(last.atMs)} s after a change`)
    return
  }
  const recent = failures.filter(atMs => now() - atMs < spotTimes.withinMs + 2 * minute)
  // The last step back is watched for a while.
  const isOnTheWay = before > own || (last !== undefined && now() - last.atMs < spotTimes.everyMs + minute)
  if (recent.length < (isOnTheWay ? 1 : (spot?.after ?? 0)))
    violate('S21', `${name} falls back on demand after ${recent.length} failures`)
  const rise = increasesOf(changes, own).at(-1)
  if (rise && now() - rise.atMs < spotTimes.returnAfterMs - skewMs && !isForeign(court, name, 15 * minute))
    violate('S21', `${name} falls back twice within ${secondsSince(rise.atMs)} s`)
}

const increasesOf = (changes: SpotRecord['changes'], own: number): SpotRecord['changes'] =>
  changes.filter((each, at) => each.share > (changes[at - 1]?.share ?? own))

/** After it was carried out. */
export function noteStrategy(
  court: Courtroom,
  { service, strategy }: StrategyRequest,
  answer: Service,
): void {
  const deploymentId = primaryOf(answer)?.id
  recordOf(court, service).changes.push({ atMs: court.now(), share: onDemandShare(strategy), deploymentId })
}

/** Deployments, looks each minute, answers that were lost. */
const slackMs = 8 * minute

/** At the end of the quiet: the strategy is its owner's again, once the waits of the policy are over. */
export function judgeRestored(court: Courtroom, part: ServicePart, service: Service): void {
  const { now, violate, history } = court
  const { changes } = recordOf(court, part.name)
  if (!part.spot || changes.length === 0 || part.controller !== 'ECS') return
  const owners = ownersOf(court, part)
  const isRefused = history.journal.some(
    ({ target, verb, outcome }) =>
      'service' in target &&
      target.service === part.name &&
      verb === 'set-capacity-providers' &&
      outcome === 'failed',
  )
  const increases = increasesOf(changes, Math.min(...owners.map(onDemandShare)))
  const waitMs = spotTimes.returnAfterMs * Math.min(8, 2 ** Math.max(0, increases.length - 1))
  const dueAtMs = (increases.at(-1)?.atMs ?? 0) + waitMs + 2 * spotTimes.everyMs + slackMs
  const deploying = service.deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
  if (isRefused || deploying || now() < dueAtMs) return
  const found = service.capacityProviderStrategy ?? []
  if (!owners.some(each => isSameStrategy(each, found)))
    violate('L8', `${targetOf('service', part.name)} has not got its owner's capacity provider strategy back`)
}

/** Under which nobody can know how many live. */
const blurs: FaultName[] = ['stale', 'partial', 'timeout', 'crash', 'freeze', 'outage', 'error']

/** Before a task of a family on Spot is run: on demand only where its rule says so, and so many at once. */
export function judgeCapacity({ scenario, truth, violate }: Courtroom, { spec }: RunTaskRequest): void {
  const { capacityProvider: provider } = spec
  const definition = lastSegment(spec.taskDefinitionArn)
  const family = definition.slice(0, definition.lastIndexOf(':'))
  const part = scenario.families.find(({ name }) => name === family)
  if (part?.capacity !== 'spot' || provider === 'FARGATE_SPOT') return
  const fallback = fallbackOfFamily(part)
  if (fallback === null || provider !== fallback.to) {
    violate('S21', `a task of ${family} is run on ${provider}, for which no rule asks`)
    return
  }
  const living = [...truth.tasks.values()].filter(
    task =>
      task.family === family &&
      task.service === null &&
      task.desiredStatus === 'RUNNING' &&
      task.capacityProvider === fallback.to,
  ).length
  const isBlurred = blurs.some(fault => scenario.faults[fault] !== undefined)
  if (!isBlurred && living >= fallback.atOnce)
    violate('S21', `a task of ${family} is run on demand beside ${living} others`)
}
