import { distance } from 'fastest-levenshtein'

const letters = (word: string): string => [...word].sort().join('')

/**
 * The candidate that was most likely meant, or null when none is near: at most two edits, or a third of a long word.
 * Swapped letters (`mni`) beat other mistakes of the same distance, then the earlier candidate wins.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const written = word.toLowerCase()
  const reach = Math.max(2, Math.floor(written.length / 3))
  let best: { candidate: string; score: number } | null = null
  for (const candidate of candidates) {
    const edits = distance(written, candidate.toLowerCase())
    // As many edits as letters is another word, not a typo.
    if (edits > reach || edits >= Math.max(written.length, candidate.length)) continue
    const score = edits - (letters(written) === letters(candidate.toLowerCase()) ? 0.5 : 0)
    if (best === null || score < best.score) best = { candidate, score }
  }
  return best?.candidate ?? null
}

/** `a`, `a or b`, `a, b or c`. */
export const oneOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
