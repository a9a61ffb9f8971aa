import { type Outcome, ours, type Standing, usualOnes } from '../../backtest/outcome.ts'
import { judgement, type Score } from '../../backtest/score.ts'
import { promisedShare, spokenName } from './names.ts'
import { percent, threeDigits } from './numbers.ts'

/** What most services run today, and so what an owner compares with first. */
const familiar = 'target-tracking'

/** Scores nearer to each other than this are said to be alike. */
const alike = 0.005

/**
 * The result in a few plain sentences, the most important first: against target tracking, against the best peer, whether the
 * promise was kept, and who did best. Each autoscaler at its usual setting.
 */
export function recommend(outcome: Pick<Outcome, 'standings'>): string[] {
  const standings = usualOnes(outcome)
  const own = standings.find(({ score }) => score.policy === ours)
  const peers = standings.filter(standing => standing !== own)
  const best = peers[0]
  if (!own) return best ? [alone(best.score)] : []
  if (!best) return [alone(own.score), ...promise(own.score)]
  const known = peers.find(({ score }) => score.policy === familiar)
  return [
    `${spokenName(own.score)}: ${compared(own.score, (known ?? best).score, known ? 'your ' : '')}`,
    ...(known && known !== best ? [`Against the best peer: ${compared(own.score, best.score, '')}`] : []),
    ...promise(own.score),
    verdict(own, best),
  ]
}

const alone = (score: Score): string =>
  `${spokenName(score)}: ${threeDigits(score.relativeCost)} times the cost of the clairvoyant optimum, ${lateOf(score)}.`

const lateOf = ({ lateShare }: Score): string =>
  lateShare === 0 ? 'nothing late' : `${percent(lateShare)} late`

function compared(own: Score, peer: Score, whose: string): string {
  const ratio = peer.taskHours > 0 ? own.taskHours / peer.taskHours : 1
  const name = `${whose}${spokenName(peer)}`
  const difference = Math.round(Math.abs(1 - ratio) * 100)
  if (difference === 0) return `as dear as ${name}, ${lateAgainst(own, peer, 'but ')}.`
  const cheaper = ratio < 1
  const conjunction = cheaper ? 'but ' : 'and '
  return `${difference} % ${cheaper ? 'cheaper' : 'dearer'} than ${name}, ${lateAgainst(own, peer, conjunction)}.`
}

/** `conjunction`: before the bad news that more was late. */
function lateAgainst(own: Score, peer: Score, conjunction: string): string {
  if (own.lateShare === 0 && peer.lateShare === 0) return 'nothing late with either'
  if (percent(own.lateShare) === percent(peer.lateShare)) return `both ${percent(own.lateShare)} late`
  const instead = peer.lateShare === 0 ? 'nothing' : percent(peer.lateShare)
  return `${own.lateShare > peer.lateShare ? conjunction : ''}${lateOf(own)} instead of ${instead}`
}

function promise(own: Score): string[] {
  const promised = promisedShare(own)
  if (promised === null || own.lateShare <= promised) return []
  return [`The promise of ${percent(promised)} was not kept: ${percent(own.lateShare)} were late.`]
}

/** One number for both: J, in which 1 % late weighs as much as 10 % of the optimal bill. */
function verdict(own: Standing, best: Standing): string {
  const [mine, theirs] = [judgement(own.score), judgement(best.score)]
  const figures = `J ${threeDigits(mine)} against ${threeDigits(theirs)}`
  if (Math.abs(mine - theirs) <= alike * theirs)
    return `Cost and lateness together, ${spokenName(best.score)} does as well here (${figures}).`
  if (mine < theirs)
    return `Cost and lateness together, slo does best here (${figures} of ${spokenName(best.score)}).`
  return `Cost and lateness together, ${spokenName(best.score)} does better here (${figures.replace('against', 'of slo against')}): stay with it.`
}
