import { type Outcome, ours, usualOnes } from '../../../backtest/outcome.ts'
import type { Recording } from '../../../backtest/recording.ts'
import type { Score } from '../../../backtest/score.ts'

/** One autoscaler in a picture over time. */
export interface Actor {
  score: Score
  recording: Recording
  /** In a picture of several: shown until it is taken out by hand. */
  shown: boolean
}

/** Every autoscaler at its usual setting, the best first. Shown at first: ours, the best peer, and what most run today. */
export function actorsOf(outcome: Outcome): Actor[] {
  const standings = usualOnes(outcome)
  const best = standings.find(({ score }) => score.policy !== ours)?.score
  return standings.flatMap(({ score, recording }) => {
    const shown = score === best || score.policy === ours || score.policy === 'target-tracking'
    return recording ? [{ score, recording, shown }] : []
  })
}
