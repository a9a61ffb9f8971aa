/** Seeded random draws for the replay, fast enough for one per second of months. Never for secrets. */
export interface Draws {
  /** (0, 1), 32 bits, never 0. */
  uniform(): number
  /** Mean 0, variance 1. */
  normal(): number
  /** Mean 1. */
  exponential(): number
}

/** sfc32 (Doty-Humphrey, PractRand); the stream is drawn apart from others of the same seed. */
export function createDraws(seed: number, stream = 0): Draws {
  let a = seed | 0
  let b = Math.trunc(seed / 2 ** 32) | 0
  let c = stream | 0
  let counter = 1
  let spare = Number.NaN

  const uniform = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return ((sum >>> 0) + 0.5) / 2 ** 32
  }
  for (let warming = 0; warming < 15; warming++) uniform()

  /** Marsaglia's polar method: two at a time. */
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const kept = spare
      spare = Number.NaN
      return kept
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * factor
      return x * factor
    }
  }

  return { uniform, normal, exponential: () => -Math.log(uniform()) }
}
