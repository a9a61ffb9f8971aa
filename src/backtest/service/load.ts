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
  steps: Steps
}

/** Seconds, or parts of seconds where one second's chance would be large beside what the deadline holds. */
export interface Steps {
  perSecond: number
  /** Requests that came before each step: one more entry than steps. */
  arrived: Float64Array
  /** Of the service in each step: a standard normal number. */
  serviceNoise: Float32Array
  /** How deep the backlog dips within each step: an exponential number of mean 1. */
  dipNoise: Float32Array
}

export function drawLoad(demand: Demand, seed: number, stepsPerSecond = stepsFor(demand)): Load {
  const seconds = demand.rates.length
  const steps = drawSteps(demand, seed, stepsPerSecond)
  const perSecond = (_: number, at: number): number => steps.arrived[at * stepsPerSecond] as number
  const arrived = stepsPerSecond === 1 ? steps.arrived : new Float64Array(seconds + 1).map(perSecond)
  return { demand, seed, seconds, arrived, steps }
}

function drawSteps({ rates }: Demand, seed: number, perSecond: number): Steps {
  const length = rates.length * perSecond
  const arrivals = createDraws(seed, 1)
  const service = createDraws(seed, 2)
  const dips = createDraws(seed, 3)
  const arrived = new Float64Array(length + 1)
  const serviceNoise = new Float32Array(length)
  const dipNoise = new Float32Array(length)
  for (let at = 0; at < length; at++) {
    const mean = (rates[Math.floor(at / perSecond)] as number) / perSecond
    arrived[at + 1] = (arrived[at] as number) + poisson(mean, arrivals)
    serviceNoise[at] = service.normal()
    dipNoise[at] = dips.exponential()
  }
  return { perSecond, arrived, serviceNoise, dipNoise }
}

/** Room for a sixth of a gigabyte. */
const mostSteps = 1e7

/**
 * The noise of a step, √(2λ/m), is to be at most a fifth of the requests that wait when the first is late, λD; and a step no longer
 * than the deadline.
 */
export function stepsFor({ rates, deadlineSeconds }: Pick<Demand, 'rates' | 'deadlineSeconds'>): number {
  const mean = meanRate(rates)
  const wanted = Math.max(1 / deadlineSeconds, 50 / (mean * deadlineSeconds ** 2))
  return Math.max(1, Math.min(Math.ceil(wanted), 20, Math.floor(mostSteps / rates.length)))
}

export const meanRate = (rates: Float64Array): number =>
  rates.reduce((sum, rate) => sum + rate, 0) / rates.length
