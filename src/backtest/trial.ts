import { type Contestant, contestantNamed, type Wishes } from './contestants.ts'
import { against, costAt } from './cost-at-lateness.ts'
import { demandOf } from './demand/demand.ts'
import type { History } from './history/history.ts'
import { type Optimum, optimumOf } from './optimum/optimum.ts'
import type { EqualViolation, Outcome, Standing } from './outcome.ts'
import type { Subject } from './peer.ts'
import { recordingOf } from './recording.ts'
import { scoreOf } from './scoring.ts'
import {
  type Conditions,
  conditionsFor,
  factsOf,
  fixedStart,
  lognormalStart,
  signalClasses,
} from './service/conditions.ts'
import { createLedger, type Ledger } from './service/ledger.ts'
import { drawLoad, type Load } from './service/load.ts'
import { replay } from './service/replay.ts'

/** One contestant on one history. */

/** Plain data: it crosses threads. */
export interface TrialOptions {
  wishes: Wishes
  signals: keyof typeof signalClasses
  /** Launch to serving: 45 s, or as Fargate scatters. */
  start: 'fixed' | 'lognormal'
  /** What one task of a web service serves a second; null: what the history says. */
  taskRate: number | null
  seed: number
  /** Every setting instead of the usual one. */
  sweep: boolean
  /** Keep what happened minute by minute, for the usual settings. */
  record: boolean
}

/** A history made ready: what all contestants have in common. */
export interface Stage {
  history: History
  load: Load
  conditions: Conditions
  /** Of somebody who may be late as often as ours, spent evenly; on a queue never. */
  optimum: Optimum
  lateShare: number
  /** Written over by every run. */
  ledger: Ledger
}

export function stageFor(history: History, { signals, start, taskRate, seed, wishes }: TrialOptions): Stage {
  const demand = demandOf(history, { taskRate: taskRate ?? history.capacityPerTask })
  const { min, max } = wishes.scale ?? {}
  const conditions = conditionsFor(demand, {
    start: start === 'fixed' ? fixedStart : lognormalStart,
    signals: signalClasses[signals],
    seed,
    ...(min === undefined || max === undefined ? {} : { min, max }),
  })
  return {
    history,
    load: drawLoad(demand, seed),
    conditions,
    optimum: optimumOf(demand, conditions, wishes.lateShare),
    lateShare: wishes.lateShare,
    ledger: createLedger(demand.rates.length),
  }
}

export interface TrialResult {
  standings: Standing[]
  /** Of a sweep; the shares that no setting reaches are left out. */
  equalViolation: EqualViolation[]
}

/** `onRun` hears of every run that is done. */
export function tryOut(stage: Stage, name: string, options: TrialOptions, onRun: () => void): TrialResult {
  const contestant = contestantNamed(name, options.wishes)
  if (!contestant) throw new Error(`nobody is called ${name}`)
  const subject: Subject = {
    service: factsOf(stage.load.demand, stage.conditions),
    peakTasks: stage.optimum.mostTasks,
  }
  const usual = contestant.usual(subject)
  const settings = contestant.settings(subject).map((setting, place) => ({ setting, usual: place === usual }))
  const standings = settings
    .filter(({ usual }) => options.sweep || usual)
    .map(({ setting, usual }) => {
      const standing = standingOf(stage, contestant, setting, usual, options)
      onRun()
      return standing
    })
  return { standings, equalViolation: options.sweep ? equalCosts(stage, name, standings) : [] }
}

const comparedShares = [0.001, 0.004, 0.01]

/** Against the optimum that may be late just as often. */
function equalCosts({ load, conditions }: Stage, policy: string, standings: Standing[]): EqualViolation[] {
  return comparedShares.flatMap(lateShare => {
    const { taskSeconds } = optimumOf(load.demand, conditions, lateShare)
    const relativeCost = costAt(
      standings.map(({ score }) => against(score, taskSeconds)),
      lateShare,
    )
    return relativeCost === null ? [] : [{ lateShare, policy, relativeCost }]
  })
}

function standingOf(
  { load, conditions, optimum, ledger }: Stage,
  { name }: Contestant,
  { setting, create }: ReturnType<Contestant['settings']>[number],
  usual: boolean,
  { record }: TrialOptions,
): Standing {
  const run = replay(load, conditions, create(), { ledger })
  return {
    score: scoreOf(run, name, setting, optimum.taskSeconds),
    usual,
    recording:
      record && usual
        ? recordingOf({ ...ledger, arrived: load.arrived }, load.seconds, conditions.warmUpSeconds)
        : null,
  }
}

/** All that is known of the history, before anybody stood on its stage. */
export const outcomeOf = ({
  history,
  load,
  conditions,
  optimum,
  lateShare,
}: Stage): Omit<Outcome, 'mended'> => ({
  history: history.name,
  seconds: load.seconds,
  startAtMs: history.startAtMs,
  service: factsOf(load.demand, conditions),
  scale: load.demand.scale,
  smoothedIntervals: load.demand.smoothing.window,
  intervalSeconds: history.intervalSeconds,
  seed: load.seed,
  optimumTaskHours: optimum.taskSeconds / 3600,
  optimumLateShare: load.demand.kind === 'web' ? lateShare : 0,
  standings: [],
  equalViolation: [],
})
