/** What stands under test in a backtest: Longshore and each of its peers look at the same service and answer a desired count. */

export interface Autoscaler {
  /** `slo`, `target-tracking`, `target-tracking-20s`, `step`, `hpa`, `keda`, `predictive`, `static`. */
  name: string
  /** The one knob and its value, as people write it: `late 0.1%`, `target 70%`. */
  setting: string
  /** First look, whole seconds from the start of the history. */
  firstLook: number
  look(course: Course): { desired: number; nextLook: number }
}

/**
 * What can be known about the service at one instant. Sums are indexed by whole seconds: index t holds the total over [0, t), valid for
 * 0 ≤ t ≤ `now`, so that a mean over a window is a difference of two. Nothing beyond `now` may be read.
 */
export interface Course {
  /** Whole seconds since the start of the history. */
  readonly now: number
  readonly desired: number
  /** Tasks that serve. */
  readonly ready: number
  /** Tasks that were launched and do not serve yet. */
  readonly starting: number
  /** Requests or messages that wait for service, and those in service. */
  readonly waiting: number
  readonly inService: number
  /** Age of the oldest that waits; 0 when none waits. */
  readonly oldestWaitSeconds: number
  /** Requests that came. */
  readonly arrived: Float64Array
  /** Requests whose service was completed. */
  readonly served: Float64Array
  /** Requests that began their service, or were dropped, later than the deadline; counted at that moment. */
  readonly late: Float64Array
  /** Seconds in which tasks could serve, and those in which they did: their quotient is the CPU utilisation of the service. */
  readonly readyTaskSeconds: Float64Array
  readonly busyTaskSeconds: Float64Array
  readonly service: ServiceFacts
}

/** What is known about the service beforehand. */
export interface ServiceFacts {
  /** `web`: short deadline, what waits too long is dropped; `queue`: waits, never dropped. */
  kind: 'web' | 'queue'
  /** Requests a second that one task serves when it is never idle. */
  capacityPerTask: number
  /** Longest wait from arrival to start of service that is not late. */
  deadlineSeconds: number
  /** Launch to serving, p95: what an operator could know. */
  startSeconds: number
  /** End of service to end of bill. */
  drainSeconds: number
  /** Bounds of the desired count. */
  min: number
  max: number
  signals: SignalClass
}

/** Every metric has a value for each period, known `delaySeconds` after the period's end. */
export interface SignalClass {
  periodSeconds: number
  delaySeconds: number
}

/** The newest period whose value is known: its end, seconds. Its value is `sum[end] - sum[end - periodSeconds]`. May be 0 or less in the beginning. */
export const newestPeriodEnd = (now: number, { periodSeconds, delaySeconds }: SignalClass): number =>
  Math.floor((now - delaySeconds) / periodSeconds) * periodSeconds
