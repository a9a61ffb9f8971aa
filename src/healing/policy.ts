import { z } from 'zod'
import { minute, second } from '../model/time.ts'
import { backoff } from '../policy/values.ts'

/** `tasks[].heal` of longshore.yml. */

/** Groups of stop causes an owner can name. */
export const restartGroups = ['crash', 'oom', 'spot', 'host', 'start', 'health'] as const
export type RestartGroup = (typeof restartGroups)[number]

export interface HealPolicy {
  restart: {
    on: RestartGroup[]
    /** Restarts of one lineage before giving up. */
    attempts: number
    /** The n-th restart waits first·2ⁿ⁻¹, at most max (Kubernetes CrashLoopBackOff). */
    backoff: { firstMs: number; maxMs: number }
    /** A task that ran that long begins a new lineage at attempt 1. */
    resetAfterMs: number
    /** Also run tasks again that a schedule started. */
    scheduled: boolean
  }
}

export const heal = z.strictObject({
  restart: z.strictObject({
    on: z.array(z.enum(restartGroups)).min(1),
    attempts: z.int().min(1).max(100).default(5),
    backoff: backoff.default({ firstMs: 10 * second, maxMs: 5 * minute }),
    scheduled: z.boolean().default(false),
  }),
})
