import { ConfiguredRetryStrategy } from '@smithy/core/retry'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AwsSettings } from '../../src/adapters/settings.ts'
import type { Answer } from '../../src/model/reading.ts'
import { failureCode, told } from '../contracts/wire-answers.ts'
import { type CallName, callNames, prepareCall } from './calls.ts'
import type { Instead } from './front.ts'
import { throughEmulator } from './harness.ts'
import { errorOf, insteadOfNext } from './instead.ts'

/** Emulators are never tired: the front before them is, for the first calls. What comes through then is the emulator's. */

/** Three attempts, as in production, without the waits between them. */
const patient = (settings: AwsSettings): AwsSettings => ({
  ...settings,
  maxAttempts: 3,
  retryStrategy: new ConfiguredRetryStrategy(3, () => 0),
})

const reset: Instead = 'reset'

/** Emulators make a new one for the same token. Everything else answers the same twice. */
const namesWhatItMade = (name: CallName): boolean =>
  name === 'servicediscovery:RegisterInstance' || name === 'ecs:RunTask'

describe.each(callNames)('retries: %s', name => {
  let harness: Awaited<ReturnType<typeof throughEmulator>>
  let call: (settings: AwsSettings) => Promise<Answer<unknown>>
  beforeEach(async () => {
    harness = await throughEmulator()
    call = await prepareCall(name, harness.account, harness.settings)
    harness.front.calls.length = 0
  })
  afterEach(() => harness.close())

  const attempts = () => harness.front.calls.filter(({ operation }) => operation === name).length

  test.each([
    ['throttled', errorOf(name, 'throttled')],
    ['broken', errorOf(name, 'unavailable')],
    ['cut off', reset],
  ] as const)('%s twice, it comes through at the third attempt', async (_, instead) => {
    const undisturbed = told(await call(harness.settings))
    insteadOfNext(harness.front, name, instead, 2)
    const answer = told(await call(patient(harness.settings)))
    if (!namesWhatItMade(name)) expect(answer).toEqual(undisturbed)
    expect(attempts()).toBe(4)
  })

  test.each([
    ['throttled', errorOf(name, 'throttled'), 'throttled'],
    ['broken', errorOf(name, 'unavailable'), 'unavailable'],
    ['cut off', reset, 'unavailable'],
  ] as const)('%s three times, it is said and no more is asked', async (_, instead, code) => {
    insteadOfNext(harness.front, name, instead, 3)
    expect(failureCode(await call(patient(harness.settings)))).toBe(code)
    expect(attempts()).toBe(3)
  })

  test('a missing right is said at once', async () => {
    insteadOfNext(harness.front, name, errorOf(name, 'denied'), 2)
    expect(failureCode(await call(patient(harness.settings)))).toBe('denied')
    expect(attempts()).toBe(1)
  })
})

describe('retries: the adapter', () => {
  let harness: Awaited<ReturnType<typeof throughEmulator>>
  beforeEach(async () => {
    harness = await throughEmulator()
  })
  afterEach(() => harness.close())

  const losingTheAnswer = (operation: CallName) => {
    let lost = false
    harness.front.amend = (call, answer) => {
      if (call.operation !== operation || lost) return answer
      lost = true
      return 'reset'
    }
  }

  test('an UpdateService whose answer is lost is sent again and means the same', async () => {
    const update = await prepareCall('ecs:UpdateService', harness.account, harness.settings)
    losingTheAnswer('ecs:UpdateService')
    expect(told(await update(patient(harness.settings)))).toMatchObject({ desiredCount: 3 })
  })

  test.each([
    ['ecs:RunTask', 'clientToken'],
    ['servicediscovery:RegisterInstance', 'CreatorRequestId'],
  ] as const)('%s is sent again with the same %s', async (name, token) => {
    const call = await prepareCall(name, harness.account, harness.settings)
    losingTheAnswer(name)
    told(await call(patient(harness.settings)))
    const tokens = harness.front.calls
      .filter(({ operation }) => operation === name)
      .map(({ body }) => body[token])
    expect(tokens).toEqual([expect.stringMatching(/./), tokens[0]])
  })

  test('a registration whose answer is lost is sent again, and there is one instance', async () => {
    const register = await prepareCall('servicediscovery:RegisterInstance', harness.account, harness.settings)
    losingTheAnswer('servicediscovery:RegisterInstance')
    told(await register(patient(harness.settings)))
    const found = told(await harness.ports.cloudMap.findService('jobs.internal', 'etl'))
    expect(told(await harness.ports.cloudMap.listInstances(found?.id ?? ''))).toHaveLength(1)
  })

  test('with the waits of production, a throttled call comes through too', async () => {
    const describe = await prepareCall('ecs:DescribeServices', harness.account, harness.settings)
    insteadOfNext(harness.front, 'ecs:DescribeServices', errorOf('ecs:DescribeServices', 'throttled'), 2)
    const { maxAttempts: _, ...production } = harness.settings
    expect(await describe(production)).toMatchObject({ ok: true, value: { missing: [] } })
  })
})
