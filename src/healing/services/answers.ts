import type { Decision } from '../../model/decision.ts'
import type { ServiceHealingMemory } from '../../model/memory.ts'
import { minute } from '../../model/time.ts'
import { type Explanation, explanationFacts } from './explanation.ts'
import { lastStops, loopFacts, loopOf, revisionOf } from './loop-words.ts'
import type { ServiceHealPolicy } from './policy.ts'
import type { ServiceHealingReason } from './reason.ts'
import type { RollBack, RollBackAction } from './roll-back.ts'
import type { Progress } from './stuck.ts'
import type { CrashLoop } from './window.ts'

/** What a loop or a stuck deployment is answered with, and whether people are told. */

type ServiceDecision = Decision<ServiceHealingReason, RollBackAction>

export interface Assessment {
  loops: CrashLoop[]
  progress: Progress | null
  memory: ServiceHealingMemory
  standsAtMs: number | null
}

/** An outage that passes is no news. */
const unreadMs = 3 * minute

export function answerLoop(
  loop: CrashLoop,
  rollBack: RollBack | null,
  { crashLoop }: ServiceHealPolicy,
  { memory }: Assessment,
  explanation: Explanation | undefined,
  now: number,
): ServiceDecision {
  const told = loopOf(loop, crashLoop)
  const facts = [...loopFacts(loop, crashLoop), ...explanationFacts(explanation)]
  const tell = (because: ServiceHealingReason, isTold = true): ServiceDecision => ({
    hold: 'healing',
    about: told.revision,
    because,
    untilMs: null,
    // Once per loop, whatever it comes to meanwhile.
    tell: isTold && !loop.isTold,
    facts,
  })
  if (rollBack === null)
    return tell({ code: crashLoop.remedy === 'pause' ? 'crash-loop-paused' : 'crash-loop', ...told })
  switch (rollBack.kind) {
    case 'done':
      return tell({ code: 'crash-loop-rolled-back', revision: told.revision }, false)
    case 'do': {
      const { action } = rollBack
      const to = action.verb === 'roll-back-service' ? revisionOf(action.to) : null
      return { do: action, because: { code: 'roll-back', to, ...told }, tell: true, facts }
    }
    default:
      if (whyNot(rollBack) === 'unreadable' && now - loop.sinceMs < unreadMs)
        return tell({ code: 'crash-loop-unread', ...told }, false)
      return tell(
        { code: 'crash-loop-not-rolled-back', ...obstacleOf(rollBack), ...told },
        !isTriedIn(loop, memory),
      )
  }
}

export function answerStuck(
  { deployment }: Progress,
  because: NonNullable<Progress['because']>,
  rollBack: RollBack | null,
  { memory }: Assessment,
  explanation: Explanation | undefined,
): ServiceDecision {
  const stops = memory.stops.filter(
    ({ taskDefinitionArn }) => taskDefinitionArn === deployment.taskDefinitionArn,
  )
  const facts = [...lastStops(stops), ...explanationFacts(explanation)]
  const tell = (reason: ServiceHealingReason, isTold = true): ServiceDecision => ({
    hold: 'healing',
    about: deployment.id,
    because: reason,
    untilMs: null,
    tell: isTold && !isKnown(deployment.id, memory),
    facts,
  })
  if (rollBack === null) return tell(because)
  switch (rollBack.kind) {
    case 'done':
      return tell({ code: 'deployment-rolled-back', revision: because.revision }, false)
    case 'do':
      return { do: rollBack.action, because: { ...because, code: 'roll-back-stuck' }, tell: true, facts }
    default:
      return tell(
        { ...because, code: 'deployment-stuck-not-rolled-back', ...obstacleOf(rollBack) },
        !isRefused(deployment, memory),
      )
  }
}

export const isKnown = (deploymentId: string, { toldDeployment }: ServiceHealingMemory): boolean =>
  toldDeployment === deploymentId

/** What came of the try has been told. */
const isTriedIn = (
  { taskDefinitionArn, sinceMs }: CrashLoop,
  { rolledBack = [] }: ServiceHealingMemory,
): boolean => rolledBack.some(each => each.taskDefinitionArn === taskDefinitionArn && each.atMs >= sinceMs)

const isRefused = (
  { taskDefinitionArn, createdAtMs }: Progress['deployment'],
  { rolledBack = [] }: ServiceHealingMemory,
): boolean =>
  rolledBack.some(
    each =>
      each.isRefused &&
      each.taskDefinitionArn === taskDefinitionArn &&
      each.atMs >= (createdAtMs ?? Infinity),
  )

/** What was asked for in vain could not be read. */
const obstacleOf = (rollBack: Extract<RollBack, { kind: 'ask' | 'obstacle' }>) => ({
  why: whyNot(rollBack),
  ...(rollBack.kind === 'obstacle' && rollBack.image !== undefined ? { image: rollBack.image } : {}),
})

const whyNot = (rollBack: Extract<RollBack, { kind: 'ask' | 'obstacle' }>) =>
  rollBack.kind === 'ask' ? 'unreadable' : rollBack.why
