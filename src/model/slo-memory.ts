/** What the `slo` trigger has learned of one service. It lives in the target's state item, so it stays below 2 kB. */
export type SloMemory = SloRequestsMemory | SloQueueMemory

interface Learned {
  /** Requests or messages per second that one task serves; null = not known yet. */
  capacityPerSecond: number | null
  /** Discounted sums of the least squares behind it: throughput x utilisation, utilisation squared. */
  fit?: [product: number, square: number]
  /** Task definition it was learned from: of another one little of it is believed. */
  revision?: string
  /** End of the newest period that was used, epoch ms; 0 = none. */
  seenUntilMs: number
  /** Seconds from launch to ready of the newest tasks, oldest first. */
  starts?: number[]
  /** Tasks that were starting at the last look: the beginnings of their ids. */
  starting?: string[]
}

export interface SloRequestsMemory extends Learned {
  kind: 'requests'
  /** Counts needed, newest last, for the hold before a scale-in. */
  most: Mark[]
  /** What the newest period needed. */
  need?: number
  /** Natural logarithm of what a late request may cost, and the end of the newest period in which late ones were counted. */
  price?: { ln: number; untilMs: number }
  /** Usual age of the newest period when it is first seen, milliseconds. */
  delayMs?: number
  forecast?: ForecastMemory
}

export interface SloQueueMemory extends Learned {
  kind: 'queue'
  /** Looks, oldest first: seconds since the epoch, messages that came until then, messages that were there. */
  came?: [atSeconds: number, total: number, messages: number][]
  /** Tasks that start, the oldest first: since when, seconds since the epoch, and how many. */
  launched?: [atSeconds: number, tasks: number][]
  /** How long the last task stays idle, and which of its departures was the last to be judged by what came after: seconds since the epoch. */
  lastTask?: { keptSeconds: number; judgedAt: number }
  /** Busy tasks, the most of that time. */
  busiest?: Mark[]
  /** Tasks that worked at the last look, those that were to stop among them. */
  working?: number
  /** Desired count, and since when, seconds since the epoch. */
  changed?: readonly [atSeconds: number, count: number]
}

/** A count and when it was asked for, epoch ms. */
export type Mark = [atMs: number, tasks: number]

/** Everything in requests per second, logarithms of quotients of them, or tasks. The lists' order is that of `scaling/slo`. */
export interface ForecastMemory {
  periodSeconds: number
  /** Exponentially smoothed rates, and pairs of Brown's double smoothing. */
  levels: number[]
  trends: number[]
  /** End of the newest period with load, or of the first there was, seconds since the epoch. */
  loadedUntil: number
  /** The newest rates with the end of their periods, seconds since the epoch, oldest first. */
  recent: [endSeconds: number, perSecond: number][]
  /** Forecasts whose hour has not come: end of the period, location, scale, and the distance of each expert from the location in 1/10,000. */
  pending: number[][]
  /** Of each expert: mean of the logarithm of truth / forecast, and how far off it was, discounted. */
  bias: number[]
  misses: number[]
  /** Standardised residuals of the location: a histogram, discounted. */
  bins: number[]
  /** Mean absolute residual, over minutes and over hours. */
  scales: [fast: number, slow: number]
  regression: RegressionMemory
  jumps: JumpsMemory
  /** Weight of the next observation in misses, in bins, and in regression and jumps: it grows instead of the old ones shrinking. */
  weights: [misses: number, bins: number, long: number]
}

/** Normal equations, discounted: the lower triangle of the products of the features row by row, and their products with the target. */
export interface RegressionMemory {
  products: number[]
  targets: number[]
}

export interface JumpsMemory {
  /** Rate of the last hours, exponentially smoothed; null before the first. */
  level: number | null
  /** Probability that the load at the horizon is drawn anew, 0 to 1. */
  share: number
  /** Logarithm of load / level: a histogram, discounted. */
  bins: number[]
}
