import { randomBytes } from 'node:crypto'
import type { Ids } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'

/** Nine characters of time in base 36, then 80 random bits in hex: sorts by time, never repeats. */
export const randomIds = (clock: Clock): Ids => ({
  next: () => clock.now().toString(36).padStart(9, '0') + randomBytes(10).toString('hex'),
})

/** For marks (model/mark.ts): nobody else's are comparable with those made with it. */
export const randomKey = (): Buffer => randomBytes(32)
