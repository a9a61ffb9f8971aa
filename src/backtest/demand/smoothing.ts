/**
 * A history of few events carries the noise of counting them. Rescaled to a service a hundred times as large it would turn into jumps
 * of the rate that no such service has.
 */
export interface Smoothing {
  /** Intervals over which the mean is taken, odd; 1: nothing was smoothed. */
  window: number
  /** Noise between neighbouring intervals, in units of the noise of counting (Poisson = 1). */
  dispersion: number
  eventsPerInterval: number
}

/** From 400 events on the noise of counting is below 5 %. */
const enoughEvents = 400
const mostSeconds = 3600
/** Below, what was measured is no count of events (CPU, interpolated sources); above, nine tenths of the noise are bursts that really happened. */
const countingNoise = { from: 0.5, to: 10 }

/**
 * The rule: where an interval has fewer than 400 events on average and the noise between neighbours is about that of counting, each value
 * becomes the mean over the smallest odd window with 400 events, an hour at most. At the ends the window is mirrored; the total stays.
 */
export function smoothingOf(sums: Float64Array, intervalSeconds: number): Smoothing {
  const eventsPerInterval = total(sums) / sums.length
  const dispersion = dispersionOf(sums)
  const counted = dispersion >= countingNoise.from && dispersion <= countingNoise.to
  if (!counted || eventsPerInterval >= enoughEvents) return { window: 1, dispersion, eventsPerInterval }
  const most = Math.min(mostSeconds / intervalSeconds, sums.length)
  const wanted = Math.min(enoughEvents / eventsPerInterval, most)
  const window = 2 * Math.ceil((wanted - 1) / 2) + 1
  return { window: window > most ? Math.max(1, window - 2) : window, dispersion, eventsPerInterval }
}

/** Mean square of the second difference over 6 means: a straight trend adds nothing, independent Poisson counts give 1. */
function dispersionOf(sums: Float64Array): number {
  let ratios = 0
  let counted = 0
  for (let at = 1; at + 1 < sums.length; at++) {
    const [before, here, after] = [sums[at - 1] as number, sums[at] as number, sums[at + 1] as number]
    if (before + here + after === 0) continue
    ratios += (before - 2 * here + after) ** 2 / (2 * (before + here + after))
    counted++
  }
  return counted === 0 ? 0 : ratios / counted
}

export function smoothed(sums: Float64Array, window: number): Float64Array {
  if (window === 1) return sums
  const reach = (window - 1) / 2
  const mirrored = (at: number): number =>
    at < 0 ? -1 - at : at >= sums.length ? 2 * sums.length - 1 - at : at
  const means = new Float64Array(sums.length)
  let sum = 0
  for (let at = -reach; at <= reach; at++) sum += sums[mirrored(at)] as number
  for (let at = 0; at < sums.length; at++) {
    means[at] = Math.max(0, sum / window)
    sum += (sums[mirrored(at + reach + 1)] as number) - (sums[mirrored(at - reach)] as number)
  }
  return means
}

const total = (sums: Float64Array): number => sums.reduce((sum, value) => sum + value, 0)
