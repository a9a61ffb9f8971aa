import type { ScalingMemory, TriggerMemory } from '../model/memory.ts'
import type { Service } from '../model/service.ts'
import type { ScalePolicy, Trigger, TriggerKind } from './policy.ts'
import type { Proposal, Proposed } from './proposal.ts'
import type { Seen } from './seen.ts'
import type { Read } from './signal.ts'
import { nameOf } from './trigger-names.ts'
import * as queue from './triggers/queue.ts'
import * as schedule from './triggers/schedule.ts'
import * as slo from './triggers/slo.ts'
import * as step from './triggers/step.ts'
import * as target from './triggers/target.ts'

/** Every kind of trigger there is: one file each in `triggers/`, as test/house makes sure. */
export const triggers = { slo, target, step, queue, schedule } satisfies Record<TriggerKind, Reading>

interface Reading {
  reads(trigger: never, service: Service, memory: TriggerMemory | undefined, nowMs: number): Read[]
}

/** A trigger that asks for a count; a schedule moves the bounds instead. */
export type AskingTrigger = Exclude<Trigger, { kind: 'schedule' }>

export const isAsking = (trigger: Trigger): trigger is AskingTrigger => trigger.kind !== 'schedule'

/** Whether anything depends on which of the tasks are ready. */
export const needsTasks = ({ triggers }: Pick<ScalePolicy, 'triggers'>): boolean =>
  triggers.some(({ kind }) => kind !== 'step' && kind !== 'schedule')

/** Everything but alarms that has to be read before `decide`, each key once. */
export function readsOf(
  scale: Pick<ScalePolicy, 'triggers'>,
  service: Service,
  memory: ScalingMemory | undefined,
  nowMs: number,
): Read[] {
  const reads = new Map<string, Read>()
  for (const trigger of scale.triggers)
    for (const read of readsFor(trigger, service, memory?.triggers?.[nameOf(trigger)], nowMs)) {
      const same = reads.get(read.key)
      const isLonger = read.kind === 'metric' && same?.kind === 'metric' && read.fromMs < same.fromMs
      if (!same || isLonger) reads.set(read.key, read)
    }
  return [...reads.values()]
}

function readsFor(
  trigger: Trigger,
  service: Service,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Read[] {
  switch (trigger.kind) {
    case 'slo':
      return slo.reads(trigger, service, memory, nowMs)
    case 'target':
      return target.reads(trigger, service, memory, nowMs)
    case 'queue':
      return queue.reads(trigger)
    case 'step':
      return step.reads()
    case 'schedule':
      return schedule.reads()
  }
}

export function propose(
  trigger: AskingTrigger,
  seen: Seen,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Proposal {
  return { ...proposedBy(trigger, seen, memory, nowMs), trigger: nameOf(trigger), kind: trigger.kind }
}

function proposedBy(
  trigger: AskingTrigger,
  seen: Seen,
  memory: TriggerMemory | undefined,
  nowMs: number,
): Proposed {
  switch (trigger.kind) {
    case 'slo':
      return slo.propose(trigger, seen, memory, nowMs)
    case 'target':
      return target.propose(trigger, seen, memory, nowMs)
    case 'queue':
      return queue.propose(trigger, seen, memory)
    case 'step':
      return step.propose(trigger, seen, memory, nowMs)
  }
}

/** The series whose sudden fall is suspicious, and whether it counts events; null where nothing is. */
export function watchedBy(trigger: AskingTrigger): { key: string; isCount: boolean } | null {
  if (trigger.kind === 'slo')
    return trigger.of === 'requests'
      ? { key: slo.sloKeys.requests, isCount: trigger.from?.isCount ?? true }
      : null
  if (trigger.kind !== 'target') return null
  const { signal } = trigger
  return {
    key: target.keyOf(trigger),
    isCount: signal.of === 'requests' || (signal.of === 'metric' && signal.metric.isCount),
  }
}
