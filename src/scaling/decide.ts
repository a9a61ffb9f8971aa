import type { Action, Decision, Hold, Verdict } from '../model/decision.ts'
import type { ScalingMemory, TriggerMemory } from '../model/memory.ts'
import { isDeploying, primaryOf, type Service } from '../model/service.ts'
import { intoBounds, presentCount, type Stage } from './bounds.ts'
import { combine } from './combine.ts'
import { coolingAt, nothingYet } from './cooldown.ts'
import { guard } from './guard.ts'
import { judge } from './judge.ts'
import { addedTasks, additionalTasks, removedTasks } from './measured.ts'
import { nextLookAt } from './next-look.ts'
import type { Proposal } from './proposal.ts'
import type { ScalingReason } from './reason.ts'
import { crewOf, type Seen } from './seen.ts'
import { trailOf } from './trail.ts'
import { nameOf } from './trigger-names.ts'
import { isAsking } from './triggers.ts'
import type { ScalingView, ScalingWishes } from './view.ts'
import { openWindows } from './windows.ts'
import { settleZero } from './zero.ts'

export type UpdateServiceAction = Extract<Action, { verb: 'update-service' }>
type ScalingVerdict = Verdict<ScalingReason, UpdateServiceAction, ScalingMemory>

/**
 * How many tasks: the present count, moved into the bounds, moved by what the triggers ask for. The first decision is about the
 * service; behind it one hold per trigger that asks for nothing though it should know.
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

  const { service, scale: rule } = guarded
  const cooling = coolingAt(remembered, nowMs)
  const deploying = isDeploying(service)
  const windows = openWindows(rule, name => remembered.triggers?.[name]?.window, nowMs)
  const { bounds } = windows
  const scale = { ...rule, min: bounds.min, max: bounds.max }
  const present = presentCount(service, remembered, nowMs)
  const bounded = intoBounds(present.count, bounds, { scale, deploying })
  const crew = crewOf(view, service, bounded.count)
  const { series, queues, tasks, alarms } = view
  const revision = primaryRevision(service)
  const seen: Seen = {
    count: bounded.count,
    ...crew,
    additional: additionalTasks(service, remembered, nowMs),
    removed: removedTasks(remembered),
    added: addedTasks(remembered, nowMs),
    min: scale.min,
    revision,
    series,
    queues,
    tasks,
    alarms,
    cooling,
  }

  const judged = scale.triggers
    .filter(isAsking)
    .map(trigger => judge(trigger, seen, remembered.triggers?.[nameOf(trigger)], scale, nowMs))
  const { proposals, lastActiveAtMs } = settleZero(
    judged.map(({ proposal }) => proposal),
    bounded.count,
    remembered,
    scale,
    nowMs,
  )
  const changes = remembered.changes ?? []
  const asked = combine(bounded.count, proposals, { scale, bounds, cooling, deploying, crew, changes, nowMs })

  const { min, max } = scale
  const because = decisive([present, bounded, asked]) ?? {
    code: 'within-bounds',
    desired: asked.count,
    min,
    max,
  }
  const isChanged = asked.count !== present.count
  const action: UpdateServiceAction = {
    verb: 'update-service',
    cluster: service.cluster,
    service: service.service,
    desiredCount: asked.count,
    previousDesiredCount: present.count,
  }
  const facts = trailOf(proposals, because)
  const first: Decision<ScalingReason, UpdateServiceAction> = isChanged
    ? { do: action, because, tell: true, ...facts }
    : { ...hold(null, because, nowMs), ...facts }
  const isRestless = isChanged || present.because !== null || bounded.because !== null
  return {
    decisions: [first, ...proposals.flatMap(proposal => silence(proposal, nowMs))],
    memory: memoryOf(remembered, judged, windows.remembered, lastActiveAtMs),
    settled: view.evidence.flatMap(key => settle(key, proposals)),
    nextLookAtMs: nextLookAt(
      view,
      {
        restless: isRestless,
        coolingEndsAtMs: cooling?.endsAtMs ?? null,
        boundaryAtMs: windows.nextAtMs,
        proposals,
        isMoving: isChanged,
      },
      nowMs,
    ),
  }
}

const primaryRevision = (service: Service): string | null => primaryOf(service)?.taskDefinitionArn ?? null

/** The memory after looking; the same where no trigger has anything to remember. */
function memoryOf(
  { triggers: _, lastActiveAtMs: __, ...rest }: ScalingMemory,
  judged: { proposal: Proposal; memory?: TriggerMemory }[],
  windows: ReturnType<typeof openWindows>['remembered'],
  lastActiveAtMs: number | undefined,
): ScalingMemory {
  const triggers: Record<string, TriggerMemory> = {}
  for (const { proposal, memory } of judged) if (memory) triggers[proposal.trigger] = memory
  for (const name of Object.keys(windows)) {
    const window = windows[name]
    if (window) triggers[name] = { window }
  }
  return {
    ...rest,
    ...(Object.keys(triggers).length > 0 ? { triggers } : {}),
    ...(lastActiveAtMs === undefined ? {} : { lastActiveAtMs }),
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
  proposal.asks || proposal.because.code === 'alarm-ok'
    ? []
    : [hold(proposal.trigger, proposal.because, nowMs)]

/** An alarm's evidence is dealt with once the alarm itself was read: from then on its present counts. */
function settle(key: string, proposals: Proposal[]): { key: string; resolution: string }[] {
  const code = proposals.find(({ kind, trigger }) => kind === 'step' && key === `alarm/${trigger}`)?.because
    .code
  return code === 'alarm-unreadable' ? [] : [{ key, resolution: code ?? 'not-managed' }]
}
