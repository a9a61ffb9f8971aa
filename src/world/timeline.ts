import type { Clock } from '../model/time.ts'

/** Virtual time: what happens, in order of time; at the same instant in the order in which it was planned. */
export interface Timeline {
  clock: Clock
  /** Plans `run` for `atMs`, or for now when that is past. The answer unplans it. */
  at(atMs: number, run: () => void): Cancel
  after(delayMs: number, run: () => void): Cancel
  /** When the next thing is planned; null when nothing is. */
  nextAtMs(): number | null
  /** Runs everything planned up to and including `atMs`, then stands at `atMs`. Never goes back. */
  runUntil(atMs: number): void
}

export type Cancel = () => void

interface Entry {
  atMs: number
  run: () => void
}

/** More than this at one instant is a loop of the world's own, not a busy account. */
const runsAtOneInstantMax = 100_000

export function createTimeline(startAtMs: number): Timeline {
  let nowMs = startAtMs
  // Latest first, so that the next one is popped from the end.
  const entries: Entry[] = []

  const insert = (entry: Entry): void => {
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = entries[middle]
      // A later plan for the same instant runs later, so it stands further to the front.
      if (other && other.atMs > entry.atMs) low = middle + 1
      else high = middle
    }
    entries.splice(low, 0, entry)
  }

  const at = (atMs: number, run: () => void): Cancel => {
    if (!Number.isFinite(atMs)) throw new Error(`no instant: ${atMs}`)
    const entry = { atMs: Math.max(atMs, nowMs), run }
    insert(entry)
    return () => {
      const index = entries.indexOf(entry)
      if (index >= 0) entries.splice(index, 1)
    }
  }

  const runUntil = (atMs: number): void => {
    let runs = 0
    for (let next = entries.at(-1); next && next.atMs <= atMs; next = entries.at(-1)) {
      entries.pop()
      runs = next.atMs === nowMs ? runs + 1 : 0
      if (runs > runsAtOneInstantMax) throw new Error(`the world does not come to rest at ${nowMs}`)
      nowMs = next.atMs
      next.run()
    }
    nowMs = Math.max(nowMs, atMs)
  }

  return {
    clock: { now: () => nowMs },
    at,
    after: (delayMs, run) => at(nowMs + delayMs, run),
    nextAtMs: () => entries.at(-1)?.atMs ?? null,
    runUntil,
  }
}
