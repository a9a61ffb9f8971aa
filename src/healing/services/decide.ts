import type { Hold, Verdict } from '../../model/decision.ts'
import type { ServiceHealingMemory, ServiceStop } from '../../model/memory.ts'
import { serviceStopOf } from './failures.ts'
import { lastStops, loopFacts, loopOf, revisionOf } from './loop-words.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingReason } from './reason.ts'
import { deploymentInProgress, type Progress } from './stuck.ts'
import type { ServiceHealingView } from './view.ts'
import { type CrashLoop, endsAtMs, loopsIn, mergedStops } from './window.ts'

export interface ServiceHealingVerdict extends Verdict<ServiceHealingReason, never, ServiceHealingMemory> {
  /** Why the service is scaled out no further; null when nothing speaks against it. */
  keepsFromScalingOut: string | null
}

/** Whether the tasks of a service fail again and again, and whether its deployment comes to an end. */
export function decide(
  view: ServiceHealingView,
  policy: ServiceHealPolicy,
  memory: ServiceHealingMemory | undefined,
  now: number,
): ServiceHealingVerdict {
  const { crashLoop } = policy
  const told = view.stopped.flatMap(({ task }) => serviceStopOf(task, now) ?? [])
  const stops = mergedStops(memory?.stops ?? [], told, crashLoop, now)
  const loops = loopsIn(stops, memory?.loops ?? {}, crashLoop, now)
  const progress = deploymentInProgress(view.service, policy.stuckDeployment, now)
  const looks = [
    ...loops.map(loop => endsAtMs(loop, crashLoop)),
    ...(progress && progress.because === null ? [progress.atMs] : []),
  ]
  return {
    decisions: [
      ...loops.map(loop => tellLoop(loop, policy)),
      ...(progress?.because ? [tellStuck(progress, progress.because, stops)] : []),
    ],
    memory: {
      stops,
      loops: Object.fromEntries(loops.map(({ taskDefinitionArn, sinceMs }) => [taskDefinitionArn, sinceMs])),
    },
    settled: view.stopped.map(({ key }) => ({ key, resolution: 'ecs-replaces' })),
    nextLookAtMs: looks.length === 0 ? null : Math.min(...looks),
    keepsFromScalingOut: pauseOf(
      crashLoop.remedy === 'pause' ? loops.filter(loop => isDeployed(view, loop)) : [],
    ),
  }
}

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

const tellLoop = (loop: CrashLoop, { crashLoop }: ServiceHealPolicy): Hold<ServiceHealingReason> => ({
  hold: 'healing',
  about: revisionOf(loop.taskDefinitionArn),
  because: {
    code: crashLoop.remedy === 'pause' ? 'crash-loop-paused' : 'crash-loop',
    ...loopOf(loop, crashLoop),
  },
  untilMs: null,
  tell: true,
  facts: loopFacts(loop, crashLoop),
})

const tellStuck = (
  { deployment }: Progress,
  because: ServiceHealingReason,
  stops: ServiceStop[],
): Hold<ServiceHealingReason> => ({
  hold: 'healing',
  about: deployment.id,
  because,
  untilMs: null,
  tell: true,
  facts: lastStops(
    stops.filter(({ taskDefinitionArn }) => taskDefinitionArn === deployment.taskDefinitionArn),
  ),
})
