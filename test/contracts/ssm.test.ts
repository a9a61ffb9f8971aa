import { expect, test } from 'vitest'
import { createParameters } from '../../src/adapters/ssm.ts'
import { answerProblems } from './schema-check.ts'
import { parametersContract } from './ssm.contract.ts'
import { bareWire } from './wire-harness.ts'

async function throughWire() {
  const kept = new Map<string, string>()
  const problems: string[] = []
  let calls = 0
  const wire = await bareWire({
    parameters: kept,
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
    fault: () => {
      calls++
      return null
    },
  })
  const settings = {
    region: 'eu-west-1',
    endpoint: wire.endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  }
  return {
    parameters: (clock: { now(): number }) => createParameters(settings, clock),
    put: (name: string, value: string) => void kept.set(name, value),
    calls: () => calls,
    close: async () => {
      await wire.close()
      expect(problems).toEqual([])
    },
  }
}

parametersContract('the adapter through the wire', throughWire)

test('a missing parameter is named', async () => {
  const harness = await throughWire()
  const answer = await harness.parameters({ now: () => 0 }).get('/longshore/none')
  await harness.close()
  expect(answer).toMatchObject({ failure: { message: 'Parameter /longshore/none not found.' } })
})
