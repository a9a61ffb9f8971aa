import type { Intent, JournalEntry } from '../model/decision.ts'
import type { Service } from '../model/service.ts'
import type { Lease } from '../model/state.ts'
import type { SpotRecord } from './safety/spot.ts'

/** What was done and written, as it reached AWS and the table. */
export interface History {
  /** Intents on the ledger, by target. */
  ledger: Map<string, Intent[]>
  /** Tokens of RunTask that ever were on the ledger: under the same one, a call that comes late starts nothing more. */
  tokens: Set<string>
  leases: Map<string, { lease: Lease; isOver: boolean; invocation: number; beganAtMs: number }>
  /** Evidence by target and key: its version. */
  evidence: Map<string, number>
  /** Since when the end of a task is in the table, by target and key. */
  ended: Map<string, number>
  /** Tasks whose STOPPED is in the table, by target and key. */
  stopped: Set<string>
  /** Keys in inboxes or marks, by target: what was marked at all. */
  marked: Set<string>
  journal: JournalEntry[]
  /** UpdateService calls that were carried out, by service. */
  counts: Map<string, CountChange[]>
  /** Roll-backs that were carried out, by service and the revision they lead away from: to what. */
  rolledBack: Map<string, { what: string; atMs: number }>
  /** Failed tasks of services whose ends are in the table and marked, by service. */
  failures: Map<string, KnownFailure[]>
  /** Ids of lines that were told by a look that was recorded afterwards, and the invocation of those that wait for it. */
  settledLines: Set<string>
  writtenBy: Map<string, number>
  /** Since when looks have seen a crash loop that nobody was told of, by service and revision. */
  untold: Map<string, number>
  /** Tasks that Longshore started, by what it gave as `startedBy`. */
  replacements: Map<string, string>
  /** Replacements of tasks that lived, by the task: the first one. */
  planned: Map<string, string>
  /** When a look that was written down was last told that a machine is well, by target and machine. */
  wellAt: Map<string, number>
  /** Calls that change production, carried out or not, by target and verb: when. */
  attempts: Map<string, number[]>
  /** Since when a target is marked and nobody has begun to look. */
  waiting: Map<string, number>
  /** When a look at a target last ended well. */
  looked: Map<string, number>
  /** Tasks that were on a list of the living that was written down. */
  seenLiving: Set<string>
  /** Mutes that a change of an alarm told of, as the table has them, by alarm. */
  mutes: Map<string, { keptAtMs: number; untilMs: number | null }>
  /** Notices that reached Slack, by the id of their journal line. */
  posted: Map<string, number>
  /** Until when Slack asked to be left alone, as the notifier heard it, by the id of the journal line. */
  restUntil: Map<string, number>
  /** Changes that were carried out, as the journal must name them. */
  effects: Map<string, string>
  /** When stopped tasks were run again, by family. */
  restarts: Map<string, number[]>
  /** RunTask calls that a worker was told placed nothing, by `startedBy`: when. */
  unplaced: Map<string, number[]>
  /** Since when ECS, asked for it, does not know a task. */
  unknownSince: Map<string, number>
  /** The last line about each subject. */
  lastLine: Map<string, JournalEntry>
  /** Instances that were told to leave Cloud Map, and have not been registered again since. */
  left: Map<string, number>
  /** What one invocation was told, by its number. */
  told: Map<number, Told>
  /** Times at which somebody else wrote a desired count, or made or deployed the service, by service. */
  foreign: Map<string, number[]>
  /** Of services on Spot, by name. */
  spot: Map<string, SpotRecord>
  /** What a look that was brought to its end was told about the signals of a service, newest last. */
  signals: Map<string, { atMs: number; told: Told }[]>
}

export interface KnownFailure {
  taskId: string
  taskDefinitionArn: string
  stoppedAtMs: number
  knownAtMs: number
}

export interface CountChange {
  atMs: number
  from: number
  /** The count that it was decided from. */
  seen: number
  to: number
  /** The reason's code. */
  code: string
  inCooldownMs: number
  outCooldownMs: number
  policyVersion: number
}

export interface ToldSeries {
  heardAtMs: number
  isWhole: boolean
  periodMs: number
  /** Oldest first. */
  points: { endMs: number; value: number }[]
}

export interface Told {
  services: Map<string, Service>
  /** States of the alarms of the last DescribeAlarms, by name; null = it failed. */
  alarms: Map<string, string> | null
  /** Newest series by service and metric; null = the call failed. */
  series: Map<string, ToldSeries | null>
  /** Messages of a queue that are not done, by its name; null = it could not be asked. */
  messages: Map<string, number | null>
  /** Health of tasks, by id. */
  health: Map<string, string | null>
  /** Deployments that are being stopped or rolled back, as it was last told. */
  ending: Set<string>
  /** What ECR last said of the images of a repository: a digest, or null for gone; absent after a failure. */
  images: Map<string, string | null>
  /** What Cloud Map was last said to name. */
  instances: string[]
  /** What Cloud Map was last said to show of their health. */
  shown: Map<string, string>
  /** When it last read the table's evidence. */
  evidenceAtMs: number | null
  /** Machines that were said to be well. */
  well: Set<string>
  /** Answers of the table that were no. */
  refusals: number
  /** Reads of ECS that were not answered. */
  unheard: number
}

export const emptyHistory = (): History => ({
  ledger: new Map(),
  tokens: new Set(),
  leases: new Map(),
  evidence: new Map(),
  ended: new Map(),
  marked: new Set(),
  journal: [],
  counts: new Map(),
  rolledBack: new Map(),
  stopped: new Set(),
  failures: new Map(),
  settledLines: new Set(),
  writtenBy: new Map(),
  untold: new Map(),
  replacements: new Map(),
  planned: new Map(),
  wellAt: new Map(),
  attempts: new Map(),
  waiting: new Map(),
  looked: new Map(),
  seenLiving: new Set(),
  told: new Map(),
  foreign: new Map(),
  signals: new Map(),
  spot: new Map(),
  mutes: new Map(),
  posted: new Map(),
  restUntil: new Map(),
  effects: new Map(),
  left: new Map(),
  restarts: new Map(),
  unplaced: new Map(),
  unknownSince: new Map(),
  lastLine: new Map(),
})
