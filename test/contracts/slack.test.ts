import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SlackOptions, slackAdapter } from '../../src/adapters/slack.ts'
import type { JournalEntry } from '../../src/model/decision.ts'
import { answered, refused } from '../../src/model/reading.ts'
import { familyTarget } from '../../src/model/target.ts'
import { slackMessage } from '../../src/voice/message.ts'
import { type SlackStand, sayHello, slackContract } from './slack.contract.ts'
import { botToken, openSlackDouble, type Scripted, type SlackDouble } from './slack-double.ts'

/** 23 November 2026, 08:46:26 UTC. */
const clock = { now: () => 1_795_423_586_000 }

const kinds = ['token', 'webhook'] as const
type Kind = (typeof kinds)[number]

const adapterFor = (double: SlackDouble, kind: Kind, change: Partial<SlackOptions> = {}) =>
  slackAdapter({
    kind,
    clock,
    baseUrl: double.baseUrl,
    secret: async () => answered(kind === 'token' ? botToken : double.webhookUrl),
    ...change,
  })

for (const kind of kinds)
  slackContract(`production adapter, ${kind}`, async (): Promise<SlackStand> => {
    const double = await openSlackDouble()
    const faults: Record<Parameters<SlackStand['next']>[0], Scripted> = {
      'throttled for 30 s': { status: 429, headers: { 'retry-after': '30' }, body: 'ratelimited' },
      outage: { status: 503, body: '<html>Service Unavailable</html>' },
      'unknown channel':
        kind === 'token'
          ? { status: 200, body: '{"ok":false,"error":"channel_not_found"}' }
          : { status: 404, body: 'channel_not_found' },
    }
    return {
      slack: adapterFor(double, kind),
      tellsTs: kind === 'token',
      arrived: () => double.accepted.map(({ text }) => String(text)),
      next: fault => double.next(faults[fault]),
      close: double.close,
    }
  })

