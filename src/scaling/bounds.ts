import type { ScalingMemory } from '../model/memory.ts'
import type { Service } from '../model/service.ts'
import { minute } from '../model/time.ts'
import type { ScalePolicy } from './policy.ts'
import type { ScalingReason } from './reason.ts'

/** A count on its way to the decision, and why it is that; null when the stage had nothing to say. */
export interface Stage {
  count: number
  because: ScalingReason | null
}

/** DescribeServices is eventually consistent: for so long our own last write is believed over it. */
export const writeVisibleAfterMs = minute

export const isRecent = (write: ScalingMemory['lastWrite'], nowMs: number): write is LastWrite =>
  write !== null && Math.abs(nowMs - write.atMs) < writeVisibleAfterMs
type LastWrite = NonNullable<ScalingMemory['lastWrite']>

/** The count that holds at present: the described one, or our own newer one while ECS still shows one from before it. */
export function presentCount(service: Service, { lastWrite }: ScalingMemory, nowMs: number): Stage {
  const described = service.desiredCount
  if (!isRecent(lastWrite, nowMs)) return { count: described, because: null }
  const { desiredCount: written, replaced, atMs } = lastWrite
  // A count that is neither is somebody else's write, and newer than ours.
  if (described === written || !replaced.includes(described)) return { count: described, because: null }
  const ageMs = Math.max(0, nowMs - atMs)
  return { count: written, because: { code: 'recent-write-not-visible', written, described, ageMs } }
}

export const clamp = (count: number, { min, max }: Pick<ScalePolicy, 'min' | 'max'>): number =>
  Math.min(Math.max(count, min), max)

/** A count outside the owner's bounds goes to the nearer one, up at once, down unless a deployment is in progress. */
export function intoBounds(count: number, scale: ScalePolicy, deploying: boolean): Stage {
  const { min, max } = scale
  if (count < min) return { count: min, because: { code: 'below-min', desired: count, min } }
  if (count <= max) return { count, because: null }
  if (deploying)
    return {
      count,
      because: { code: 'deployment-in-progress', alarm: null, wanted: max, desired: count },
    }
  return { count: max, because: { code: 'above-max', desired: count, max } }
}
