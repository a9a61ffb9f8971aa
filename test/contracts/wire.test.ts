import { createServer } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { AwsSettings } from '../../src/adapters/settings.ts'
import { openOnLoopback } from '../../src/world/loopback.ts'
import type { Wire, WireOptions } from '../../src/world/wire.ts'
import { createAccount } from './wire-account.ts'
import { adaptersAt, bareWire } from './wire-harness.ts'

let wire: Wire | undefined
afterEach(async () => {
  await wire?.close()
  wire = undefined
})

describe('what happens on the way', () => {
  /** Lists tasks while the line does `faults` in turn, then behaves; tells how often it was asked. */
  const listWith = async (
    faults: ReturnType<NonNullable<WireOptions['fault']>>[],
    more: Partial<AwsSettings> = {},
  ) => {
    const account = createAccount()
    account.addCluster('prod')
    let calls = 0
    wire = await bareWire({ ports: account.ports, fault: () => faults[calls++] ?? null })
    const answer = await adaptersAt(wire.endpoint, more).ecs.listTasks('prod', {})
    return { answer, calls }
  }
  const throttle = { status: 400, type: 'ThrottlingException', message: 'Rate exceeded' }
  const failed = (code: string) => ({ ok: false, failure: { operation: 'ecs:ListTasks', code } })

  test('two throttles: the third attempt succeeds', async () => {
    expect(await listWith([throttle, throttle])).toEqual({ answer: { ok: true, value: [] }, calls: 3 })
  })

  test('three throttles: throttled, and no fourth attempt', async () => {
    const { answer, calls } = await listWith([throttle, throttle, throttle])
    expect(answer).toMatchObject(failed('throttled'))
    expect(calls).toBe(3)
  })

  test('what cannot succeed is not tried again', async () => {
    const { answer, calls } = await listWith([
      { status: 400, type: 'AccessDeniedException', message: 'User is not authorized.' },
    ])
    expect(answer).toMatchObject(failed('denied'))
    expect(calls).toBe(1)
  })

  test('no answer in time: unavailable', async () => {
    const { answer, calls } = await listWith(['hang'], { maxAttempts: 1, requestTimeoutMs: 30 })
    expect(answer).toMatchObject(failed('unavailable'))
    expect(calls).toBe(1)
  })

  test('an answer that stays away once is asked for again', async () => {
    const { answer, calls } = await listWith(['hang'], { requestTimeoutMs: 30 })
    expect([answer, calls]).toEqual([{ ok: true, value: [] }, 2])
  })

  test('a line that is cut: unavailable', async () => {
    const { answer } = await listWith(['reset', 'reset', 'reset'])
    expect(answer).toMatchObject(failed('unavailable'))
  })

  test('an error of AWS: unavailable', async () => {
    const serverError = { status: 500, type: 'ServerException', message: 'Service Unavailable' }
    const { answer, calls } = await listWith([serverError, serverError, serverError])
    expect(answer).toMatchObject(failed('unavailable'))
    expect(calls).toBe(3)
  })

  test('how long to wait is passed on', async () => {
    const { answer } = await listWith([{ ...throttle, retryAfterSeconds: 7 }], { maxAttempts: 1 })
    expect(answer).toMatchObject({ ok: false, failure: { code: 'throttled', retryAfterMs: 7_000 } })
  })

  test('nobody listens: unavailable', async () => {
    wire = await bareWire({})
    const { ecs } = adaptersAt(wire.endpoint)
    await wire.close()
    expect(await ecs.listTasks('prod', {})).toMatchObject(failed('unavailable'))
  })

  test.each([
    { status: 502, why: 'a broken proxy' },
    { status: 200, why: 'a captive portal' },
  ])('a page instead of an answer, from $why: unavailable', async ({ status }) => {
    const proxy = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Hello</html>')
    })
    const { endpoint, close } = await openOnLoopback(proxy)
    const answer = await adaptersAt(endpoint, { maxAttempts: 1 }).ecs.listTasks('prod', {})
    await close()
    expect(answer).toMatchObject(failed('unavailable'))
  })
})

test('closing ends what still waits for an answer', async () => {
  let asked: () => void = () => {}
  const waits = new Promise<void>(resolve => {
    asked = resolve
  })
  const closing = await bareWire({
    fault: () => {
      asked()
      return 'hang'
    },
  })
  const request = fetch(closing.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
  })
  const ended = expect(request).rejects.toThrow()
  await waits
  await closing.close()
  await ended
})
