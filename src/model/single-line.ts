/**
 * One line without what could break out of it: line ends, control characters (terminal escapes), characters that turn
 * the reading direction round, and half surrogate pairs, which no JSON reader has to accept.
 */
export const singleLine = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\u{fffd}')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
