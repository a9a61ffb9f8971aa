import type { Decision, Verdict } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import { minute } from '../../model/time.ts'
import { type Assessment, answerLoop, answerStuck, isKnown } from './answers.ts'
import type { ExplanationWish } from './explanation.ts'
import { blamesRevision, serviceStopOf } from './failures.ts'
import { revisionOf } from './loop-words.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingReason } from './reason.ts'
import { type RollBack, type RollBackAction, rollBackFrom } from './roll-back.ts'
import { decideSpot } from './spot/decide.ts'
import { isOwnDeployment } from './spot/obstacle.ts'
import type { SpotAction } from './spot/situation.ts'
import { revisionsThatStand } from './standing.ts'
import { deploymentInProgress, type Progress } from './stuck.ts'
import type { ServiceHealingView } from './view.ts'
import { type CrashLoop, endsAtMs, lastAtMs, loopsIn, mergedStops } from './window.ts'

export interface ServiceHealingVerdict
  extends Verdict<ServiceHealingReason, RollBackAction | SpotAction, ServiceHealingMemory> {
  /** Why the service is scaled out no further; null when nothing speaks against it. */
  keepsFromScalingOut: string | null
}

/** What stands in the way of a roll-back may pass without an event. */
const obstacleLookMs = minute

/** Whether the tasks of a service fail again and again, and whether its deployment comes to an end. */
export function decide(
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
  now: number,
): ServiceHealingVerdict {
  const { crashLoop } = policy
  const seen = assess(view, policy, memory, now)
  const { loops, progress, memory: after } = seen
  const decisions = answersTo(seen, view, policy, now).map(({ decision }) => decision)
  const spot = decideSpot(view, policy.spot?.fallback, memory?.spot, now)
  // A roll-back is a deployment, too: one at a time.
  const isRollingBack = decisions.some(decision => 'do' in decision)
  const ofSpot = isRollingBack ? spot.decisions.filter(decision => 'hold' in decision) : spot.decisions
  const isObstructed = decisions.some(
    ({ because }) => because.code === 'crash-loop-unread' || because.code.endsWith('-not-rolled-back'),
  )
  const looks = [
    ...loops.map(loop => endsAtMs(loop, crashLoop)),
    ...(progress && progress.because === null ? [progress.atMs] : []),
    ...(seen.standsAtMs === null ? [] : [seen.standsAtMs]),
    ...(isObstructed ? [now + obstacleLookMs] : []),
    ...(spot.nextLookAtMs === null ? [] : [spot.nextLookAtMs]),
  ]
  const isTold = (about: string): boolean =>
    decisions.some(decision => 'hold' in decision && decision.about === about && decision.tell)
  const { deployment } = progress ?? {}
  const knowsDeployment = deployment && (isTold(deployment.id) || isKnown(deployment.id, after))
  return {
    decisions: [...decisions, ...ofSpot],
    memory: {
      ...after,
      ...(spot.memory ? { spot: spot.memory } : {}),
      loops: Object.fromEntries(
        loops.map(loop => [
          loop.taskDefinitionArn,
          {
            sinceMs: loop.sinceMs,
            isTold: loop.isTold || isTold(revisionOf(loop.taskDefinitionArn)),
            lastAtMs: lastAtMs(loop),
          },
        ]),
      ),
      ...(knowsDeployment ? { toldDeployment: deployment.id } : {}),
    },
    settled: view.stopped.map(({ key }) => ({ key, resolution: 'ecs-replaces' })),
    nextLookAtMs: looks.length === 0 ? null : Math.min(...looks),
    keepsFromScalingOut: pauseOf(
      crashLoop.remedy === 'pause' ? loops.filter(loop => isDeployed(view, loop)) : [],
    ),
  }
}

interface AnswerTo {
  /** What it is about. */
  taskDefinitionArn: string | null
  decision: Decision<ServiceHealingReason, RollBackAction>
}

function answersTo(
  seen: Assessment,
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  now: number,
): AnswerTo[] {
  const { loops, progress } = seen
  const explained = (arn: string | null) =>
    view.explained?.find(({ taskDefinitionArn }) => taskDefinitionArn === arn)
  const ofLoops = loops.map((loop): AnswerTo => {
    const { taskDefinitionArn } = loop
    const rollBack = rollBackOfLoop(loop, seen, view, policy, now)
    const decision = answerLoop(loop, rollBack, policy, seen, explained(taskDefinitionArn), now)
    return { taskDefinitionArn, decision }
  })
  // One roll-back at a time: the deployment is that of the loop.
  const isRolledBack = ofLoops.some(({ decision }) => 'do' in decision)
  if (!progress?.because || isRolledBack) return ofLoops
  const { taskDefinitionArn } = progress.deployment
  const rollBack = rollBackOfStuck(progress, seen, view, policy, now)
  const decision = answerStuck(progress, progress.because, rollBack, seen, explained(taskDefinitionArn))
  return [...ofLoops, { taskDefinitionArn, decision }]
}

