import type { Course } from '../autoscaler.ts'

type Writable<T> = { -readonly [key in keyof T]: T[key] }

/** The sums of a run, kept second by second. One ledger serves many runs, one after the other. */
export interface Ledger {
  served: Float64Array
  late: Float64Array
  /** Served or given up. */
  gone: Float64Array
  readyTaskSeconds: Float64Array
  busyTaskSeconds: Float64Array
}

export function createLedger(seconds: number): Ledger {
  const sums = (): Float64Array => new Float64Array(seconds + 1)
  return {
    served: sums(),
    late: sums(),
    gone: sums(),
    readyTaskSeconds: sums(),
    busyTaskSeconds: sums(),
  }
}

/** The one course of a run: its numbers change from look to look. */
export type MovingCourse = Writable<Course>
