import type { JumpsMemory } from '../../model/slo-memory.ts'
import type { LoadDistribution } from './residuals.ts'

/**
 * Load that jumps: with some probability the load at the horizon does not go on from here but is drawn anew, from what it usually was in the last hours.
 * Both parts of this mixture and the share between them are learned by online expectation maximisation (Cappé and Moulines, 2009).
 */

const levelSeconds = 2 * 3_600
/** The middle of a bin is the level itself: a load that never changes is its own level. */
const binsFrom = -0.675
const binWidth = 0.15
/** The first takes all that is less, the last all that is more. */
export const jumpBinCount = 28
/** So much of what it jumps to was never seen before, and may be anywhere. */
const neverSeen = 0.02

/** Of the load that comes this is drawn anew, before anything is known. */
const firstShare = 0.01
const leastShare = 1e-4
const shareHalfLifeSeconds = 6 * 3_600

export const noJumps = (): JumpsMemory => ({
  level: null,
  share: firstShare,
  bins: Array(jumpBinCount).fill(0),
})

/** Smooths the newest rate into the usual level, in place. */
export function raiseLevel(jumps: JumpsMemory, perSecond: number, periodSeconds: number): void {
  const before = jumps.level ?? perSecond
  jumps.level = before + (1 - Math.exp(-periodSeconds / levelSeconds)) * (perSecond - before)
}

/** What the load is drawn from when it jumps. `floor` keeps logarithms from small rates, requests per second. */
export function usualLoad({ level, bins }: JumpsMemory, floor: number): LoadDistribution {
  let total = 0
  for (const bin of bins) total += bin
  const rates: number[] = []
  const shares: number[] = []
  for (let at = 0; at < jumpBinCount; at++) {
    const share = (bins[at] ?? 0) / total
    if (!(share > 1e-5)) continue
    const rate = ((level ?? 0) + floor) * Math.exp(binsFrom + (at + 0.5) * binWidth) - floor
    rates.push(Math.max(0, rate))
    shares.push(share)
  }
  return { rates, shares }
}

/**
 * Probability that a load was drawn anew, 0 to 1.
 *
 * @param perSecond the load
 * @param density of this load under the forecast without a jump, per unit of its logarithm
 */
export function jumpProbability(
  { bins, share, level }: JumpsMemory,
  perSecond: number,
  density: number,
  floor: number,
): number {
  let total = 0
  for (const bin of bins) total += bin
  const seen = total === 0 ? 0 : (bins[binOf(perSecond, level, floor)] ?? 0) / total
  const likely = ((1 - neverSeen) * seen + neverSeen / jumpBinCount) / binWidth
  const anew = share * likely
  return anew / (anew + (1 - share) * density + 1e-12)
}

const binOf = (perSecond: number, level: number | null, floor: number): number => {
  const lnOverLevel = Math.log((perSecond + floor) / ((level ?? perSecond) + floor))
  return Math.max(0, Math.min(jumpBinCount - 1, Math.floor((lnOverLevel - binsFrom) / binWidth)))
}

/** Takes a load that came into the distribution and the share, in place. `jumped`: probability that it was drawn anew; `weight` of this observation. */
export function takeJump(
  jumps: JumpsMemory,
  perSecond: number,
  jumped: number,
  { floor, weight, periodSeconds }: { floor: number; weight: number; periodSeconds: number },
): void {
  const rate = 1 - 0.5 ** (periodSeconds / shareHalfLifeSeconds)
  jumps.share = Math.max(leastShare, jumps.share + rate * (jumped - jumps.share))
  const at = binOf(perSecond, jumps.level, floor)
  jumps.bins[at] = (jumps.bins[at] ?? 0) + weight
}
