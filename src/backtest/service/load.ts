import type { Demand } from '../demand/demand.ts'
import { createDraws } from './draws.ts'
import { poisson } from './poisson.ts'

/** What chance makes of a demand: drawn once, the same for every autoscaler (common random numbers). */
export interface Load {
  demand: Demand
  seed: number
  /** Whole seconds. */
  seconds: number
  /** Requests that came in [0, t), index t: one more entry than seconds. */
  arrived: Float64Array
  /** Of the service in each second: a standard normal number. */
  serviceNoise: Float32Array
  /** How deep the backlog dips within each second: an exponential number of mean 1. */
  dipNoise: Float32Array
}

export function drawLoad(demand: Demand, seed: number): Load {
  const seconds = demand.rates.length
  const arrivals = createDraws(seed, 1)
  const service = createDraws(seed, 2)
  const dips = createDraws(seed, 3)
  const arrived = new Float64Array(seconds + 1)
  const serviceNoise = new Float32Array(seconds)
  const dipNoise = new Float32Array(seconds)
  for (let at = 0; at < seconds; at++) {
    arrived[at + 1] = (arrived[at] as number) + poisson(demand.rates[at] as number, arrivals)
    serviceNoise[at] = service.normal()
    dipNoise[at] = dips.exponential()
  }
  return { demand, seed, seconds, arrived, serviceNoise, dipNoise }
}
