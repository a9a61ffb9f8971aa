import type { Sample } from './statistics.ts'

/**
 * How long requests take when N tasks serve one queue, each μ requests a second: M/M/N with load λ. A request waits with
 * probability C (Erlang C), then exponentially with rate θ = Nμ − λ; its service is exponential with rate μ, so
 *   P(T > t) = (1 − C) e^(−μt) + C (θ e^(−μt) − μ e^(−θt)) / (θ − μ)
 * (Gross and Harris, Fundamentals of Queueing Theory, 2.3). At λ ≥ Nμ the queue grows without end: everybody gives up.
 */
export interface Station {
  requestsPerSecond: number
  tasks: number
  capacityPerTask: number
}

/** Share of the requests that take longer than so many seconds, 0 to 1. */
export function shareOver(seconds: number, { requestsPerSecond, tasks, capacityPerTask }: Station): number {
  const theta = tasks * capacityPerTask - requestsPerSecond
  if (theta <= 0) return 1
  const waits = erlangC(tasks, requestsPerSecond / capacityPerTask)
  const served = Math.exp(-capacityPerTask * seconds)
  const gone = Math.exp(-theta * seconds)
  const apart = theta - capacityPerTask
  // Both rates alike: the sum of two such times is an Erlang distribution.
  const both =
    Math.abs(apart) < 1e-9 * capacityPerTask
      ? (1 + capacityPerTask * seconds) * served
      : (theta * served - capacityPerTask * gone) / apart
  return (1 - waits) * served + waits * both
}

/** Probability that a request finds all servers busy, by the recursion of Erlang B. `offered`: λ/μ, below `servers`. */
export function erlangC(servers: number, offered: number): number {
  let blocked = 1
  for (let each = 1; each <= servers; each++) blocked = (offered * blocked) / (each + offered * blocked)
  return (servers * blocked) / (servers - offered * (1 - blocked))
}

/** Twenty steps to each power of ten, so that 0.1, 1 and 10 s are edges. */
const stepsPerDecade = 20
const shortestDecade = -3

/**
 * The times of `requests` as a histogram, seconds, each value the upper edge of its step; callers give up after the longest.
 * Parts of a request are kept: what is rare is not lost to rounding.
 */
export function responseTimes(requests: number, station: Station, longestSeconds: number): Sample[] {
  const samples: Sample[] = []
  let over = 1
  for (let step = 0; ; step++) {
    const seconds = Math.min(longestSeconds, 10 ** (shortestDecade + step / stepsPerDecade))
    const isLast = seconds >= longestSeconds
    const left = isLast ? 0 : shareOver(seconds, station)
    const count = requests * (over - left)
    if (count > 1e-9) samples.push({ value: seconds, count })
    if (isLast) return samples
    over = left
  }
}
