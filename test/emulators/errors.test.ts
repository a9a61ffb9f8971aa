import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dynamodbStore } from '../../src/adapters/dynamodb-store.ts'
import type { RunTaskRequest } from '../../src/model/ports.ts'
import { familyTarget } from '../../src/model/target.ts'
import { launchOf } from '../contracts/launch.ts'
import { failureCode } from '../contracts/wire-answers.ts'
import { throughEmulator } from './harness.ts'

/** What the emulator itself says against a call, as the value that the rooms see. */
describe('errors: the adapter', () => {
  let harness: Awaited<ReturnType<typeof throughEmulator>>
  let request: RunTaskRequest
  beforeEach(async () => {
    harness = await throughEmulator()
    await harness.account.addCluster('prod')
    request = await launchOf(harness.account)
  })
  afterEach(() => harness.close())

  const runTask = (change: Partial<RunTaskRequest['spec']>) =>
    harness.ports.ecs.runTask({ ...request, spec: { ...request.spec, ...change } })

  test('a task definition that does not exist cannot be run', async () => {
    const taskDefinitionArn = request.spec.taskDefinitionArn.replace('etl:1', 'etl:99')
    expect(failureCode(await runTask({ taskDefinitionArn }))).toBe('not-found')
  })

  test('nothing runs in a cluster that does not exist', async () => {
    expect(failureCode(await runTask({ cluster: 'nowhere' }))).toBe('not-found')
  })

  test('a launch type that does not exist is invalid', async () => {
    expect(failureCode(await runTask({ launchType: 'STEAM' }))).toBe('invalid')
  })

  test('a table that does not exist is not found, by reading and by writing', async () => {
    const clock = { now: () => harness.account.nowMs }
    const store = dynamodbStore(harness.settings, { tableName: 'nowhere', clock })
    const etl = familyTarget('prod', 'etl')
    expect(failureCode(await store.read(etl))).toBe('not-found')
    expect(failureCode(await store.mark(etl, ['task/a'], harness.account.nowMs))).toBe('not-found')
  })

  test('an instance without an attribute that its records need is invalid', async () => {
    const service = await harness.account.addCloudMapService('jobs.internal', 'etl', ['A'])
    const answer = await harness.ports.cloudMap.registerInstance(service, 'a', {}, 'once')
    expect(failureCode(answer)).toBe('invalid')
  })

  test('an expression that is none is invalid', async () => {
    const { nowMs } = harness.account
    const wrong = { id: 'e1', returnData: true, stat: null, expression: 'SUM(', periodSeconds: 60 }
    const answer = await harness.ports.cloudWatch.getMetricData([wrong], nowMs - 60_000, nowMs)
    expect(failureCode(answer)).toBe('invalid')
  })
})
