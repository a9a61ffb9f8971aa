import { strategyWords } from '../../../model/capacity-provider-strategy.ts'
import { clockTime, span } from '../../../model/time.ts'
import type { SpotObstacle, SpotReason } from './reason.ts'

/** The one sentence of each reason. */
export function explainSpot(reason: SpotReason): string {
  switch (reason.code) {
    case 'spot-fallback':
      return `${reason.from} had no room ${reason.failures} times within ${span(reason.withinMs)}, and ${reason.running} of ${reason.wanted} tasks run. ${share(reason)}; a deployment moves the tasks. The first step back is due at ${clockTime(reason.returnAtMs)} UTC.`
    case 'spot-fallback-again':
      return `${reason.from} had no room again on the way back. ${share(reason)}; the next try is in ${span(reason.waitMs)}, at ${clockTime(reason.returnAtMs)} UTC.`
    case 'spot-return':
      return reason.nextAtMs === null
        ? `${reason.from} has had room for long enough: the service gets its owner's capacity provider strategy back, by a deployment.`
        : `A step back to ${reason.from}. ${share(reason)}. The next step is due at ${clockTime(reason.nextAtMs)} UTC, if ${reason.from} has room until then.`
    case 'spot-fallback-lasts':
      return `${reason.to} has ${percent(reason.share)} of the weights in place of ${reason.from}, until ${clockTime(reason.returnAtMs)} UTC at least.`
    case 'spot-not-changed':
      return `${reason.from} has no room, and the service is short of tasks. It does not fall back on ${reason.to}: ${obstacles[reason.why]}`
    case 'spot-fallback-kept':
      return `It is time to go back to ${reason.from}, and ${reason.to} is kept for now: ${obstacles[reason.why]}`
    case 'spot-strategy-changed':
      return `The capacity provider strategy is not the one that Longshore set${reason.found ? `, but ${strategyWords(reason.found)}` : ''}: whoever changed it knows better, and it stays. Before the fallback it was ${strategyWords(reason.original)}.`
    case 'spot-not-wanted':
      return `The rule asks for no fallback any more, and the service is still in one. Longshore leaves it: put the capacity provider strategy back to ${strategyWords(reason.original)}.`
  }
}

/** What follows when ECS does not take the strategy. */
export const refusedStrategy = (reason: SpotReason): string => {
  const [from, to] = 'to' in reason ? [reason.from, reason.to] : ['Spot', 'the on-demand provider']
  return `ECS refused another capacity provider strategy for the service. Both ${from} and ${to} must be associated with its cluster (PutClusterCapacityProviders). Longshore tries again in an hour, and says so when it succeeds.`
}

const share = ({ to, share: { before, after } }: { to: string; share: { before: number; after: number } }) =>
  `${to} gets ${percent(after)} of the weights instead of ${percent(before)}`

const percent = (value: number): string => `${Math.round(value)} %`

const obstacles: Record<SpotObstacle, string> = {
  inactive: 'it is being deleted.',
  express: 'the service is managed by ECS itself.',
  controller:
    'another deployment controller deploys it, and ECS then takes no forced deployment. Change the strategy by that.',
  daemon: 'a DAEMON service has no capacity provider strategy.',
  'no-strategy':
    "it has a launch type or the cluster's default strategy, and ECS could not put it back on that. Give it a strategy of its own.",
  paused: 'the service is paused.',
  deploying: 'a deployment is under way, and a change would replace it.',
  ceiling: 'upTo allows no larger share than it has already.',
  refused: 'ECS refused it within the last hour.',
}
