/** Names with `*`, which stands for any run of characters, also none. */

export const isLiteral = (pattern: string): boolean => !pattern.includes('*')

/**
 * Whether the pattern matches the whole text. Linear but for the last `*`, so that no pattern can stall a worker.
 *
 * With another pattern as the text, it tells whether everything that one matches is matched by this one too:
 * only a `*` can match its `*`.
 */
export function matches(pattern: string, text: string): boolean {
  let [p, t] = [0, 0]
  let star = -1
  let taken = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      taken = t
    } else if (pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++taken
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Whether everything that the one matches is matched by the other too. */
export const covers = (wide: string, narrow: string): boolean =>
  wide === narrow || (!isLiteral(wide) && matches(wide, narrow))
