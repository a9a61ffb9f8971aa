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
  /** How the service was scaled to be replayed, and from which interval: a sentence; null when it was replayed as it is. */
  scale: string | null
  seed: number
  /** What was mended in the history, a sentence each. */
  mended: string[]
  /** Of the clairvoyant optimum. */
  optimumTaskHours: number
  standings: Standing[]
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
