import type { Memory } from '../model/memory.ts'
import type { MetricDatum } from '../model/ports.ts'
import type { TargetState } from '../model/state.ts'
import type { Explained } from './rooms.ts'

/** What of the state a look starts from. */
export type LookState = Pick<TargetState, 'inbox' | 'memory'>

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

/** What is empty is not kept. */
export const filled = <K extends string, T extends object>(key: K, value: T): { [key in K]?: T } =>
  Object.keys(value).length > 0 ? ({ [key]: value } as { [key in K]: T }) : {}
