import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createParameters } from '../../src/adapters/ssm.ts'
import { minute } from '../../src/model/time.ts'
import type { Wire } from '../../src/world/wire.ts'
import { answerProblems } from './schema-check.ts'
import { failureCode } from './wire-answers.ts'
import { bareWire } from './wire-harness.ts'

describe('parameters through the wire', () => {
  const kept = new Map<string, string>()
  let wire: Wire
  let calls = 0
  let nowMs = 0
  const problems: string[] = []
  beforeEach(async () => {
    kept.clear()
    kept.set('/longshore/slack', 'xoxb-first')
    calls = 0
    nowMs = 1_795_423_560_000
    wire = await bareWire({
      parameters: kept,
      onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
      fault: () => {
        calls++
        return null
      },
    })
  })
  afterEach(async () => {
    await wire.close()
    expect(problems).toEqual([])
  })

  const parameters = () =>
    createParameters(
      {
        region: 'eu-west-1',
        endpoint: wire.endpoint,
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
        maxAttempts: 1,
      },
      { now: () => nowMs },
    )

  test('reads a secret decrypted', async () => {
    expect(await parameters().get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-first' })
  })

  test('asks once in five minutes, and then again', async () => {
    const { get } = parameters()
    await get('/longshore/slack')
    kept.set('/longshore/slack', 'xoxb-second')
    nowMs += 5 * minute - 1
    expect(await get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-first' })
    expect(calls).toBe(1)
    nowMs += 1
    expect(await get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-second' })
    expect(calls).toBe(2)
  })

  test('a missing parameter is not found, and is asked for again', async () => {
    const { get } = parameters()
    expect(await get('/longshore/none')).toEqual({
      ok: false,
      failure: {
        operation: 'ssm:GetParameter',
        code: 'not-found',
        message: 'Parameter /longshore/none not found.',
      },
    })
    kept.set('/longshore/none', 'there')
    expect(await get('/longshore/none')).toEqual({ ok: true, value: 'there' })
  })

  test('two names are two secrets', async () => {
    kept.set('/longshore/other', 'other')
    const { get } = parameters()
    await get('/longshore/slack')
    expect(await get('/longshore/other')).toEqual({ ok: true, value: 'other' })
    expect(failureCode(await get('/longshore/none'))).toBe('not-found')
  })
})
