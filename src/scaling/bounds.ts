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

/** The bounds that hold now, and the schedules they come from where it is not the rule itself. */
export interface Bounds {
  min: number
  max: number
  floorBy: string | null
  ceilingBy: string | null
}

/** A count outside the bounds goes to the nearer one at once, unless a deployment in progress or a pause keeps it. */
export function intoBounds(
  count: number,
  { min, max, floorBy, ceilingBy }: Bounds,
  { scale: { pause, whileDeploying }, deploying }: { scale: ScalePolicy; deploying: boolean },
): Stage {
  const stays = (wanted: number, trigger: string | null, note: string | null): Stage => ({
    count,
    because:
      note === null
        ? { code: 'deployment-in-progress', trigger, wanted, desired: count }
        : { code: 'paused-direction', trigger, wanted, direction: wanted > count ? 'out' : 'in', note },
  })
  if (count < min) {
    if (pause.out !== null) return stays(min, floorBy, pause.out)
    if (deploying && whileDeploying === 'freeze') return stays(min, floorBy, null)
    const because: ScalingReason =
      floorBy === null
        ? { code: 'below-min', desired: count, min }
        : { code: 'schedule-floor', trigger: floorBy, desired: count, min }
    return { count: min, because }
  }
  if (count <= max) return { count, because: null }
  if (pause.in !== null) return stays(max, ceilingBy, pause.in)
  if (deploying && whileDeploying !== 'normal') return stays(max, ceilingBy, null)
  const because: ScalingReason =
    ceilingBy === null
      ? { code: 'above-max', desired: count, max }
      : { code: 'schedule-ceiling', trigger: ceilingBy, desired: count, max }
  return { count: max, because }
}
