import type { Memory } from '../model/memory.ts'
import type { MetricDatum } from '../model/ports.ts'
import type { Explained } from './rooms.ts'

/** What one look at a target came to. */
export interface Plan {
  explained: Explained[]
  /** After looking, before anything is done. */
  memory: Memory
  /** Evidence dealt with for good, with the reason code. */
  settled: { key: string; resolution: string }[]
  nextLookAtMs: number | null
  metrics: MetricDatum[]
}

export const soonest = (...times: (number | null)[]): number | null => {
  const known = times.filter(time => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}
