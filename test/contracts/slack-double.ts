import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { openOnLoopback } from '../../src/world/loopback.ts'

/**
 * The two doors of Slack that Longshore knocks at, on loopback, as strict as the original where it matters
 * (https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 */

export const botToken = 'xoxb-1234-canary-token'
const webhookPath = '/services/T01/B01/canary-path'

export interface Scripted {
  status: number
  headers?: Record<string, string>
  body: string
}

export interface SlackDouble {
  /** Of the Web API. */
  baseUrl: string
  webhookUrl: string
  /** Bodies that were accepted, in order. */
  accepted: Record<string, unknown>[]
  /** Bodies of the answers, in order. */
  answers: string[]
  /** How the next request is answered, whatever it says; `hang` never answers. */
  next(answer: Scripted | 'hang' | 'hang in the body'): void
  close(): Promise<void>
}

export async function openSlackDouble(): Promise<SlackDouble> {
  const accepted: Record<string, unknown>[] = []
  const answers: string[] = []
  const script: (Scripted | 'hang' | 'hang in the body')[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const scripted = script.shift()
    if (scripted === 'hang') return
    if (scripted === 'hang in the body') {
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"ok":')
      return
    }
    const answered = scripted ?? judged(request, body, accepted)
    answers.push(answered.body)
    answer(response, answered)
  })
  const { endpoint: origin, close } = await openOnLoopback(server)
  return {
    baseUrl: `${origin}/api`,
    webhookUrl: `${origin}${webhookPath}`,
    accepted,
    answers,
    next: scripted => script.push(scripted),
    close,
  }
}

const answer = (response: ServerResponse, { status, headers = {}, body }: Scripted) =>
  response.writeHead(status, headers).end(body)

/** Slack's own verdict on a request. */
function judged(request: IncomingMessage, body: string, accepted: Record<string, unknown>[]): Scripted {
  const isApi = request.url === '/api/chat.postMessage'
  const refuse = (word: string, status: number): Scripted =>
    isApi ? { status: 200, body: JSON.stringify({ ok: false, error: word }) } : { status, body: word }
  if (!isApi && request.url !== webhookPath) return refuse('no_service', 404)
  if (request.method !== 'POST') return refuse('invalid_post_type', 405)
  if (isApi && request.headers.authorization === undefined) return refuse('not_authed', 401)
  if (isApi && request.headers.authorization !== `Bearer ${botToken}`) return refuse('invalid_auth', 401)
  if (!/^application\/json; charset=utf-8$/.test(request.headers['content-type'] ?? ''))
    return refuse('invalid_payload', 400)
  const message = JSON.parse(body) as Record<string, unknown>
  if (isApi ? message.channel !== '#ops' : 'channel' in message) return refuse('channel_not_found', 404)
  if (typeof message.text !== 'string' || message.text === '') return refuse('no_text', 400)
  if (message.text.length > 40_000) return refuse('msg_too_long', 400)
  const blocks = message.blocks as Block[]
  const texts = blocks.flatMap(block =>
    [block.text, ...(block.elements ?? [])].flatMap(text => text?.text ?? []),
  )
  if (blocks.length > 50 || texts.some(text => text === '' || text.length > 3_000))
    return refuse('invalid_blocks', 400)
  if (texts.join('').length > 13_200) return refuse('msg_blocks_too_long', 400)
  if (message.unfurl_links !== false || message.unfurl_media !== false) return refuse('unfurled', 400)
  accepted.push(message)
  if (!isApi) return { status: 200, headers: { 'content-type': 'text/html' }, body: 'ok' }
  const ts = `1795423586.${String(accepted.length).padStart(6, '0')}`
  return { status: 200, body: JSON.stringify({ ok: true, channel: 'C012AB3CD', ts, message: {} }) }
}

interface Block {
  text?: { text: string }
  elements?: { text: string }[]
}
