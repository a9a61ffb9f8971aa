import { singleLine } from './single-line.ts'

/**
 * Takes out what looks like a secret, and values that are known to be possible ones. Texts from outside (stop reasons, what AWS
 * answered, names in refusals) pass here before they are kept or told.
 */

export const redacted = '[redacted]'

const secretWord =
  '(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key)'

/** In order. `$1` keeps what leads to the secret. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi, `$1${redacted}@`],
  // A password with a slash or an @ in it is not escaped as it should be, and is one all the same.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:]+:(?!\d+\/)\S*@/gi, `$1${redacted}@`],
  [/(hooks\.slack\.com\/[a-z]+\/)[\w/-]+/gi, `$1${redacted}`],
  // Signed URLs carry their right in the query.
  [/([?&](?:x-amz-[a-z-]+|signature|sig|token|key)=)[^&\s"']+/gi, `$1${redacted}`],
  [/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${redacted}`],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?!(?:bearer|basic)\b)[^\s"',;]{8,}/gi, `$1${redacted}`],
  // Access keys of AWS and Google, tokens of Slack, GitHub, GitLab, npm, Stripe, OpenAI and SendGrid, JSON web tokens (also cut off).
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}/g, redacted],
  [/\bAIza[\w-]{30,}/g, redacted],
  [/(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w.-]{8,}/g, redacted],
  [/(?:gh[opsru]_|github_pat_|glpat-|npm_|[spr]k_(?:live|test)_|\bsk-|\bSG\.)[\w.-]{16,}/g, redacted],
  [/eyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)*/g, redacted],
  // The bound keeps a text of nothing but `-a-a-a…` from taking forever.
  [
    new RegExp(`((?<![\\w-])--?(?:[\\w-]{0,60}[_-])?${secretWord}(?:\\s+|=)["']?)[^\\s"']+`, 'gi'),
    `$1${redacted}`,
  ],
  // key=value and key: value, but not `:secret:` inside an ARN and not `secret: SomeException: …`.
  [
    new RegExp(
      `(${secretWord}["']?\\s*(?:=|(?<!:${secretWord}["']?\\s*):)\\s*["']?)(?!\\w*(?:exception|error)\\b)(?!\\[redacted)[^\\s"',;]+`,
      'gi',
    ),
    `$1${redacted}`,
  ],
]

/** `known`: values that must not be told, such as those of a task's overrides; they are taken out wherever they stand. */
export const redact = (text: string, known: readonly string[] = []): string =>
  rules.reduce(
    (kept, [pattern, replacement]) => kept.replace(pattern, replacement),
    withoutKnown(text, known),
  )

const nameOfSecret = new RegExp(
  `${secretWord}|credential|dsn|_auth|auth_|_key$|_pass$|salt|signature|webhook`,
  'i',
)

/** The name of a variable that is meant for a secret. */
export const namesSecret = (name: string): boolean => nameOfSecret.test(name)

/** A cut-off end shorter than this could be any word. */
const cutOffMin = 6

function withoutKnown(text: string, known: readonly string[]): string {
  // Longest first: a short one may be a part of a long one.
  const spellings = [...new Set(known.flatMap(spellingsOf))].sort((a, b) => b.length - a.length)
  const kept = spellings.reduce((rest, value) => rest.replaceAll(value, redacted), text)
  const end = kept.replace(/[\s.…"')\]]{1,9}$/, '')
  for (const value of spellings) {
    const from = startOfCutOff(end, value)
    if (from >= 0) return `${kept.slice(0, from)}${redacted}`
  }
  return kept
}

/** Where a value begins that the end of the text has cut off; -1 where none does. */
function startOfCutOff(text: string, value: string): number {
  const head = value.slice(0, cutOffMin)
  if (head.length < cutOffMin) return -1
  let at = text.indexOf(head)
  while (at >= 0 && !value.startsWith(text.slice(at))) at = text.indexOf(head, at + 1)
  return at
}

/** As it is, and as it stands in JSON, in Go's quotes and in a URL. */
const spellingsOf = (value: string): string[] =>
  value.trim() === '' ? [] : [value, value.trim(), JSON.stringify(value).slice(1, -1), urlSpelling(value)]

/** Half a surrogate pair has no spelling in a URL. */
const urlSpelling = (value: string): string =>
  encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\u{fffd}'))

/** One line without secrets, at most `max` characters. What lies far behind the cut is not read. */
export function tellable(text: string, max: number): string {
  const line = singleLine(redact(text.slice(0, 8 * max)))
  return line.length > max ? `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : line
}
