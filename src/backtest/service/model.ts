import type { Conditions } from './conditions.ts'
import type { Fleet } from './fleet.ts'
import type { Ledger, MovingCourse } from './ledger.ts'
import type { Load } from './load.ts'
import type { WaitHistogram } from './wait-histogram.ts'

/** How requests meet tasks: the backlog second by second, or every request. */
export interface ServiceModel {
  /** Plays whole seconds in which no task is launched, becomes ready or stops. */
  advance(from: number, to: number): void
  /** Writes what waits at this instant. */
  show(course: MovingCourse): void
  /** Requests that still wait at the end, longer than the deadline. */
  lateAtEnd(): number
  /** Bills tasks that were to stop and still serve. */
  billAtEnd?: () => void
  /** A task became ready, or is to stop; for models that know tasks one by one. */
  onReady?: (launchedAt: number, now: number) => void
  onStop?: (launchedAt: number, now: number) => void
}

export interface ModelParts {
  load: Load
  conditions: Conditions
  ledger: Ledger
  waits: WaitHistogram
  fleet: () => Fleet
}

export type CreateModel = (parts: ModelParts) => ServiceModel
