import type { RestartGroup } from '../healing/policy.ts'
import type { CapacityProviderStrategy } from '../model/capacity-provider-strategy.ts'
import type { RollsBack } from '../model/service.ts'
import type { ScalePolicy } from '../scaling/policy.ts'
import type { Fallback } from '../scaling/wishes/behaviour.ts'
import type { ChangeLimit } from '../scaling/wishes/direction.ts'
import type { StopCauseName } from '../world/stop-causes.ts'
import type { FaultName } from './faults.ts'

/**
 * Everything about one simulated hour that is not drawn on the way, as plain data: a seed makes one (`draw.ts`), shrinking takes
 * parts of it away. Instants are milliseconds from the start.
 */
export interface Scenario {
  seed: number
  /** From here on nothing goes wrong any more, and what was promised must come true. */
  quietFromMs: number
  endMs: number
  services: ServicePart[]
  families: FamilyPart[]
  happenings: Happening[]
  /** Which faults there are, and how often each: a share of the calls, events or invocations it can meet. */
  faults: Partial<Record<FaultName, number>>
  /** One, or a second one that is deployed on the way. */
  versions: [Version, ...Version[]]
  outages: Outage[]
  /** Where our own code throws, in the quiet, too; null = nowhere. */
  bug: Bug | null
}

export interface ServicePart {
  name: string
  strategy: 'REPLICA' | 'DAEMON'
  controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL'
  /** False: no rule names it, and nobody may touch it. */
  managed: boolean
  desired: number
  min: number
  max: number
  outCooldownMs: number
  inCooldownMs: number
  /** Tasks that one step adds or removes. */
  step: number
  /** What the alarms make of silence. */
  treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
  /** The alarm for more load is a composite one: it has no metric of its own. */
  composite: boolean
  /** Which alarm the owner switched off (`ActionsEnabled`). */
  disabled: 'high' | 'low' | null
  tags: Record<string, string>
  requestsPerSecond: number
  /** What scales it in place of alarms; null = alarms do. */
  signals: SignalPart | null
  /** Its capacity providers and what its rule says of them; null = launch type Fargate. */
  spot: SpotPart | null
  care: CarePart
}

export interface SpotPart {
  strategy: CapacityProviderStrategy
  after: number
  upToPercent: number
  stepPercent: number
}

/** What is done about revisions of a service that fail: by policy, and by ECS itself. */
export interface CarePart {
  crashLoop: 'notify' | 'roll-back' | 'pause'
  stuck: { afterMs: number; remedy: 'notify' | 'roll-back' }
  rollsBack: RollsBack
  /** Express mode: the service is ECS's own. */
  isExpress: boolean
}

/** What a trigger reads: CPU of each minute, requests pushed every ten seconds, or a queue. */
export type SignalKind = 'cpu' | 'requests' | 'queue' | 'slo-requests' | 'slo-queue'

/** How a service is scaled by what is measured. */
export interface SignalPart {
  /** One or two: any may scale out, all must agree to scale in. */
  kinds: SignalKind[]
  /** Minutes of the hour within which other bounds hold. */
  window: { fromMinute: number; toMinute: number; min: number | null; max: number | null } | null
  /** Stabilization of a scale-in; null = the kind's own. */
  inWindowMs: number | null
  outWindowMs: number | null
  inLimit: ChangeLimit | null
  outLimit: ChangeLimit | null
  pause: 'in' | 'out' | null
  fallback: Fallback | null
  whileDeploying: ScalePolicy['whileDeploying']
  /** With min 0: how long nothing must have been asked before the last task goes; null = the kind's own. */
  idleMs: number | null
}

export interface FamilyPart {
  name: string
  managed: boolean
  /** Tasks that its owner runs at the start. */
  tasks: number
  /** `machines`: launch type EC2, on container instances. */
  capacity: 'fargate' | 'spot' | 'machines'
  /** Its Cloud Map service has an instance of somebody else, too. */
  neighbour: boolean
  /** Its container has a health check. */
  checked: boolean
  place: PlacePart
  heal: { on: RestartGroup[]; attempts: number; firstMs: number; maxMs: number } | null
  discover: boolean
  /** What is done about tasks that live and are going to be lost; null = nothing. */
  planned: PlannedPart | null
}

