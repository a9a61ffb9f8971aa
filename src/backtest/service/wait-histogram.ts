/** Waits in bins 3 % wide, from a tenth of a millisecond on. */
export interface WaitHistogram {
  add(waitSeconds: number, weight: number): void
  /** Seconds; p in [0, 1]. 0 when nothing was added. */
  quantile(p: number): number
}

const least = 1e-4
const most = 1e7

/** The first bits of a 32-bit float, its exponent and five of its mantissa, are a logarithm that costs nothing. */
const bits = new Int32Array(1)
const float = new Float32Array(bits.buffer)
const droppedBits = 18

function binOf(waitSeconds: number): number {
  float[0] = waitSeconds < most ? waitSeconds : most
  return (bits[0] as number) >> droppedBits
}

const firstBin = binOf(least)

/** The bin's middle. */
function waitOf(bin: number): number {
  bits[0] = (bin << droppedBits) | (1 << (droppedBits - 1))
  return float[0] as number
}

export function createWaitHistogram(): WaitHistogram {
  /** The first is for less than the least. */
  const weights = new Float64Array(binOf(most) - firstBin + 2)
  return {
    add(waitSeconds, weight) {
      const at = waitSeconds < least ? 0 : binOf(waitSeconds) - firstBin + 1
      weights[at] = (weights[at] as number) + weight
    },
    quantile(p) {
      const all = weights.reduce((sum, weight) => sum + weight, 0)
      let sum = 0
      for (const [at, weight] of weights.entries()) {
        sum += weight
        if (sum > 0 && sum >= p * all) return at === 0 ? 0 : waitOf(at + firstBin - 1)
      }
      return 0
    },
  }
}
