/** Takes out what looks like a secret. Texts from outside (stop reasons, names in refusals) pass here before they are kept or told. */

export const redacted = '[redacted]'

const secretKey =
  '(?:[\\w-]*[_-])?(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key)'

/** In order. `$1` keeps what leads to the secret. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, redacted],
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${redacted}@`],
  [/(hooks\.slack\.com\/[a-z]+\/)[\w/-]+/gi, `$1${redacted}`],
  // Signed URLs carry their right in the query.
  [/([?&](?:x-amz-[a-z-]+|signature|sig|token|key)=)[^&\s"']+/gi, `$1${redacted}`],
  [/\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${redacted}`],
  // AWS access keys, Slack, GitHub and OpenAI-style tokens, JSON web tokens.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, redacted],
  [/\bxox[a-z]-[\w-]{8,}/g, redacted],
  [/\b(?:gh[opsru]_|github_pat_|sk-)\w{16,}/g, redacted],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, redacted],
  [new RegExp(`(--?${secretKey}(?:\\s+|=))[^\\s"']+`, 'gi'), `$1${redacted}`],
  // key=value and key: value, but not `:secret:` inside an ARN and not `secret: SomeException: …`.
  [
    new RegExp(
      `((?<![:\\w.-])${secretKey}["']?\\s*[=:]\\s*["']?)(?!\\w*(?:exception|error)\\b)(?!\\[redacted)[^\\s"',;]+`,
      'gi',
    ),
    `$1${redacted}`,
  ],
]

export const redact = (text: string): string =>
  rules.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text)

/** One line without secrets, at most `max` characters. */
export function tellable(text: string, max: number): string {
  const line = redact(text).replace(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}
