import type { ServiceFacts } from './autoscaler.ts'
import type { Recording } from './recording.ts'
import { judgement, type Score } from './score.ts'

/** What a backtest of one history came to: everything that is shown of it is made from this. */
export interface Outcome {
  /** The file's name without its ending, or `cluster/service`. */
  history: string
  /** Whole seconds that were replayed. */
  seconds: number
  /** When the history begins, epoch ms; null where the file does not say. */
  startAtMs: number | null
  service: ServiceFacts
  /** Requests of the replay for one unit of the history; 1: literal. */
  scale: number
  /** Intervals over which the noise of counting was taken out; 1: nothing was smoothed. */
  smoothedIntervals: number
  intervalSeconds: number
  seed: number
  /** What was mended in the history, a sentence each. */
  mended: string[]
  /** Of the clairvoyant optimum, and the share that may be late with it: on a queue nothing is. */
  optimumTaskHours: number
  optimumLateShare: number
  standings: Standing[]
  /** Only of a sweep: without one nobody knows how a policy does at other settings. */
  equalViolation: EqualViolation[]
}

/** C@v: what a policy costs when it is tuned to be late exactly so often. */
export interface EqualViolation {
  lateShare: number
  policy: string
  relativeCost: number
}

/** One autoscaler with one setting. */
export interface Standing {
  score: Score
  /** The setting with which it is compared when nothing is swept. */
  usual: boolean
  /** What happened minute by minute; null where nobody draws it. */
  recording: Recording | null
}

/** How ours is called everywhere. */
export const ours = 'slo'

/** The best first: by J, then by lateness. */
export const ranked = (standings: readonly Standing[]): Standing[] =>
  standings.toSorted(
    (a, b) => judgement(a.score) - judgement(b.score) || a.score.lateShare - b.score.lateShare,
  )

/** Every autoscaler at its usual setting, the best first. */
export const usualOnes = (outcome: Pick<Outcome, 'standings'>): Standing[] =>
  ranked(outcome.standings.filter(({ usual }) => usual))
