import type { Ids } from '../model/ports.ts'
import type { Clock } from '../model/time.ts'

/** Time in base 36, then a counter: sortable, and the same in every run. */
export function createIds(clock: Clock): Ids {
  let counter = 0
  return {
    next: () => `${clock.now().toString(36).padStart(9, '0')}${(counter++).toString(36).padStart(5, '0')}`,
  }
}
