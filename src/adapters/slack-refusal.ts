import type { FailureCode } from '../model/reading.ts'
import { parseTimestamp, second } from '../model/time.ts'

/** Why Slack did not take a message, from its error word, else from the HTTP status. Never more of the body than that word. */

export interface Refusal {
  code: FailureCode
  message: string
  retryAfterMs?: number
}

/** What chat.postMessage and webhooks answer (https://docs.slack.dev/reference/methods/chat.postMessage); words that are not here are `invalid`. */
const codeOfWord: Record<string, FailureCode> = {
  ratelimited: 'throttled',
  rate_limited: 'throttled',
  message_limit_exceeded: 'quota',
  fatal_error: 'unavailable',
  internal_error: 'unavailable',
  request_timeout: 'unavailable',
  rollup_error: 'unavailable',
  service_unavailable: 'unavailable',
  team_added_to_org: 'unavailable',
  access_denied: 'denied',
  accesslimited: 'denied',
  account_inactive: 'denied',
  action_prohibited: 'denied',
  channel_is_archived: 'denied',
  ekm_access_denied: 'denied',
  enterprise_is_restricted: 'denied',
  invalid_auth: 'denied',
  invalid_token: 'denied',
  is_archived: 'denied',
  missing_scope: 'denied',
  no_permission: 'denied',
  not_allowed_token_type: 'denied',
  not_authed: 'denied',
  not_in_channel: 'denied',
  org_login_required: 'denied',
  posting_to_general_channel_denied: 'denied',
  restricted_action: 'denied',
  team_access_not_granted: 'denied',
  token_expired: 'denied',
  token_revoked: 'denied',
  two_factor_setup_required: 'denied',
  channel_not_found: 'not-found',
  no_active_hooks: 'not-found',
  no_service: 'not-found',
  no_service_id: 'not-found',
  no_team: 'not-found',
  team_not_found: 'not-found',
  user_not_found: 'not-found',
}

/** `nowMs`: a Retry-After may be a date. */
export function refusalOf(response: Response, body: string, nowMs: number): Refusal {
  const word = errorWord(body)
  const known = word === null ? undefined : codeOfWord[word]
  const status = `HTTP ${response.status}`
  const message = word === null ? status : response.status === 200 ? word : `${word} (${status})`
  const code = response.status === 429 ? 'throttled' : (known ?? codeOfStatus(response.status, word))
  const retryAfterMs =
    code === 'throttled' || code === 'unavailable' ? retryAfter(response, nowMs) : undefined
  return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** 200 without a word is a page of somebody in between, or an empty answer: whether the message arrived is not known. */
function codeOfStatus(status: number, word: string | null): FailureCode {
  if (status >= 500 || status === 408) return 'unavailable'
  if (status === 200) return word === null ? 'unavailable' : 'invalid'
  if (status === 401 || status === 403) return 'denied'
  if (status === 404 || status === 410) return 'not-found'
  return 'invalid'
}

/** `{"ok":false,"error":"WORD"}` of the Web API, or the bare word of a webhook; null for anything else, such as a page of HTML. */
function errorWord(body: string): string | null {
  const json = parseAnswer(body)
  const word = json ? json.error : body.trim()
  return typeof word === 'string' && word !== 'ok' && /^[a-z][a-z_]{1,60}$/.test(word) ? word : null
}

/** The JSON object of an answer, or null when it is none. */
export function parseAnswer(body: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null
  } catch {
    return null
  }
}

/** Retry-After in seconds or as an HTTP date, never negative; undefined when it is absent or neither. */
function retryAfter(response: Response, nowMs: number): number | undefined {
  const header = response.headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * second)
  const atMs = /^[A-Z][a-z]{2}/.test(header) ? parseTimestamp(header) : null
  return atMs === null ? undefined : Math.max(0, atMs - nowMs)
}
