import { second } from '../model/time.ts'
import type { Weather } from './weather.ts'

/** What will become of one invocation: drawn before it begins. Calls are counted from 1; null = never. */
export interface Fate {
  killAt: number | null
  moment: 'before' | 'after'
  freezeAt: number | null
  freezeMs: number
  /** Credentials do not outlive it. */
  expires: boolean
  /** The call at which the clock steps, and how far off it is from then on. */
  stepAt: number | null
  stepToMs: number
  isSlow: boolean
  latencyMs: number
}

export const fairFate: Fate = {
  killAt: null,
  moment: 'before',
  freezeAt: null,
  freezeMs: 0,
  expires: false,
  stepAt: null,
  stepToMs: 0,
  isSlow: false,
  latencyMs: 0,
}

export function drawFate(weather: Weather): Fate {
  const isKilled = weather.strikes('crash')
  const isFrozen = weather.strikes('freeze')
  const isSlow = weather.isIn('overlap') && weather.between('overlap', 0, 2) > 0
  const steps = weather.isIn('skew') && weather.between('skew', 0, 3) === 0
  if (!isKilled && !isFrozen && !isSlow && !steps) return fairFate
  return {
    killAt: isKilled ? weather.between('crash', 1, 24) : null,
    moment: isKilled && weather.between('crash', 0, 1) === 0 ? 'before' : 'after',
    freezeAt: isFrozen ? weather.between('freeze', 1, 20) : null,
    freezeMs: isFrozen ? weather.between('freeze', 5, 120) * second : 0,
    expires: isFrozen && weather.between('freeze', 0, 2) === 0,
    stepAt: steps ? weather.between('skew', 1, 15) : null,
    stepToMs: steps ? weather.between('skew', -5_000, 5_000) : 0,
    isSlow,
    latencyMs: isSlow ? weather.between('overlap', 20, 2_000) : 0,
  }
}
