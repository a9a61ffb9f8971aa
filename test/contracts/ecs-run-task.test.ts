import { afterEach, describe, expect, test } from 'vitest'
import type { Wire } from '../../src/world/wire.ts'
import { adaptersAt, bareWire } from './wire-harness.ts'

let wire: Wire | undefined
afterEach(async () => {
  await wire?.close()
  wire = undefined
})

describe('RunTask', () => {
  const request = (value: string) => ({
    startedBy: 'longshore/a1/1',
    clientToken: 'a'.repeat(64),
    spec: {
      taskId: 'a1',
      cluster: 'prod',
      taskDefinitionArn: 'etl:1',
      network: null,
      capacityProvider: null,
      launchType: 'FARGATE',
      platformVersion: null,
      overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'TOKEN', value }] }] },
      enableExecuteCommand: false,
      group: null,
      tags: {},
      enableEcsManagedTags: false,
      recordedAtMs: 0,
      unsure: [],
    },
  })
  const runAgainst = async (error: { status: number; type: string; message: string; members?: object }) => {
    wire = await bareWire({ fault: () => ({ ...error, members: { ...error.members } }) })
    return adaptersAt(wire.endpoint).ecs.runTask(request('hunter2-hunter2'))
  }

  test('a conflict that names tasks is what the token did before', async () => {
    const taskArn = 'arn:aws:ecs:eu-west-1:111122223333:task/prod/b2'
    const answer = await runAgainst({
      status: 400,
      type: 'ConflictException',
      message: 'The token was used with other parameters.',
      members: { resourceIds: [taskArn] },
    })
    expect(answer).toEqual({ ok: true, value: { taskArns: [taskArn], failures: [] } })
  })

  test('a conflict that names none is a conflict', async () => {
    const answer = await runAgainst({ status: 400, type: 'ConflictException', message: 'Busy.' })
    expect(answer).toMatchObject({ ok: false, failure: { code: 'conflict' } })
  })

  test('a secret that AWS repeats is not passed on', async () => {
    const answer = await runAgainst({
      status: 400,
      type: 'InvalidParameterException',
      message: 'The value hunter2-hunter2 of TOKEN is too long.',
    })
    expect(answer).toEqual({
      ok: false,
      failure: {
        operation: 'ecs:RunTask',
        code: 'invalid',
        message: 'The value [redacted] of TOKEN is too long.',
      },
    })
  })

  test.each([
    { message: "You've reached the limit on the number of tasks you can run concurrently", code: 'quota' },
    { message: 'TaskDefinition not found.', code: 'not-found' },
    { message: 'TaskDefinition is inactive', code: 'invalid' },
  ])('ClientException "$message" is $code', async ({ message, code }) => {
    const answer = await runAgainst({ status: 400, type: 'ClientException', message })
    expect(answer).toMatchObject({ ok: false, failure: { code, message } })
  })
})
