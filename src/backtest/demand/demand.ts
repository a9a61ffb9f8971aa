import type { History } from '../history/history.ts'
import { interpolateRates } from './interpolation.ts'
import { type Smoothing, smoothed, smoothingOf } from './smoothing.ts'

/** What comes to the service that is replayed: the true rate of each second, known to nobody but the optimum. */
export interface Demand {
  name: string
  kind: 'web' | 'queue'
  /** Requests or messages per second, one value for each second of the history. */
  rates: Float64Array
  /** Requests or messages that one task serves a second. */
  capacityPerTask: number
  deadlineSeconds: number
  /** Requests of the replay for one unit of the history; 1: literal. */
  scale: number
  smoothing: Smoothing
}

export interface DemandOptions {
  /** What one task of a web service serves a second. Default 50. */
  taskRate?: number
  /** `poisson` (default): takes the noise of counting out of what is rescaled; `none`: leaves it. */
  smooth?: 'poisson' | 'none'
}

/** Web is rescaled so that a task serves `taskRate` requests a second; a queue is replayed literally, one unit = one message. */
export function demandOf(
  history: History,
  { taskRate = 50, smooth = 'poisson' }: DemandOptions = {},
): Demand {
  const { name, kind, values, intervalSeconds, capacityPerTask, deadlineSeconds } = history
  const scale = kind === 'web' ? taskRate / capacityPerTask : 1
  const found = smoothingOf(values, intervalSeconds)
  const smoothing = { ...found, window: kind === 'web' && smooth === 'poisson' ? found.window : 1 }
  const rates = interpolateRates(smoothed(values, smoothing.window), intervalSeconds)
  if (scale !== 1) for (let at = 0; at < rates.length; at++) rates[at] = (rates[at] as number) * scale
  return {
    name,
    kind,
    rates,
    capacityPerTask: kind === 'web' ? taskRate : capacityPerTask,
    deadlineSeconds,
    scale,
    smoothing,
  }
}
