import type { Action, Decision, Hold, Verdict } from '../model/decision.ts'
import type { ScalingMemory } from '../model/memory.ts'
import { isDeploying } from '../model/service.ts'
import { intoBounds, presentCount, type Stage } from './bounds.ts'
import { combine } from './combine.ts'
import { coolingAt, nothingYet } from './cooldown.ts'
import { guard } from './guard.ts'
import { nextLookAt } from './next-look.ts'
import { type Proposal, propose } from './proposal.ts'
import type { ScalingReason } from './reason.ts'
import type { ScalingView, ScalingWishes } from './view.ts'

export type UpdateServiceAction = Extract<Action, { verb: 'update-service' }>
type ScalingVerdict = Verdict<ScalingReason, UpdateServiceAction, ScalingMemory>

/**
 * How many tasks: the present count, moved into the bounds, moved by the alarms' steps. The first decision is about the
 * service; behind it one hold per alarm that asks for nothing though it is not OK.
 */
export function decide(
  view: ScalingView,
  wishes: ScalingWishes,
  memory: ScalingMemory | undefined,
  nowMs: number,
): ScalingVerdict {
  const remembered = memory ?? nothingYet
  const guarded = guard(view.service, wishes)
  if (!guarded.open) return leaveAlone(view, guarded.because, remembered, nowMs)

  const { service, scale } = guarded
  const cooling = coolingAt(remembered, nowMs)
  const deploying = isDeploying(service)
  const present = presentCount(service, remembered, nowMs)
  const bounded = intoBounds(present.count, scale, deploying)
  const proposals = scale.triggers.map(trigger =>
    propose(
      trigger,
      view.alarms.find(({ alarmName }) => alarmName === trigger.alarm),
      bounded.count,
      cooling,
      nowMs,
    ),
  )
  const stepped = combine(bounded.count, proposals, { scale, cooling, deploying })

  const { min, max } = scale
  const because = decisive([present, bounded, stepped]) ?? {
    code: 'within-bounds',
    desired: stepped.count,
    min,
    max,
  }
  const changes = stepped.count !== present.count
  const action: UpdateServiceAction = {
    verb: 'update-service',
    cluster: service.cluster,
    service: service.service,
    desiredCount: stepped.count,
    previousDesiredCount: present.count,
  }
  const first: Decision<ScalingReason, UpdateServiceAction> = changes
    ? { do: action, because, tell: true }
    : hold(null, because, nowMs)
  const restless = changes || present.because !== null || bounded.because !== null
  return {
    decisions: [first, ...proposals.flatMap(proposal => silence(proposal, nowMs))],
    memory: remembered,
    settled: view.evidence.flatMap(key => settle(key, proposals)),
    nextLookAtMs: nextLookAt(view, { restless, coolingEndsAtMs: cooling?.endsAtMs ?? null }, nowMs),
  }
}

/** The reason of the last stage that moved the count; when none did, of the last that had something to say. */
function decisive(stages: [Stage, ...Stage[]]): ScalingReason | null {
  let { count } = stages[0]
  let because: ScalingReason | null = null
  let moved = false
  for (const stage of stages) {
    const moves = stage.count !== count
    if (moves || (!moved && stage.because)) because = stage.because
    count = stage.count
    moved ||= moves
  }
  return because
}

function leaveAlone(
  view: ScalingView,
  because: ScalingReason,
  memory: ScalingMemory,
  nowMs: number,
): ScalingVerdict {
  const unread = because.code === 'service-unreadable' || because.code === 'count-unreadable'
  return {
    decisions: [hold(null, because, nowMs)],
    memory,
    settled: unread ? [] : view.evidence.map(key => ({ key, resolution: because.code })),
    nextLookAtMs: nextLookAt({ ...view, alarms: [] }, { restless: unread, coolingEndsAtMs: null }, nowMs),
  }
}

const hold = (about: string | null, because: ScalingReason, nowMs: number): Hold<ScalingReason> => ({
  hold: 'scaling',
  about,
  because,
  untilMs: 'remainingMs' in because ? nowMs + because.remainingMs : null,
  tell: false,
})

const silence = (proposal: Proposal, nowMs: number): Hold<ScalingReason>[] =>
  proposal.asks || proposal.because.code === 'alarm-ok' ? [] : [hold(proposal.alarm, proposal.because, nowMs)]

/** An alarm's evidence is dealt with once the alarm itself was read: from then on its present counts. */
function settle(key: string, proposals: Proposal[]): { key: string; resolution: string }[] {
  const code = proposals.find(({ alarm }) => key === `alarm/${alarm}`)?.because.code
  return code === 'alarm-unreadable' ? [] : [{ key, resolution: code ?? 'not-managed' }]
}
