import type { Reading } from '../../model/reading.ts'
import type { SloMemory } from '../../model/slo-memory.ts'
import type { Newest } from '../readings.ts'
import type { SloFigures } from '../reason.ts'
import type { QueueDepth, Series, ServiceTask } from '../signal.ts'

/** What the law of the `slo` trigger is given, and what it answers. */

interface SeenAtAll {
  nowMs: number
  tasks: Reading<ServiceTask[]> | null
  /** Desired count, within the bounds. */
  count: number
  ready: number
  starting: number
  /** Task definition of the primary deployment; null where there is none. */
  revision: string | null
}

export interface RequestsSeen extends SeenAtAll {
  /** Fresh, finite and not negative. */
  newest: Newest
  /** Requests per period. */
  requests: Reading<Series> | undefined
  /** Late requests per period; undefined where no metric counts them. */
  late: Reading<Series> | undefined
  /** Percent of the requests of a period that took the deadline or longer, from the load balancer. */
  latePercent: Reading<Series> | undefined
  /** Average CPU utilisation of the service, percent. */
  cpu: Reading<Series> | undefined
}

export interface QueueSeen extends SeenAtAll {
  /** Visible, in flight and delayed; a whole number from 0 on. */
  messages: number
  depth: Reading<QueueDepth> | undefined
  /** Messages completed per period. */
  deleted: Reading<Series> | undefined
}

export type Sized<M extends SloMemory = SloMemory> = {
  memory: M
  /** How soon another look is worth it; at least 10 s is kept. */
  lookInMs: number
} & (
  | { tasks: number; figures: SloFigures }
  /** Nothing can be said yet: nothing is removed. */
  | { tasks: null; because: 'capacity-unknown' | 'none-ready' }
)
