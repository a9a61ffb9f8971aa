/**
 * How likely a request is late, from what comes and what can be served: the tasks serve a common queue (least outstanding requests), and
 * the backlog is a reflected Brownian motion, the heavy-traffic limit of the queue with many requests per second.
 */

/**
 * Share of the requests that wait longer than the deadline at the end of `seconds`, when nobody waited at their beginning; 0 to 1. With drift g = capacity -
 * load and variance s² = load + capacity (Poisson arrivals, exponential service), for the work x = capacity x deadline:
 *   P(Q > x) = Φ̄((x + g t) / (s √t)) + exp(-2 g x / s²) Φ̄((x - g t) / (s √t))
 * (Harrison, Brownian Motion and Stochastic Flow Systems, 1985, 1.8). For t → ∞ and g > 0 it is the tail of Erlang C,
 * exp(-g x deadline): slack is additive, not a share of the load. A short overload makes nobody late.
 */
export function lateProbability(
  load: number,
  capacity: number,
  deadlineSeconds: number,
  seconds: number,
): number {
  if (!(capacity > 0)) return load > 0 ? 1 : 0
  const spare = capacity - load
  const variance = load + capacity
  const work = capacity * deadlineSeconds
  const deviation = Math.sqrt(variance * seconds)
  const again = (work - spare * seconds) / deviation
  const reflected =
    again > 7 ? 0 : Math.exp(Math.min(50, (-2 * spare * work) / variance)) * upperNormalTail(again)
  return Math.min(1, upperNormalTail((work + spare * seconds) / deviation) + reflected)
}

/** P(Z > x) of the standard normal, absolute error below 7.5e-8 (Abramowitz and Stegun 26.2.17). */
export function upperNormalTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    0.3989422804014327 *
    Math.exp((-x * x) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? tail : 1 - tail
}
