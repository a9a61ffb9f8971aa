import { afterEach, describe, expect, test, vi } from 'vitest'
import { createQueue } from '../../src/adapters/sqs.ts'
import { answered, type FailureCode, refused } from '../../src/model/reading.ts'
import { familyTarget, parseTargetKey, serviceTarget, type Target } from '../../src/model/target.ts'
import { minute, second } from '../../src/model/time.ts'
import type { Wire } from '../../src/world/wire.ts'
import { createWorld } from '../../src/world/world.ts'
import { type Arrived, queueContract } from './queue.contract.ts'
import { answerProblems } from './schema-check.ts'
import { startAtMs } from './wire-account.ts'
import { failureCode, told } from './wire-answers.ts'
import { adaptersAt, bareWire } from './wire-harness.ts'

queueContract('the world', async () => {
  const world = createWorld({ seed: 1, startAtMs })
  const arrived: Arrived[] = []
  world.onLook(target => arrived.push({ target, delaySeconds: (world.clock.now() - startAtMs) / second }))
  return {
    queue: world.ports.queue,
    arrived: () => {
      world.advance(15 * minute)
      return arrived
    },
    close: async () => {},
  }
})

queueContract('the adapter through the wire', async () => {
  const { wire, messages, problems } = await wireWithQueues()
  return {
    queue: adaptersAt(wire.endpoint).queue,
    arrived: () =>
      messages
        .map(({ body, delaySeconds }) => {
          const target = parseTargetKey(JSON.parse(body).target)
          if (target === null) throw new Error(`no target in ${body}`)
          return { target, delaySeconds }
        })
        .toSorted((a, b) => a.delaySeconds - b.delaySeconds),
    close: async () => {
      await wire.close()
      expect(problems).toEqual([])
    },
  }
})

interface Message {
  queue: string
  body: string
  delaySeconds: number
}

/** Two queues that take everything. */
async function wireWithQueues() {
  const messages: Message[] = []
  const problems: string[] = []
  const wire = await bareWire({
    messages: (queue, body, delaySeconds) => {
      if (queue !== 'services' && queue !== 'tasks') return refused('sqs', 'not-found', queue)
      messages.push({ queue, body, delaySeconds })
      return answered(undefined)
    },
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
  })
  return { wire, messages, problems }
}

describe('the message', () => {
  const lookAt = async (look: { target: Target; delaySeconds: number }) => {
    const { wire, messages } = await wireWithQueues()
    await adaptersAt(wire.endpoint).queue.look([look])
    await wire.close()
    return messages
  }

  test('of a service goes to the services queue, in the words that intake knows', async () => {
    expect(await lookAt({ target: serviceTarget('prod', 'web'), delaySeconds: 0 })).toEqual([
      { queue: 'services', body: '{"longshore":"look","target":"service/prod/web"}', delaySeconds: 0 },
    ])
  })

  test('of a family goes to the tasks queue', async () => {
    expect(await lookAt({ target: familyTarget('prod', 'etl'), delaySeconds: 7 })).toEqual([
      { queue: 'tasks', body: '{"longshore":"look","target":"family/prod/etl"}', delaySeconds: 7 },
    ])
  })

  test('goes to the endpoint, not to the host of the queue’s URL', async () => {
    const { wire, messages } = await wireWithQueues()
    // From the environment, as with emulators: only then the SDK would rather follow the URL.
    vi.stubEnv('AWS_ENDPOINT_URL', wire.endpoint)
    const url = 'http://127.0.0.1:1/111122223333'
    const queue = createQueue(
      {
        region: 'eu-west-1',
        credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
        maxAttempts: 1,
      },
      { services: `${url}/services`, tasks: `${url}/tasks` },
    )
    told(await queue.look([{ target: serviceTarget('prod', 'web'), delaySeconds: 0 }]))
    vi.unstubAllEnvs()
    await wire.close()
    expect(messages.map(({ queue }) => queue)).toEqual(['services'])
  })

  test.each([
    { asked: -5, sent: 0 },
    { asked: 0.2, sent: 1 },
    { asked: 901, sent: 900 },
    { asked: Number.POSITIVE_INFINITY, sent: 900 },
    { asked: Number.NaN, sent: 0 },
  ])('waits $sent s when $asked s are asked for', async ({ asked, sent }) => {
    expect(await lookAt({ target: serviceTarget('prod', 'web'), delaySeconds: asked })).toMatchObject([
      { delaySeconds: sent },
    ])
  })
})

describe('when SQS does not take every message of a batch', () => {
  let wire: Wire | undefined
  afterEach(() => wire?.close())

  /** Refuses a message, found by its target's name, as often as told. */
  const look = async (refusals: Record<string, { code: FailureCode; times: number }>) => {
    const arrived: string[] = []
    wire = await bareWire({
      messages: (_queue, body) => {
        const name = String(JSON.parse(body).target).split('/')[2] ?? ''
        const refusal = refusals[name]
        if (refusal && refusal.times-- > 0) return refused('sqs', refusal.code, `not ${name}`)
        arrived.push(name)
        return answered(undefined)
      },
    })
    const answer = await adaptersAt(wire.endpoint).queue.look(
      ['a', 'b', 'c'].map(name => ({ target: serviceTarget('prod', name), delaySeconds: 0 })),
    )
    return { answer, arrived }
  }

  test('those that SQS failed to take are sent again, and only those', async () => {
    const { answer, arrived } = await look({ b: { code: 'unavailable', times: 2 } })
    expect(answer).toEqual({ ok: true, value: undefined })
    expect(arrived).toEqual(['a', 'c', 'b'])
  })

  test('three rounds are enough: then it is said', async () => {
    const { answer, arrived } = await look({ b: { code: 'unavailable', times: 3 } })
    expect(arrived).toEqual(['a', 'c'])
    expect(answer).toEqual({
      ok: false,
      failure: {
        operation: 'sqs:SendMessageBatch',
        code: 'unavailable',
        message: '1 of 3 looks were not taken: ServiceUnavailable, not b',
      },
    })
  })

  test('a message that is wrong is not sent again', async () => {
    const { answer, arrived } = await look({ b: { code: 'invalid', times: 1 } })
    expect(arrived).toEqual(['a', 'c'])
    expect(failureCode(answer)).toBe('invalid')
  })

  test('a missing queue is not found, and does not keep the other queue waiting', async () => {
    const arrived: string[] = []
    wire = await bareWire({
      messages: (queue, body) => {
        if (queue === 'services') return refused('sqs', 'not-found', 'gone')
        arrived.push(JSON.parse(body).target)
        return answered(undefined)
      },
    })
    const answer = await adaptersAt(wire.endpoint).queue.look([
      { target: serviceTarget('prod', 'web'), delaySeconds: 0 },
      { target: familyTarget('prod', 'etl'), delaySeconds: 0 },
    ])
    expect(failureCode(answer)).toBe('not-found')
    expect(arrived).toEqual(['family/prod/etl'])
  })
})
