import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Door, doors } from '../../scripts/bundle.ts'
import { furnishAccount, putStreamed } from '../../scripts/local-account.ts'
import { type LocalAws, startLocalAws } from '../../scripts/local-aws.ts'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { minute, systemClock } from '../../src/model/time.ts'
import { botToken, openSlackDouble, type SlackDouble } from '../contracts/slack-double.ts'
import { textOf } from '../house/house.ts'
import { broken, type Fault, leaveOut, renameVariable, setHandler, swapQueues } from './faults.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'
import { functionInTemplate, readStack, type Stack } from './stack.ts'

/** The packaged zips under the runtime client that AWS runs them under, in front of the world on loopback and a real table. */

let stack: Stack
let aws: LocalAws
let slack: SlackDouble
const figures: string[] = []

beforeAll(async () => {
  ;[aws, slack] = await Promise.all([startLocalAws(), openSlackDouble()])
  stack = await readStack(inject('stackFolder'), slack.baseUrl)
  aws.parameters.set('/longshore/slack-token', botToken)
  furnishAccount(aws)
})

afterAll(async () => {
  await aws?.close()
  await slack?.close()
  process.stdout.write(figures.map(line => `${line}\n`).join(''))
})

async function inSandbox<T>(of: Stack, door: Door, use: (sandbox: Sandbox) => Promise<T> | T): Promise<T> {
  const { environment } = aws
  const face = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('AWS_')))
  const physical = {
    Table: aws.tableName,
    ServicesQueue: `${environment.AWS_ENDPOINT_URL}/111122223333/services`,
    TasksQueue: `${environment.AWS_ENDPOINT_URL}/111122223333/tasks`,
  }
  const sandbox = await startSandbox({
    client: inject('runtimeClient'),
    zip: of.zips[door],
    in: functionInTemplate(of, door, physical),
    aws: face,
  })
  try {
    return await use(sandbox)
  } finally {
    await sandbox.close()
  }
}

const event = (name: string) => JSON.parse(textOf(`events/${name}.json`))
const poison = '0f1e2d3c-4b5a-4697-8807-162534435222'

describe('each zip starts with the handler and the variables of the template, and does its work', () => {
  it.each<{ door: Door; brings: string; answer: unknown; calls: string[] }>([
    {
      door: 'service',
      brings: 'service-queue-batch',
      answer: { batchItemFailures: [] },
      calls: ['dynamodb:UpdateItem', 'cloudwatch:DescribeAlarms', 'ecs:UpdateService', 'sqs:SendMessage'],
    },
    {
      door: 'task',
      brings: 'task-queue-batch-with-poison',
      answer: { batchItemFailures: [{ itemIdentifier: poison }] },
      calls: ['dynamodb:UpdateItem', 'ecs:DescribeTasks'],
    },
    {
      door: 'tick',
      brings: 'schedule-tick',
      answer: { targets: expect.any(Number), notices: expect.any(Number) },
      calls: ['dynamodb:Query'],
    },
    {
      door: 'notify',
      brings: 'journal-stream-insert',
      answer: { batchItemFailures: [] },
      calls: ['ssm:GetParameter', 'dynamodb:UpdateItem'],
    },
  ])('$door answers $brings', async ({ door, brings, answer, calls }) => {
    if (door === 'notify') await putStreamed(aws, event(brings))
    aws.calls.length = 0
    await inSandbox(stack, door, async sandbox => {
      expect(sandbox.failure).toBeNull()
      const first = await sandbox.invoke(event(brings))
      expect(first.outcome).toEqual({ answer })
      expect(aws.calls).toEqual(expect.arrayContaining(calls))
      const second = await sandbox.invoke(event(brings))
      expect(second.outcome).toEqual({ answer })
      expect(sandbox.lines().filter(line => typeof line === 'string')).toEqual([])
      const times = [sandbox.startMs, first.tookMs, second.tookMs].map(ms => `${Math.round(ms)} ms`)
      figures.push(
        `${door} under the runtime client: ready after ${times[0]}, first invocation ${times[1]}, warm ${times[2]}`,
      )
    })
    // Told once, however often the stream brings it.
    if (door === 'notify') expect(slack.accepted).toHaveLength(1)
  })
})

describe('wake-ups', () => {
  const due = [serviceTarget('prod', 'checkout-due'), familyTarget('prod', 'etl-due')]
  const sweep = async (of: Stack) => {
    const store = dynamodbStore(aws.table, { tableName: aws.tableName, clock: systemClock })
    for (const target of due) await store.mark(target, [], systemClock.now() - 20 * minute)
    aws.messages.length = 0
    await inSandbox(of, 'tick', sandbox => sandbox.invoke(event('schedule-tick')))
    return aws.messages.map(({ queue, body }) => `${queue}: ${JSON.parse(body).target}`)
  }

  it('go to the queue of their worker, as the template names it', async () => {
    expect(await sweep(stack)).toEqual(
      expect.arrayContaining(['services: service/prod/checkout-due', 'tasks: family/prod/etl-due']),
    )
  })

  it('go astray when the template swaps the queues', async () => {
    expect(await sweep(broken(stack, swapQueues('tick')))).toEqual(
      expect.arrayContaining(['tasks: service/prod/checkout-due', 'services: family/prod/etl-due']),
    )
  })
})

/** One fault each, and what Lambda counts as an error of the function instead of an answer. */
describe.each<{
  name: string
  fault: (door: Door) => Fault
  says: (door: Door) => { errorType: string; errorMessage: unknown }
}>([
  {
    name: 'a variable has another name in the template',
    fault: door => renameVariable(door, 'LONGSHORE_TABLE', 'LONGSHORE_TABLE_NAME'),
    says: () => ({
      errorType: 'Error',
      errorMessage: 'the environment variable LONGSHORE_TABLE is not set; serverless.yml sets it',
    }),
  },
  {
    name: 'the handler has another path in the template',
    fault: door => setHandler(door, `${door}/index.handler`),
    says: () => ({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining("Error: Cannot find module 'index'"),
    }),
  },
  {
    name: 'the handler has another name in the template',
    fault: door => setHandler(door, `dist/${door}/index.handle`),
    says: door => ({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: `dist/${door}/index.handle is undefined or not exported`,
    }),
  },
  {
    name: 'the policy is not in the zip',
    fault: door => leaveOut(door, 'policy.json'),
    says: door => ({
      errorType: 'Error',
      errorMessage: expect.stringMatching(`^ENOENT: .*/dist/${door}/policy.json'$`),
    }),
  },
  {
    name: 'the word that makes it an ES module is not in the zip',
    fault: door => leaveOut(door, 'package.json'),
    says: () => ({
      errorType: 'Runtime.UserCodeSyntaxError',
      errorMessage: 'SyntaxError: Cannot use import statement outside a module',
    }),
  },
])('when $name', ({ fault, says }) => {
  it.each(doors)('%s does not start', async door => {
    const failure = await inSandbox(broken(stack, fault(door)), door, sandbox => sandbox.failure)
    expect(failure).toMatchObject(says(door))
  })
})
