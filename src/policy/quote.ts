import { redact } from '../model/redaction.ts'

/** How a piece of the owner's file is shown in a sentence: short, on one line, and never a secret. */

const longest = 60

/** No sentence shows more; a bound, because a value may be as long as its file. */
const readMost = 1_000

/** Slack tokens (`xoxb-…`, `xapp-…`) and incoming webhooks (https://docs.slack.dev/authentication/tokens). */
const slackSecret = /(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w.-]+|(?:https?:\/\/)?hooks\.slack(?:-gov)?\.com\S*/gi

export const holdsSecret = (text: string): boolean => text.search(slackSecret) >= 0

/** Secrets and characters that would move a terminal's cursor are taken out. */
export const printable = (text: string): string =>
  redact(text.slice(0, readMost).replace(slackSecret, '(secret)')).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    '?',
  )

/** `"prod"`, `5`, `true`, `a list`, `a mapping`, `nothing`. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value !== 'string') return String(value)
  const text = printable(value)
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text)
}
