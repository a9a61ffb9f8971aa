/** Waits by their weights: in bins of a quarter of a millisecond up to 16 s, then of a second up to a day and a half. */
export type WaitHistogram = Float64Array

const fine = { bins: 65_536, perSecond: 4096 }
const fineSeconds = fine.bins / fine.perSecond
const coarseBins = 131_072

export const createWaitHistogram = (): WaitHistogram => new Float64Array(fine.bins + coarseBins)

export function addWait(waits: WaitHistogram, waitSeconds: number, weight: number): void {
  const at = waitSeconds < fineSeconds ? Math.floor(waitSeconds * fine.perSecond) : coarse(waitSeconds)
  waits[at] = (waits[at] as number) + weight
}

const coarse = (waitSeconds: number): number =>
  fine.bins + Math.min(coarseBins - 1, Math.floor(waitSeconds - fineSeconds))

/** Seconds; p in [0, 1]. 0 when nothing was added. */
export function waitQuantile(waits: WaitHistogram, p: number): number {
  const all = waits.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  for (let at = 0; at < waits.length; at++) {
    sum += waits[at] as number
    if (sum > 0 && sum >= p * all) return at === 0 ? 0 : middleOf(at)
  }
  return 0
}

const middleOf = (at: number): number =>
  at < fine.bins ? (at + 0.5) / fine.perSecond : fineSeconds + at - fine.bins + 0.5
