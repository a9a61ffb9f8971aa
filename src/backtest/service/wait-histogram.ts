/** Waits in bins 3 % wide, from a tenth of a millisecond on: their weights. The first bin is for less. */
export type WaitHistogram = Float64Array

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

export const createWaitHistogram = (): WaitHistogram => new Float64Array(binOf(most) - firstBin + 2)

export function addWait(waits: WaitHistogram, waitSeconds: number, weight: number): void {
  const at = waitSeconds < least ? 0 : binOf(waitSeconds) - firstBin + 1
  waits[at] = (waits[at] as number) + weight
}

/** Seconds; p in [0, 1]. 0 when nothing was added. */
export function waitQuantile(waits: WaitHistogram, p: number): number {
  const all = waits.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  for (const [at, weight] of waits.entries()) {
    sum += weight
    if (sum > 0 && sum >= p * all) return at === 0 ? 0 : waitOf(at + firstBin - 1)
  }
  return 0
}
