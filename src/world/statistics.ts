/** CloudWatch user guide, "CloudWatch statistics definitions". */

/** A value that was measured `count` times: PutMetricData's `Values` and `Counts`. */
export interface Sample {
  value: number
  count: number
}

const plain = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount']

export const isStatistic = (name: string): boolean =>
  plain.includes(name) || percentileOf(name) !== null || rangeOf(name) !== null

/** Percentiles by nearest rank; ranks and trimmed counts without interpolation. */
export function statisticOf(name: string, samples: Sample[]): number {
  const total = countOf(samples)
  const sum = samples.reduce((before, { value, count }) => before + value * count, 0)
  if (name === 'Sum') return sum
  if (name === 'SampleCount') return total
  if (name === 'Average') return sum / total
  if (name === 'Minimum') return Math.min(...samples.map(({ value }) => value))
  if (name === 'Maximum') return Math.max(...samples.map(({ value }) => value))
  const range = rangeOf(name)
  if (range) {
    const within = countOf(samples.filter(({ value }) => value > range.above && value <= range.upTo))
    return range.of === 'TC' ? within : (100 * within) / total
  }
  const percentile = percentileOf(name)
  if (percentile === null) throw new Error(`${name} is no statistic`)
  return percentileAt(percentile, samples, total)
}

function percentileAt(percent: number, samples: Sample[], total: number): number {
  const sorted = samples.toSorted((a, b) => a.value - b.value)
  const rank = Math.max(1, Math.ceil((percent / 100) * total))
  let seen = 0
  for (const { value, count } of sorted) {
    seen += count
    if (seen >= rank) return value
  }
  return sorted.at(-1)?.value ?? Number.NaN
}

const countOf = (samples: Sample[]): number => samples.reduce((total, { count }) => total + count, 0)

/** `p99`, `p99.9`, `p100`; null for anything else. */
function percentileOf(name: string): number | null {
  const percent = /^p(\d{1,3}(?:\.\d+)?)$/.exec(name)?.[1]
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) : null
}

/**
 * `PR(1:)`, `PR(:0.3)`, `TC(0.005:0.03)`: "the lower bound is exclusive, the upper bound is inclusive". Null for anything else.
 */
function rangeOf(name: string): { of: 'PR' | 'TC'; above: number; upTo: number } | null {
  const match = /^(PR|TC)\((\d+(?:\.\d+)?)?:(\d+(?:\.\d+)?)?\)$/.exec(name)
  if (!match || (match[2] === undefined && match[3] === undefined)) return null
  return {
    of: match[1] as 'PR' | 'TC',
    above: match[2] === undefined ? Number.NEGATIVE_INFINITY : Number(match[2]),
    upTo: match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3]),
  }
}
