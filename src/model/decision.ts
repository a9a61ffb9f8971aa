import type { CapacityProviderStrategy } from './capacity-provider-strategy.ts'
import type { InstanceHealth } from './cloud-map.ts'
import type { LaunchChange } from './launch-spec.ts'
import type { Target } from './target.ts'

/** What a room wants: an action, or a hold. Both carry their reason as data; each room's `explain.ts` renders the sentence. */

export const rooms = ['scaling', 'healing', 'discovery'] as const
export type Room = (typeof rooms)[number]

/** A closed union in each room (`reason.ts`); everything but the code is a number or a name the sentence needs. No secrets. */
export interface Reason {
  code: string
}

/** The only ways in which Longshore changes production. Values are absolute or carry a token, so that doing one twice changes nothing. */
export type Action =
  | {
      verb: 'update-service'
      cluster: string
      service: string
      desiredCount: number
      previousDesiredCount: number
    }
  | {
      verb: 'run-task'
      cluster: string
      /** The stopped task whose recorded launch specification is used. */
      specTaskId: string
      /** ARN of the task that is replaced. */
      replaces: string
      /** First task of the lineage. */
      rootTaskId: string
      /** 1 for the first restart. */
      attempt: number
      /** Hex SHA-256 of replaced ARN and attempt, 64 characters: RunTask's `clientToken`. */
      clientToken: string
      /** Absent: exactly as recorded. */
      change?: LaunchChange
    }
  | {
      verb: 'stop-task'
      cluster: string
      taskArn: string
      /** Machine-readable, `longshore:` first; it comes back as `stoppedReason`. */
      reason: string
      /** ARN of the task that stands in its place: it is stopped only while that runs. */
      successor?: string
      /** A task of a service: stopped only while that is deployed, runs all that it should, and so many at least. */
      whileSteady?: { service: string; running: number }
    }
  | {
      /** UpdateService with forceNewDeployment and nothing else: every task is replaced by one of the same revision. */
      verb: 'redeploy-service'
      cluster: string
      service: string
      /** The PRIMARY deployment that is to be followed: with another one somebody deployed meanwhile. */
      deploymentId: string
    }
  | {
      /** StopServiceDeployment with a roll-back: ECS goes back to the service revision before. */
      verb: 'stop-deployment'
      cluster: string
      service: string
      serviceDeploymentArn: string
      /** ARN of the task definition that is deployed. */
      from: string
    }
  | {
      verb: 'roll-back-service'
      cluster: string
      service: string
      /** ARNs of task definitions. */
      from: string
      to: string
    }
  | {
      /** UpdateService with `forceNewDeployment`: a rolling deployment replaces the tasks that run. */
      verb: 'set-capacity-providers'
      cluster: string
      service: string
      /** The one whose capacity is short or back: what the action is about. */
      capacityProvider: string
      /** PRIMARY deployment and strategy it was decided from: right before the call they must still be those. */
      deploymentId: string | null
      from: CapacityProviderStrategy
      to: CapacityProviderStrategy
    }
  | {
      verb: 'register-instance'
      cloudMapServiceId: string
      instanceId: string
      attributes: Record<string, string>
      /** `namespace/service` for people. */
      cloudMapName: string
    }
  | { verb: 'deregister-instance'; cloudMapServiceId: string; instanceId: string; cloudMapName: string }
  | {
      verb: 'set-instance-health'
      cloudMapServiceId: string
      instanceId: string
      status: InstanceHealth
      cloudMapName: string
    }

export type Verb = Action['verb']

/** A number or a name beside the reason, as messages show it. An empty label: the value says it all. No secrets. */
export interface Fact {
  label: string
  value: string
  /** It stands on a line of its own, after the others: a line of a log. */
  isLine?: true
}

export interface Do<R extends Reason = Reason, A extends Action = Action> {
  do: A
  because: R
  /** True: people are told in Slack. The journal and the metrics always know. */
  tell: boolean
  /** Told with it, in this order. */
  facts?: Fact[]
  /** Evidence it settles when it succeeds; null = none. Default: for `run-task` that of the task it replaces, else none. */
  settles?: string | null
}

export interface Hold<R extends Reason = Reason> {
  hold: Room
  /** What is held: a task id, an alarm, an instance; null for the target as a whole. */
  about: string | null
  because: R
  /** When the hold ends by itself, epoch ms; null when only a change of the world ends it. */
  untilMs: number | null
  tell: boolean
  facts?: Fact[]
}

export type Decision<R extends Reason = Reason, A extends Action = Action> = Do<R, A> | Hold<R>

export const isDo = <R extends Reason, A extends Action>(decision: Decision<R, A>): decision is Do<R, A> =>
  'do' in decision

/** What a room's `decide` returns. */
export interface Verdict<R extends Reason, A extends Action, M> {
  decisions: Decision<R, A>[]
  /** The room's memory after looking, before anything is done; `remember` in the same room adds what was done. */
  memory: M
  /** Evidence that needs no further look, with the reason code that settled it. */
  settled: { key: string; resolution: string }[]
  /** When to look again even if nothing happens, epoch ms; null = only on events. */
  nextLookAtMs: number | null
}

/** What came of an action. */
export type Outcome =
  | { ok: true /** What AWS answered: task ARNs, operation id. */; taskArns?: string[]; operationId?: string }
  | {
      ok: false
      /** A FailureCode, or `placement` for RunTask's `failures[]`. */
      code: string
      message: string
      transient: boolean
    }

/** An action written down before it is done, with the epoch that decided it. Survives a crash; done again with the same token. */
export interface Intent {
  id: string
  room: Room
  action: Action
  because: Reason
  sentence: string
  tell: boolean
  facts?: Fact[]
  /** Evidence this action settles when it succeeds. */
  settles: string | null
  recordedAtMs: number
}

/** One line of the journal: what was done or held, and why. */
export interface JournalEntry {
  id: string
  target: Target
  atMs: number
  room: Room
  /** `done`, `failed` (the call), `superseded` (left over from a crash and overtaken), `observed` (mode observe: decided, not done), `held`. */
  outcome: 'done' | 'failed' | 'superseded' | 'observed' | 'held'
  /** The verb, or null for a hold. */
  verb: Verb | null
  /** What it is about: a task id, an instance id; null for the target as a whole. */
  about: string | null
  because: Reason
  /** The rendered reason. */
  sentence: string
  /** Set when the outcome is `failed`. */
  failure: string | null
  /** Desired count before and after; null for other verbs. */
  change: { from: number; to: number } | null
  /** When a hold ends by itself, epoch ms. */
  untilMs: number | null
  /** For the message's context line, in order. */
  facts: Fact[]
  tell: boolean
}
