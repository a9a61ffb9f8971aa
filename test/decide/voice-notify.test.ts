import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/model/decision.ts'
import type { MetricDatum, SlackMessage, Store } from '../../src/model/ports.ts'
import { type Answer, answered, type FailureCode, refused } from '../../src/model/reading.ts'
import { familyTarget } from '../../src/model/target.ts'
import { notify } from '../../src/voice/notify.ts'

const etl = familyTarget('prod', 'etl')
const ops = { channel: '#ops' }
const posted: Answer<{ ts: string | null }> = answered({ ts: '1795423586.000001' })
const slackSays = (code: FailureCode, retryAfterMs?: number) =>
  refused('slack:chat.postMessage', code, 'some_word', retryAfterMs)

const entry: JournalEntry = {
  id: 'e1',
  target: etl,
  atMs: 1_795_423_586_000,
  room: 'healing',
  outcome: 'done',
  verb: 'run-task',
  about: '1f2e',
  because: { code: 'restart' },
  sentence: 'Task 1f2e ran out of memory.',
  failure: null,
  change: null,
  untilMs: null,
  facts: [],
  tell: true,
}

/** An outbox with one notice, a Slack that answers from a list, and a clock that is moved by hand. */
function outbox(answers: Answer<{ ts: string | null }>[]) {
  const seen: SlackMessage[] = []
  const logged: { message: string; fields: Record<string, unknown> | undefined }[] = []
  const emitted: MetricDatum[] = []
  const notice = {
    attempts: 0,
    dueAtMs: 0,
    end: null as string | null,
    ts: null as string | null,
    why: null as string | null,
  }
  let nowMs = 1_795_423_600_000
  const store: Pick<Store, 'claimNotice' | 'finishNotice'> = {
    async claimNotice(_target, entryId, now, untilMs) {
      if (entryId !== entry.id || notice.end !== null || notice.dueAtMs > now) return answered(null)
      notice.dueAtMs = untilMs
      notice.attempts += 1
      return answered({ entry, attempts: notice.attempts - 1 })
    },
    async finishNotice(_target, _entryId, end) {
      if (end.end === 'retry') notice.dueAtMs = end.atMs
      else notice.end = end.end
      if (end.end === 'sent') notice.ts = end.ts
      if (end.end === 'given-up') notice.why = end.why
      return answered(undefined)
    },
  }
  const log = {
    debug() {},
    info() {},
    warn: (message: string, fields?: Record<string, unknown>) => logged.push({ message, fields }),
    error: (message: string, fields?: Record<string, unknown>) => logged.push({ message, fields }),
  }
  const ports = {
    clock: { now: () => nowMs },
    store,
    slack: {
      async post(message: SlackMessage) {
        seen.push(message)
        return answers.shift() ?? posted
      },
    },
    metrics: { emit: (data: MetricDatum[]) => emitted.push(...data) },
    log,
  }
  return {
    ports,
    notice,
    seen,
    logged,
    emitted,
    send: (slack: { channel: string | null } | null = ops) => notify(ports, 'e1', etl, slack),
    /** Milliseconds until the notice is due again. */
    dueInMs: () => notice.dueAtMs - nowMs,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('a notice', () => {
  it('is posted to the channel of the policy and remembered with its ts', async () => {
    const { send, notice, seen, logged, emitted } = outbox([])
    expect(await send()).toEqual(answered('sent'))
    expect(notice).toMatchObject({ end: 'sent', ts: '1795423586.000001' })
    expect(seen.map(({ channel, text }) => ({ channel, text }))).toEqual([
      {
        channel: '#ops',
        text: '● etl (prod): Longshore ran a stopped task again\nTask 1f2e ran out of memory.',
      },
    ])
    expect([logged, emitted]).toEqual([[], []])
  })

  it('that was sent is not sent again', async () => {
    const { send, seen } = outbox([])
    await send()
    expect(await send()).toEqual(answered('none'))
    expect(seen).toHaveLength(1)
  })

  it('429, then sent: not before Slack allows it', async () => {
    const { send, notice, seen, dueInMs, pass } = outbox([slackSays('throttled', 30_000)])
    expect(await send()).toEqual(answered('retry'))
    expect(dueInMs()).toBe(30_000)
    pass(29_999)
    expect(await send()).toEqual(answered('none'))
    pass(1)
    expect(await send()).toEqual(answered('sent'))
    expect([notice.end, seen.length]).toEqual(['sent', 2])
  })

  it('is claimed by one sender at a time', async () => {
    const { ports, send, seen } = outbox([])
    await ports.store.claimNotice(etl, 'e1', ports.clock.now(), ports.clock.now() + 60_000)
    expect(await send()).toEqual(answered('none'))
    expect(seen).toEqual([])
  })

  it('whose sender dies after posting is posted again once the claim is over, with the same id', async () => {
    const { ports, send, notice, seen, pass } = outbox([])
    const { finishNotice } = ports.store
    ports.store.finishNotice = () => Promise.reject(new Error('killed'))
    await expect(send()).rejects.toThrow('killed')
    ports.store.finishNotice = finishNotice
    pass(59_999)
    expect(await send()).toEqual(answered('none'))
    pass(1)
    expect(await send()).toEqual(answered('sent'))
    expect(notice.end).toBe('sent')
    expect(seen.map(({ blocks }) => JSON.stringify(blocks).includes('id e1'))).toEqual([true, true])
  })

  it('waits for Slack with doubling pauses and is given up after twelve attempts', async () => {
    const { send, notice, dueInMs, pass, logged, emitted } = outbox(
      Array.from({ length: 12 }, () => slackSays('unavailable')),
    )
    const waits: number[] = []
    const ends: unknown[] = []
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      ends.push(await send())
      if (notice.end !== null) break
      waits.push(dueInMs() / 1_000)
      pass(dueInMs())
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300])
    expect(ends.slice(-2)).toEqual([answered('retry'), answered('given-up')])
    expect(notice.why).toBe('slack:chat.postMessage unavailable: some_word, attempt 12')
    expect(logged).toEqual([
      {
        message: 'Slack message given up',
        fields: {
          target: 'family/prod/etl',
          entry: 'e1',
          operation: 'slack:chat.postMessage',
          code: 'unavailable',
          reason: 'some_word',
          attempts: 12,
        },
      },
    ])
    expect(emitted).toEqual([
      {
        name: 'NoticesGivenUp',
        value: 1,
        unit: 'Count',
        dimensions: { code: 'unavailable' },
        properties: { target: 'family/prod/etl', entry: 'e1' },
      },
    ])
    expect(await send()).toEqual(answered('none'))
  })

  it.each<{ name: string; code: FailureCode; retryAfterMs?: number; waits: number[] }>([
    { name: 'throttled without a time', code: 'throttled', waits: [5_000, 10_000] },
    {
      name: 'throttled for less than our own pause',
      code: 'throttled',
      retryAfterMs: 1,
      waits: [5_000, 10_000],
    },
    {
      name: 'throttled for longer than our longest pause',
      code: 'throttled',
      retryAfterMs: 3_600_000,
      waits: [3_600_000, 3_600_000],
    },
    { name: 'an outage with a time', code: 'unavailable', retryAfterMs: 7_000, waits: [7_000, 10_000] },
    { name: 'denied: a person may repair it', code: 'denied', waits: [300_000, 300_000] },
    { name: 'no such channel: a person may repair it', code: 'not-found', waits: [300_000, 300_000] },
    { name: 'a quota', code: 'quota', waits: [300_000, 300_000] },
  ])('waits: $name', async ({ code, retryAfterMs, waits }) => {
    const { send, dueInMs, pass } = outbox([slackSays(code, retryAfterMs), slackSays(code, retryAfterMs)])
    const waited: number[] = []
    for (const _ of waits) {
      await send()
      waited.push(dueInMs())
      pass(dueInMs())
    }
    expect(waited).toEqual(waits)
  })

  it.each<{ code: FailureCode; attempts: number }>([
    { code: 'invalid', attempts: 1 },
    { code: 'denied', attempts: 3 },
    { code: 'not-found', attempts: 3 },
    { code: 'conflict', attempts: 3 },
    { code: 'quota', attempts: 3 },
    { code: 'throttled', attempts: 12 },
  ])('$code is given up after $attempts attempts, told once', async ({ code, attempts }) => {
    const { send, notice, dueInMs, pass, seen, logged, emitted } = outbox(
      Array.from({ length: 20 }, () => slackSays(code)),
    )
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await send()
      pass(Math.max(0, dueInMs()))
    }
    expect([seen.length, notice.end, logged.length, emitted.length]).toEqual([attempts, 'given-up', 1, 1])
  })

  it('without Slack in the policy is given up quietly', async () => {
    const { send, notice, seen, logged, emitted } = outbox([])
    expect(await send(null)).toEqual(answered('given-up'))
    expect(notice).toMatchObject({ end: 'given-up', why: 'no Slack configured' })
    expect([seen, logged, emitted]).toEqual([[], [], []])
  })

  it('that nobody knows is none', async () => {
    const { ports, seen } = outbox([])
    expect(await notify(ports, 'e2', etl, ops)).toEqual(answered('none'))
    expect(seen).toEqual([])
  })

  it('the store fails: the failure is the answer, and nothing is posted without a claim', async () => {
    const down = refused('dynamodb:UpdateItem', 'unavailable', 'no connection')
    const { ports, send, seen } = outbox([])
    ports.store.claimNotice = async () => down
    expect(await send()).toEqual(down)
    expect(seen).toEqual([])
  })

  it('the store fails after the post: the failure is the answer', async () => {
    const down = refused('dynamodb:UpdateItem', 'unavailable', 'no connection')
    const { ports, send, seen } = outbox([])
    ports.store.finishNotice = async () => down
    expect(await send()).toEqual(down)
    expect(seen).toHaveLength(1)
  })
})
