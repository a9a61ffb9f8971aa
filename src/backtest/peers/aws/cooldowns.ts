import { second } from '../../../model/time.ts'
import { type Cooling, coolingAt } from '../../../scaling/cooldown.ts'

/** Application Auto Scaling's default for ECS is 300 s both ways. */
export interface CooldownSeconds {
  out: number
  in: number
}

export const defaultCooldowns: CooldownSeconds = { out: 300, in: 300 }

/** What the benchmark's policies are given: nobody who wants to be fast keeps 300 s. */
export const generousCooldowns: CooldownSeconds = { out: 60, in: 300 }

export interface Cooldowns {
  /** The cooldown that runs at `now`, seconds. */
  at(now: number): Cooling | null
  /** A scaling activity from `before` to `after`, applied to `base`. */
  start(before: number, after: number, base: number, now: number): void
}

/** The memory of one service's scaling activities, by the rules that the scaling room follows as well. */
export function cooldowns(seconds: CooldownSeconds): Cooldowns {
  let cooldown: NonNullable<Parameters<typeof coolingAt>[0]['cooldown']> | null = null
  return {
    at: now => coolingAt({ cooldown, lastWrite: null }, now * second),
    start(before, after, base, now) {
      const direction = after > before ? 'out' : 'in'
      const startedAtMs = now * second
      const endsAtMs = startedAtMs + seconds[direction] * second
      cooldown = { direction, startedAtMs, endsAtMs, baseCount: base }
    },
  }
}
