/** Work that arrived at a service, interval by interval, without gaps. */
export interface History {
  name: string
  /** `web`: short deadline, what waits too long is dropped; `queue`: waits, never dropped. */
  kind: 'web' | 'queue'
  /** Whole seconds, at least 1. */
  intervalSeconds: number
  /** Work that arrived in each interval, at least 0. */
  values: Float64Array
  /** Units of work that one task serves a second. */
  capacityPerTask: number
  /** Longest wait from arrival to start of service that is not late. */
  deadlineSeconds: number
  /** `HTTP requests`; `requests` or `messages` where the file does not say. */
  unit: string
  /** Epoch milliseconds of the first interval's begin, where it is known. */
  startAtMs: number | null
}

/** 1-based line of the file, as editors count; null for the file as a whole. */
export interface Finding {
  line: number | null
  sentence: string
}

export type ReadHistory =
  | { ok: true; history: History; mended: Finding[] }
  | { ok: false; problems: Finding[] }