/** Of what people are about to be told; `isNews`: whether they have not been told before. */
export function wishesFor(
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
  isNews: (decision: Decision) => boolean,
  now: number,
): ExplanationWish[] {
  const seen = assess(view, policy, memory, now)
  const { good = [], stops } = seen.memory
  return answersTo(seen, view, policy, now).flatMap(({ taskDefinitionArn, decision }) => {
    if (taskDefinitionArn === null || !decision.tell || !isNews(decision)) return []
    const last = stops.findLast(stop => stop.taskDefinitionArn === taskDefinitionArn && stop.container)
    return {
      taskDefinitionArn,
      since: sinceOf(taskDefinitionArn, good, view),
      last: last?.container === undefined ? null : { taskId: last.taskId, container: last.container },
    }
  })
}

/** A revision that stood before has not changed since: what is to blame lies elsewhere. */
function sinceOf(taskDefinitionArn: string, good: string[], { service }: ServiceHealingView): string | null {
  if (good.includes(taskDefinitionArn)) return null
  const deployed = service.kind === 'value' ? service.value.deployments : []
  const others = deployed.flatMap(other => other.taskDefinitionArn ?? [])
  return good.at(-1) ?? others.find(other => other !== taskDefinitionArn) ?? null
}

/** What has to be read before anything is decided; null = nothing. */
export function asksFor(
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
  now: number,
): Extract<RollBack, { kind: 'ask' }> | null {
  const seen = assess(view, policy, memory, now)
  const rollBacks = [
    ...seen.loops.map(loop => rollBackOfLoop(loop, seen, view, policy, now)),
    ...(seen.progress?.because ? [rollBackOfStuck(seen.progress, seen, view, policy, now)] : []),
  ]
  return rollBacks.find(each => each?.kind === 'ask') ?? null
}

function assess(
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  before: ServiceHealingMemory | undefined,
  now: number,
): Assessment {
  const { crashLoop, stuckDeployment } = policy
  const told = view.stopped.flatMap(({ task }) => serviceStopOf(task, now) ?? [])
  const stops = mergedStops(before?.stops ?? [], told, crashLoop, now)
  const loops = loopsIn(stops, before?.loops ?? {}, crashLoop, now)
  const { nextAtMs, ...standing } = revisionsThatStand(view.service, stops, before, crashLoop, now)
  const rolledBack = before?.rolledBack
  return {
    loops,
    progress: isOfSpot(view, before) ? null : deploymentInProgress(view.service, stuckDeployment, now),
    memory: {
      stops,
      loops: before?.loops ?? {},
      ...(before?.toldDeployment === undefined ? {} : { toldDeployment: before.toldDeployment }),
      ...standing,
      ...(rolledBack ? { rolledBack } : {}),
    },
    standsAtMs: nextAtMs,
  }
}

/** Without room on Spot it comes to no end, and a roll-back would not help. */
const isOfSpot = ({ service }: ServiceHealingView, before: ServiceHealingMemory | undefined): boolean =>
  service.kind === 'value' && isOwnDeployment(service.value, before?.spot?.fallback?.deploymentId)

/** Null: the owner wants none. */
function rollBackOfLoop(
  { taskDefinitionArn, stops }: CrashLoop,
  { memory }: Assessment,
  view: ServiceHealingView,
  { crashLoop }: ServiceHealPolicy,
  now: number,
): RollBack | null {
  if (crashLoop.remedy !== 'roll-back') return null
  const rollBack = rollBackFrom(taskDefinitionArn, view, memory, now)
  if (rollBack.kind === 'done' || rollBack.kind === 'obstacle') return rollBack
  const isToBlame = 2 * stops.filter(blamesRevision).length > stops.length
  return isToBlame ? rollBack : { kind: 'obstacle', why: 'surroundings' }
}

const rollBackOfStuck = (
  { deployment }: Progress,
  { memory }: Assessment,
  view: ServiceHealingView,
  { stuckDeployment }: ServiceHealPolicy,
  now: number,
): RollBack | null =>
  stuckDeployment.remedy === 'roll-back'
    ? rollBackFrom(deployment.taskDefinitionArn, view, memory, now)
    : null

/** Its stops stay in the window for a while after another revision took its place. Task sets are not told. */
const isDeployed = ({ service }: ServiceHealingView, loop: CrashLoop): boolean =>
  service.kind !== 'value' ||
  service.value.deployments.length === 0 ||
  service.value.deployments.some(({ taskDefinitionArn }) => taskDefinitionArn === loop.taskDefinitionArn)

const pauseOf = (loops: CrashLoop[]): string | null =>
  loops.length === 0
    ? null
    : `crash loop of ${loops
        .map(({ taskDefinitionArn }) => revisionOf(taskDefinitionArn))
        .sort()
        .join(', ')}`
