import type { AlarmEvidence } from './alarm.ts'
import type { Target } from './target.ts'
import type { Owner, Task } from './task.ts'

/** What one message from outside tells: where to look, and the evidence it brings. Never a command. */

/** What a message is about; `look` is our own wake-up. */
export const signalKinds = [
  'task',
  'service-action',
  'deployment',
  'container-instance',
  'alarm',
  'health',
  'slack',
  'look',
  'unknown',
] as const
export type SignalKind = (typeof signalKinds)[number]

export type Signal =
  | { kind: 'task'; task: Task; owner: Owner; target: Target | null }
  | { kind: 'service-action'; target: Target | null; owner: Owner; eventName: string; reason: string | null }
  | {
      kind: 'deployment'
      target: Target | null
      owner: Owner
      eventName: string
      deploymentId: string | null
      reason: string | null
    }
  | {
      kind: 'container-instance'
      /** ARN of the container instance. */
      machine: string
      cluster: string | null
      status: string | null
      agentConnected: boolean | null
    }
  /** Which target an alarm moves is the policy's word, not the event's. */
  | { kind: 'alarm'; alarm: AlarmEvidence }
  | {
      kind: 'health'
      eventTypeCode: string | null
      concernsEcs: boolean
      /** ARNs. */
      tasks: string[]
      services: Target[]
      /** Null: about something else than a retirement that is still to come. */
      retirement: {
        /** When AWS begins, epoch ms; null when not told. */ atMs: number | null
        version: number
      } | null
    }
  | { kind: 'look'; target: Target }

/** A message that says nothing we can use. `sentence`: what, where, what would be right. */
export interface Refusal {
  refused: SignalKind
  sentence: string
  /** True when the message can never be understood: it goes to the dead letters. False: known, and none of our business. */
  poison: boolean
}

export const isRefusal = (understood: Signal | Refusal): understood is Refusal => 'refused' in understood

/** A fact that AWS forgets or never repeats, written down before the message is acknowledged. */
export type Evidence =
  | { key: `task/${string}` /** `detail.version`; 0 when not told. */; version: number; task: Task }
  | { key: `alarm/${string}` /** `changedAtMs`. */; version: number; alarm: AlarmEvidence }
  /** AWS Health tells weeks before. `version`: when the notice was last changed, epoch ms; 0 when not told. */
  | { key: `retirement/${string}`; version: number; retirement: Retirement }

/** AWS will stop this task, because its host is to be renewed. */
export interface Retirement {
  taskId: string
  /** From when on, epoch ms; null when not told. */
  atMs: number | null
}

export const taskEvidence = (task: Task): Evidence => ({
  key: `task/${task.taskId}`,
  version: task.version ?? 0,
  task,
})
export const alarmEvidence = (alarm: AlarmEvidence): Evidence => ({
  key: `alarm/${alarm.alarmName}`,
  version: alarm.changedAtMs,
  alarm,
})

export const retirementKey = (taskId: string): `retirement/${string}` => `retirement/${taskId}`
export const retirementEvidence = (retirement: Retirement, version: number): Evidence => ({
  key: retirementKey(retirement.taskId),
  version,
  retirement,
})

/** A task whose stop began or ended, as the store remembers it long after ECS has forgotten it. */
export interface KeptStop {
  task: Task
  /** Reason code by which it was dealt with for good, and when; null while it is open, and for tasks of services. */
  resolution: string | null
  settledAtMs: number | null
}

/** Evidence as the store keeps it. */
export type KeptEvidence = Evidence & {
  /** Reason code by which it was dealt with for good; null while it is open. */
  resolution: string | null
}
