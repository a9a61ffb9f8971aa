import type { Slack, SlackMessage } from '../model/ports.ts'
import { type Answer, answered, refused } from '../model/reading.ts'
import type { Clock } from '../model/time.ts'
import { parseAnswer, refusalOf } from './slack-refusal.ts'

/** Slack by HTTPS: chat.postMessage with a bot token, or an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */

export interface SlackOptions {
  /** What `secret` answers: a bot token (`xoxb-…`), or the webhook's whole URL. */
  kind: 'token' | 'webhook'
  /** Asked before every post, so that a rotated secret is found; caching is the reader's business. */
  secret: () => Promise<Answer<string>>
  clock: Clock
  fetch?: typeof fetch
  /** Of the Web API. Default `https://slack.com/api`; GovSlack has another. Without TLS only on loopback. */
  baseUrl?: string
  /** For the whole answer, body included. Default 3 s. */
  timeoutMs?: number
}

/** No failure carries the secret or what `fetch` says of it (it quotes bad header values and URLs). */
export function slackAdapter(options: SlackOptions): Slack {
  const operation = options.kind === 'token' ? 'slack:chat.postMessage' : 'slack:webhook'
  return {
    async post(message) {
      const secret = await options.secret()
      if (!secret.ok) return secret
      const request =
        options.kind === 'token'
          ? tokenRequest(secret.value.trim(), message, options.baseUrl ?? 'https://slack.com/api')
          : webhookRequest(secret.value.trim(), message)
      if (typeof request === 'string') return refused(operation, 'denied', request)
      return send(operation, options, request)
    },
  }
}

interface Request {
  url: string
  headers: Record<string, string>
  body: string
}

/** A sentence when the secret cannot be one. */
function tokenRequest(token: string, message: SlackMessage, baseUrl: string): Request | string {
  if (!/^[\x21-\x7e]+$/.test(token)) return 'the parameter holds no bot token'
  const url = URL.parse(`${baseUrl.replace(/\/$/, '')}/chat.postMessage`)
  if (!url || !isPrivate(url) || hasUser(url))
    return 'the URL of the Web API must be https://…, without a user name'
  return {
    url: url.href,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ channel: message.channel, ...content(message) }),
  }
}

function webhookRequest(secret: string, message: SlackMessage): Request | string {
  const url = URL.parse(secret)
  if (!url || !isPrivate(url)) return 'the parameter holds no webhook URL (https://…)'
  if (hasUser(url)) return 'the webhook URL must not hold a user name or a password'
  return { url: url.href, headers: {}, body: JSON.stringify(content(message)) }
}

/** What is sent there is read by nobody on the way. */
const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))

const hasUser = ({ username, password }: URL): boolean => username !== '' || password !== ''

const content = ({ text, blocks }: SlackMessage) => ({
  text,
  blocks,
  unfurl_links: false,
  unfurl_media: false,
})

async function send(
  operation: string,
  options: SlackOptions,
  { url, headers, body }: Request,
): Promise<Answer<{ ts: string | null }>> {
  let response: Response
  let answer: string
  try {
    response = await (options.fetch ?? fetch)(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body,
      // A redirected POST loses its body or leads elsewhere: neither is Slack's answer.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? 3_000),
    })
    answer = await response.text()
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return refused(operation, 'unavailable', timedOut ? 'no answer in time' : 'connection failed')
  }
  if (response.status === 200) {
    const posted = options.kind === 'webhook' ? webhookAnswer(answer) : tokenAnswer(answer)
    if (posted) return answered(posted)
  }
  const { code, message, retryAfterMs } = refusalOf(response, answer, options.clock.now())
  return refused(operation, code, message, retryAfterMs)
}

/** A webhook answers the word `ok` and no `ts`: such a message can never be updated. */
const webhookAnswer = (body: string): { ts: null } | null => (body.trim() === 'ok' ? { ts: null } : null)

function tokenAnswer(body: string): { ts: string | null } | null {
  const json = parseAnswer(body)
  if (json?.ok !== true) return null
  return { ts: typeof json.ts === 'string' ? json.ts : null }
}
