import type { Finding } from './history.ts'

/** Findings of one kind become one sentence: the first in full, with its line, and how many there are. */
export interface Findings {
  add(kind: string, finding: Finding): void
  countOf(kind: string): number
  list(): Finding[]
}

export function createFindings(): Findings {
  const kinds = new Map<string, { first: Finding; count: number }>()
  return {
    add(kind, finding) {
      const known = kinds.get(kind)
      if (!known) kinds.set(kind, { first: finding, count: 1 })
      else {
        known.count++
        if ((finding.line ?? 0) < (known.first.line ?? 0)) known.first = finding
      }
    },
    countOf: kind => kinds.get(kind)?.count ?? 0,
    list: () =>
      [...kinds.values()]
        .map(({ first, count }) => ({ line: first.line, sentence: first.sentence + more(count - 1) }))
        .sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  }
}

const more = (count: number): string => (count === 0 ? '' : ` ${count + 1} such in all.`)