export interface PlannedPart {
  why: 'retirement' | 'host'
  atOnce: number
  /** When its window opens, to stay so to the end; null = it is always open. */
  opensAtMs: number | null
  /** Of a retirement: the old task is left to AWS. Of a machine: its owner only wants to be told. */
  isLess: boolean
}

/** How its tasks are reached, and what is wished for in Cloud Map. */
export interface PlacePart {
  /** Other than awsvpc on machines only. */
  networkMode: 'awsvpc' | 'bridge' | 'host'
  /** Instances that stay. */
  min: number
  adopt: boolean
  /** What ECS left behind in its Cloud Map service: an instance of this cluster, and one of another. */
  isLeftBehind: boolean
}

/** What the owner, the users and the machines do: life, not faults. */
export type Happening = { atMs: number } & (
  | { what: 'load'; service: string; requestsPerSecond: number }
  | { what: 'fall'; service: string }
  | { what: 'send'; service: string; messages: number; delaySeconds: number }
  | { what: 'send-steadily'; service: string; perSecond: number }
  | { what: 'silence'; service: string; silent: boolean }
  | { what: 'flap'; service: string; alarm: 'high' | 'low' }
  | { what: 'mute'; service: string; alarm: 'high' | 'low'; minutes: number }
  | { what: 'delete-alarm'; service: string; alarm: 'high' | 'low' }
  | { what: 'deploy'; service: string; crashes: boolean }
  | { what: 'release'; service: string; revision: Release }
  | { what: 'break'; service: string; minutes: number }
  | { what: 'foreign'; service: string; desired: number }
  | { what: 'recreate'; service: string }
  | { what: 'lose-service-task'; service: string; how: 'crash' | 'oom' }
  | { what: 'end'; family: string; nth: number; how: 'crash' | 'oom' | 'complete' | 'maintenance' }
  | { what: 'user-stop'; family: string; nth: number }
  | { what: 'spot'; family: string; nth: number }
  | {
      what: 'run'
      family: string
      fate: 'image-not-found' | 'network-interface' | 'crash' | 'oom' | null
      by: Starter
    }
  | { what: 'retire'; family: string; nth: number; tasks: number; inMs: number }
  /** `forMs` null: for good. */
  | {
      what: 'machine-trouble'
      family: string
      nth: number
      how: 'silent' | 'draining' | 'impaired'
      forMs: number | null
    }
  | { what: 'lose-host'; family: string; nth: number }
  | { what: 'health'; family: string; nth: number; healthy: boolean }
  | { what: 'delete-image'; family: string }
  | { what: 'push-image'; family: string }
  | { what: 'capacity'; short: boolean }
  | { what: 'spot-capacity'; short: boolean }
  | { what: 'spot-service'; service: string }
  | { what: 'strategy'; service: string; strategy: CapacityProviderStrategy }
  | { what: 'operation-fails' }
  | { what: 'meddle'; family: string; nth: number; how: 'register' | 'deregister' }
)

/** What the owner of a service deploys: a revision that works, one whose tasks end so, or the last one of these once more. */
export type Release = 'good' | 'bad-again' | { how: StopCauseName; afterMs: number }

/** Who runs a task: its owner (under a group and name of their own, too), a schedule of EventBridge, or an orchestrator that retries by itself. */
export type Starter = 'owner' | 'somebody' | 'schedule' | 'orchestrator'

/** A mistake of ours about one target. `mark`: at each message about it; `look`: at each look; `record`: each time it would be written down. */
export interface Bug {
  /** Key of the target. */
  target: string
  at: 'mark' | 'look' | 'record'
}

/** A version of Longshore: its policy, and how its items look. */
export interface Version {
  /** From when on it works; up to `overlapMs` later the one before still does, too. */
  fromMs: number
  overlapMs: number
  mode: 'act' | 'observe'
  /** Added to every max. */
  maxShift: number
  /** Writes fields that the other version has never heard of. */
  novelty: boolean
}

export interface Outage {
  /**
   * `events`: no event is delivered, and none is made up for later. `changes`: every call that changes production; reads answer.
   * `start`: no function starts. `queue`: Longshore's own wake-ups; `queues`: the depths of the owner's.
   */
  of:
    | 'changes'
    | 'start'
    | 'ecs'
    | 'cloudWatch'
    | 'cloudMap'
    | 'store'
    | 'queue'
    | 'queues'
    | 'slack'
    | 'events'
  fromMs: number
  toMs: number
}