describe('the production adapter', () => {
  let double: SlackDouble
  beforeAll(async () => {
    double = await openSlackDouble()
  })
  afterAll(() => double.close())
  beforeEach(() => {
    double.accepted.length = 0
  })

  it('sends the message as it is, with unfurling off; the channel only with a token', async () => {
    await adapterFor(double, 'token').post(sayHello)
    await adapterFor(double, 'webhook').post({ ...sayHello, channel: null })
    const { channel, ...rest } = { ...sayHello, unfurl_links: false, unfurl_media: false }
    expect(double.accepted).toEqual([{ ...rest, channel }, rest])
  })

  it('Slack takes the longest message that the voice can write', async () => {
    const long = '<&🚢'.repeat(5_000)
    const entry: JournalEntry = {
      id: 'e1',
      target: familyTarget('c'.repeat(255), 'f'.repeat(255)),
      atMs: clock.now(),
      room: 'healing',
      outcome: 'failed',
      verb: 'run-task',
      about: null,
      because: { code: 'restart' },
      sentence: long,
      failure: long,
      change: null,
      untilMs: null,
      facts: Array.from({ length: 12 }, () => ({ label: 'Reason', value: long })),
      tell: true,
    }
    expect(await adapterFor(double, 'token').post(slackMessage(entry, { channel: '#ops' }))).toEqual({
      ok: true,
      value: { ts: '1795423586.000001' },
    })
  })

  it.each<{ name: string; kind: Kind; answer: Scripted; code: string; message: string }>([
    ...[
      { word: 'ratelimited', code: 'throttled' },
      { word: 'internal_error', code: 'unavailable' },
      { word: 'fatal_error', code: 'unavailable' },
      { word: 'invalid_auth', code: 'denied' },
      { word: 'not_authed', code: 'denied' },
      { word: 'token_revoked', code: 'denied' },
      { word: 'missing_scope', code: 'denied' },
      { word: 'no_permission', code: 'denied' },
      { word: 'not_in_channel', code: 'denied' },
      { word: 'is_archived', code: 'denied' },
      { word: 'channel_not_found', code: 'not-found' },
      { word: 'message_limit_exceeded', code: 'quota' },
      { word: 'invalid_blocks', code: 'invalid' },
      { word: 'msg_blocks_too_long', code: 'invalid' },
      { word: 'some_word_of_tomorrow', code: 'invalid' },
    ].map(({ word, code }) => ({
      name: `the word ${word}`,
      kind: 'token' as const,
      answer: { status: 200, body: JSON.stringify({ ok: false, error: word }) },
      code,
      message: word,
    })),
    {
      name: 'a word with an honest status',
      kind: 'token',
      answer: { status: 403, body: '{"ok":false,"error":"not_allowed_token_type"}' },
      code: 'denied',
      message: 'not_allowed_token_type (HTTP 403)',
    },
    {
      name: 'no word',
      kind: 'token',
      answer: { status: 200, body: '{"ok":false}' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'JSON that is no object',
      kind: 'token',
      answer: { status: 200, body: '[true]' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'a page of HTML under 200',
      kind: 'token',
      answer: { status: 200, body: '<html>log in to the hotel network</html>' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'an empty answer',
      kind: 'token',
      answer: { status: 200, body: '' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'an empty answer',
      kind: 'webhook',
      answer: { status: 200, body: '' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'a page of HTML under 200',
      kind: 'webhook',
      answer: { status: 200, body: '<html>ok</html>' },
      code: 'unavailable',
      message: 'HTTP 200',
    },
    {
      name: 'a page of HTML under 502',
      kind: 'webhook',
      answer: { status: 502, body: '<html>Bad Gateway</html>' },
      code: 'unavailable',
      message: 'HTTP 502',
    },
    {
      name: 'a body that is refused',
      kind: 'webhook',
      answer: { status: 400, body: 'invalid_payload' },
      code: 'invalid',
      message: 'invalid_payload (HTTP 400)',
    },
    {
      name: 'a forbidden post',
      kind: 'webhook',
      answer: { status: 403, body: 'action_prohibited' },
      code: 'denied',
      message: 'action_prohibited (HTTP 403)',
    },
    {
      name: 'a webhook that was removed',
      kind: 'webhook',
      answer: { status: 404, body: 'no_service' },
      code: 'not-found',
      message: 'no_service (HTTP 404)',
    },
    {
      name: 'a webhook that is gone without a word',
      kind: 'webhook',
      answer: { status: 410, body: '' },
      code: 'not-found',
      message: 'HTTP 410',
    },
    {
      name: 'an archived channel',
      kind: 'webhook',
      answer: { status: 410, body: 'channel_is_archived' },
      code: 'denied',
      message: 'channel_is_archived (HTTP 410)',
    },
    {
      name: 'a redirect is not followed',
      kind: 'webhook',
      answer: { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' },
      code: 'invalid',
      message: 'HTTP 302',
    },
  ])('$kind, $name: $code', async ({ kind, answer, code, message }) => {
    double.next(answer)
    expect(await adapterFor(double, kind).post(sayHello)).toEqual({
      ok: false,
      failure: {
        operation: kind === 'token' ? 'slack:chat.postMessage' : 'slack:webhook',
        code,
        message,
      },
    })
  })

  it.each<{ name: string; header: string; waitMs: number | undefined }>([
    { name: 'seconds', header: '30', waitMs: 30_000 },
    { name: 'zero', header: '0', waitMs: 0 },
    { name: 'parts of a second', header: '1.2', waitMs: 1_200 },
    { name: 'an HTTP date', header: 'Mon, 23 Nov 2026 08:47:26 GMT', waitMs: 60_000 },
    { name: 'an HTTP date that is over', header: 'Mon, 23 Nov 2026 08:45:00 GMT', waitMs: 0 },
    { name: 'a negative number', header: '-5', waitMs: undefined },
    { name: 'words', header: 'soon', waitMs: undefined },
    { name: 'nothing', header: '', waitMs: undefined },
    { name: 'a number without end', header: '9'.repeat(400), waitMs: undefined },
  ])('Retry-After, $name', async ({ header, waitMs }) => {
    double.next({
      status: 429,
      headers: { 'retry-after': header },
      body: '{"ok":false,"error":"ratelimited"}',
    })
    expect(await adapterFor(double, 'token').post(sayHello)).toEqual({
      ok: false,
      failure: {
        operation: 'slack:chat.postMessage',
        code: 'throttled',
        message: 'ratelimited (HTTP 429)',
        ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
      },
    })
  })

  it('429 without Retry-After is throttled all the same', async () => {
    double.next({ status: 429, body: '' })
    const posted = await adapterFor(double, 'webhook').post(sayHello)
    expect(posted).toEqual({
      ok: false,
      failure: { operation: 'slack:webhook', code: 'throttled', message: 'HTTP 429' },
    })
  })

  it.each(['hang', 'hang in the body'] as const)(
    '%s: unavailable after the time limit',
    { timeout: 1_000 },
    async hang => {
      double.next(hang)
      expect(await adapterFor(double, 'token', { timeoutMs: 30 }).post(sayHello)).toEqual({
        ok: false,
        failure: { operation: 'slack:chat.postMessage', code: 'unavailable', message: 'no answer in time' },
      })
    },
  )

  it('nobody listens: unavailable', async () => {
    const gone = await openSlackDouble()
    await gone.close()
    expect(await adapterFor(gone, 'token').post(sayHello)).toEqual({
      ok: false,
      failure: { operation: 'slack:chat.postMessage', code: 'unavailable', message: 'connection failed' },
    })
  })

  it('an unreadable secret is answered as it is, and nothing is sent', async () => {
    const failure = refused('ssm:GetParameter', 'not-found', 'no parameter /longshore/slack')
    expect(await adapterFor(double, 'token', { secret: async () => failure }).post(sayHello)).toEqual(failure)
    expect(double.accepted).toEqual([])
  })

  it('a token with a line end behind it is used without', async () => {
    const slack = adapterFor(double, 'token', { secret: async () => answered(`${botToken}\n`) })
    expect(await slack.post(sayHello)).toMatchObject({ ok: true })
  })

  it.each([
    { baseUrl: 'https://slack-gov.com/api', url: 'https://slack-gov.com/api/chat.postMessage' },
    {
      baseUrl: 'https://proxy.internal/slack/api/',
      url: 'https://proxy.internal/slack/api/chat.postMessage',
    },
  ])('another face of the Web API: $baseUrl', async ({ baseUrl, url }) => {
    const asked: string[] = []
    const slack = adapterFor(double, 'token', {
      baseUrl,
      fetch: async to => {
        asked.push(String(to))
        return new Response('{"ok":true,"ts":"1.1"}')
      },
    })
    expect(await slack.post(sayHello)).toEqual({ ok: true, value: { ts: '1.1' } })
    expect(asked).toEqual([url])
  })

  it.each(['http://slack.com/api', 'slack.com/api', 'https://me@slack.com/api', ''])(
    'the token is not sent to %j',
    async baseUrl => {
      const asked: string[] = []
      const slack = adapterFor(double, 'token', {
        baseUrl,
        fetch: async to => {
          asked.push(String(to))
          return new Response('{"ok":true,"ts":"1.1"}')
        },
      })
      expect(await slack.post(sayHello)).toMatchObject({
        ok: false,
        failure: { code: 'denied', message: 'the URL of the Web API must be https://…, without a user name' },
      })
      expect(asked).toEqual([])
    },
  )

  it.each<{ name: string; kind: Kind; secret: string; message: string }>([
    {
      name: 'a line end inside',
      kind: 'token',
      secret: 'xoxb-canary\nxoxb',
      message: 'the parameter holds no bot token',
    },
    { name: 'nothing', kind: 'token', secret: ' ', message: 'the parameter holds no bot token' },
    {
      name: 'a token instead of a URL',
      kind: 'webhook',
      secret: 'xoxb-canary',
      message: 'the parameter holds no webhook URL (https://…)',
    },
    {
      name: 'http to a foreign host',
      kind: 'webhook',
      secret: 'http://hooks.example/canary',
      message: 'the parameter holds no webhook URL (https://…)',
    },
    {
      name: 'a URL with a user name',
      kind: 'webhook',
      secret: 'https://canary@hooks.example/x',
      message: 'the webhook URL must not hold a user name or a password',
    },
  ])('a secret that can be none is denied: $kind, $name', async ({ kind, secret, message }) => {
    const slack = adapterFor(double, kind, { secret: async () => answered(secret) })
    expect(await slack.post(sayHello)).toMatchObject({ ok: false, failure: { code: 'denied', message } })
    expect(double.accepted).toEqual([])
  })

  it.each(kinds)('no failure quotes the secret: %s', async kind => {
    const said: string[] = []
    const answers: (Scripted | Error)[] = [
      { status: 403, body: `denied for ${botToken}` },
      { status: 500, body: double.webhookUrl },
      { status: 200, body: JSON.stringify({ ok: false, error: botToken }) },
      new TypeError(`Headers.append: "Bearer ${botToken}" is an invalid header value, ${double.webhookUrl}`),
    ]
    for (const answer of answers) {
      const slack = adapterFor(double, kind, {
        fetch: async () => {
          if (answer instanceof Error) throw answer
          return new Response(answer.body, { status: answer.status })
        },
      })
      said.push(JSON.stringify(await slack.post(sayHello)))
    }
    expect(said).toHaveLength(4)
    expect(said.join('\n')).not.toContain('canary')
    expect(said.every(each => each.startsWith('{"ok":false'))).toBe(true)
  })
})
