/** What the `slo` trigger has learned of one service. Small: it lives in the target's state item. */
export type SloMemory =
  | {
      kind: 'requests'
      /** Requests per second that one task serves; null = not known yet. */
      capacityPerSecond: number | null
      /** End of the newest period that was used, epoch ms; 0 = none. */
      seenUntilMs: number
      /** Counts asked for, newest last, for the hold before a scale-in. */
      most: Mark[]
    }
  | {
      kind: 'queue'
      /** Messages per second that one task completes; null = not known yet. */
      capacityPerSecond: number | null
      seenUntilMs: number
    }

/** A count and when it was asked for, epoch ms. */
export type Mark = [atMs: number, tasks: number]
