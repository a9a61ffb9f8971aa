import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failureCode, told } from './wire-answers.ts'
import type { Harness } from './wire-harness.ts'

const stream = { group: '/ecs/shop', stream: 'api/app/0123', region: 'eu-west-1' }

/** What every implementation of the port Logs keeps. */
export function logsContract(name: string, makePorts: () => Promise<Harness>): void {
  describe(`logs: ${name}`, () => {
    let harness: Harness
    beforeEach(async () => {
      harness = await makePorts()
    })
    afterEach(() => harness.close())

    const lines = async (limit: number) => told(await harness.ports.logs.lastLines(stream, limit))

    test('the newest lines, oldest first', async () => {
      await harness.account.writeLog(stream.group, stream.stream, ['one', 'two', 'three', 'four'])
      expect(await lines(3)).toEqual(['two', 'three', 'four'])
      expect(await lines(9)).toEqual(['one', 'two', 'three', 'four'])
    })

    test('as they were written, on the stream that was asked for', async () => {
      await harness.account.writeLog(stream.group, stream.stream, ['  Error: “no”\tway  '])
      await harness.account.writeLog(stream.group, 'api/app/4567', ['of another task'])
      expect(await lines(5)).toEqual(['  Error: “no”\tway  '])
    })

    test('a stream or a group that does not exist is not found', async () => {
      await harness.account.writeLog(stream.group, 'api/app/4567', ['of another task'])
      const { logs } = harness.ports
      expect(failureCode(await logs.lastLines(stream, 5))).toBe('not-found')
      expect(failureCode(await logs.lastLines({ ...stream, group: '/ecs/never' }, 5))).toBe('not-found')
    })

    test.each(['throttled', 'unavailable', 'denied'] as const)('says %s as a value', async code => {
      await harness.account.writeLog(stream.group, stream.stream, ['one'])
      await harness.account.failNext('logs:GetLogEvents', code)
      expect(failureCode(await harness.ports.logs.lastLines(stream, 5))).toBe(code)
    })
  })
}
