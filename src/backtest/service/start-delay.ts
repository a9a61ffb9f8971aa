import type { StartDelay } from './conditions.ts'
import { createDraws } from './draws.ts'

/** z of the 95th percentile. */
const z95 = 1.6448536269514722

/** Whole seconds from launch decision to serving, one after the other; the same sequence for every run of a seed. */
export function createStarts(start: StartDelay, seed: number): () => number {
  if (start.kind === 'fixed') return () => start.seconds
  const draws = createDraws(seed, 0x57a7)
  const spread = spreadOf(start)
  return () => Math.max(1, Math.round(start.medianSeconds * Math.exp(spread * draws.normal())))
}

/** Mean, seconds: what the optimum reckons with. */
export const meanStart = (start: StartDelay): number =>
  start.kind === 'fixed' ? start.seconds : start.medianSeconds * Math.exp(spreadOf(start) ** 2 / 2)

const spreadOf = ({ medianSeconds, p95Seconds }: Extract<StartDelay, { kind: 'lognormal' }>): number =>
  Math.log(p95Seconds / medianSeconds) / z95
