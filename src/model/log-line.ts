import { redact, redacted, tellable } from './redaction.ts'

/** Lines that a container wrote, made safe to tell: nobody knows what an application writes when it dies. */

/** Characters of one line that are told. */
export const lineMax = 180

// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal begins with one.
const terminalCodes = /\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g

const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const keyEnds = /-----END [A-Z ]*PRIVATE KEY-----/

/** Long enough for a key or a token. An id with hyphens, a path and a word are none. */
const runs = /(?<![A-Za-z0-9])[A-Za-z0-9+/_-]{24,}={0,2}/g
const ids = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Nobody but its owner can tell a token from a checksum: what looks like either is taken out here, as it is in no other text.
 * Digits beside letters of both cases, or a run without a separator.
 */
function isToken(run: string): boolean {
  if (ids.test(run) || !/\d/.test(run) || !/[A-Za-z]/.test(run)) return false
  if (/[a-z]/.test(run) && /[A-Z]/.test(run)) return !/^(?:[A-Za-z]+[/_-])+[A-Za-z]*\d{0,3}$/.test(run)
  return /[A-Za-z0-9]{24,}/.test(run)
}

/** In order, without what is empty. `known`: values that must not be told, wherever they stand. */
export function tellableLines(lines: readonly string[], known: readonly string[] = []): string[] {
  let isInKey = false
  const told = lines.map(line => {
    // Its end may lie in the line where it begins, and its beginning before the first line.
    const isKey = isInKey || keyBegins.test(line) || keyEnds.test(line)
    isInKey = isKey && !keyEnds.test(line)
    return isKey ? redacted : tellableLine(line, known)
  })
  return told.filter((line, index) => line !== '' && (line !== redacted || told[index - 1] !== redacted))
}

function tellableLine(line: string, known: readonly string[]): string {
  const plain = redact(line.slice(0, 8 * lineMax).replace(terminalCodes, ''), known)
  return tellable(
    plain.replace(runs, run => (isToken(run) ? redacted : run)),
    lineMax,
  )
}
