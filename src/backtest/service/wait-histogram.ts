/** Waits in bins of about 2 % width, from a tenth of a millisecond to eleven days. */
export interface WaitHistogram {
  add(waitSeconds: number, weight: number): void
  /** Seconds; p in [0, 1]. 0 when nothing was added. */
  quantile(p: number): number
}

const least = 1e-4
const binsPerOctave = 32
const bins = 33 * binsPerOctave

export function createWaitHistogram(): WaitHistogram {
  const weights = new Float64Array(bins + 1)
  return {
    add(waitSeconds, weight) {
      const at = waitSeconds <= least ? 0 : 1 + Math.floor(binsPerOctave * Math.log2(waitSeconds / least))
      const bin = at < bins ? at : bins
      weights[bin] = (weights[bin] as number) + weight
    },
    quantile(p) {
      const all = weights.reduce((sum, weight) => sum + weight, 0)
      let sum = 0
      for (let bin = 0; bin <= bins; bin++) {
        sum += weights[bin] as number
        if (sum > 0 && sum >= p * all) return bin === 0 ? 0 : least * 2 ** ((bin - 0.5) / binsPerOctave)
      }
      return 0
    },
  }
}
