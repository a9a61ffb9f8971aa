import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Parameters } from '../../src/adapters/ssm.ts'
import type { Clock } from '../../src/model/time.ts'
import { minute } from '../../src/model/time.ts'
import { failureCode } from './wire-answers.ts'

/** Parameters under test, and the account that keeps them. */
export interface ParametersHarness {
  parameters(clock: Clock): Parameters
  /** A SecureString. */
  put(name: string, value: string): void | Promise<void>
  /** How often SSM was asked. */
  calls(): number
  close(): Promise<void>
}

/** What `Parameters` keeps, wherever the secrets are. */
export function parametersContract(name: string, makeParameters: () => Promise<ParametersHarness>): void {
  describe(`parameters: ${name}`, () => {
    let harness: ParametersHarness
    let nowMs = 0
    beforeEach(async () => {
      nowMs = 1_795_423_560_000
      harness = await makeParameters()
    })
    afterEach(() => harness.close())

    const parameters = () => harness.parameters({ now: () => nowMs })

    test('reads a secret decrypted', async () => {
      await harness.put('/longshore/slack', 'xoxb-first')
      expect(await parameters().get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-first' })
    })

    test('asks once in five minutes, and then again', async () => {
      await harness.put('/longshore/slack', 'xoxb-first')
      const { get } = parameters()
      await get('/longshore/slack')
      await harness.put('/longshore/slack', 'xoxb-second')
      nowMs += 5 * minute - 1
      expect(await get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-first' })
      expect(harness.calls()).toBe(1)
      nowMs += 1
      expect(await get('/longshore/slack')).toEqual({ ok: true, value: 'xoxb-second' })
      expect(harness.calls()).toBe(2)
    })

    test('a missing parameter is not found, and is asked for again', async () => {
      const { get } = parameters()
      expect(await get('/longshore/none')).toMatchObject({
        ok: false,
        failure: { operation: 'ssm:GetParameter', code: 'not-found' },
      })
      await harness.put('/longshore/none', 'there')
      expect(await get('/longshore/none')).toEqual({ ok: true, value: 'there' })
    })

    test('two names are two secrets', async () => {
      await harness.put('/longshore/slack', 'xoxb-first')
      await harness.put('/longshore/other', 'other')
      const { get } = parameters()
      await get('/longshore/slack')
      expect(await get('/longshore/other')).toEqual({ ok: true, value: 'other' })
      expect(failureCode(await get('/longshore/none'))).toBe('not-found')
    })
  })
}
