import { describe, expect, it } from 'vitest'
import { taskDefinitionOf } from '../../src/adapters/ecs-task-definition.ts'
import { jsonLog } from '../../src/adapters/log.ts'
import { lookMessage } from '../../src/intake/look.ts'
import { createMarks } from '../../src/model/mark.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { bench, etl, web } from '../decide/landing-table.ts'

/** Where our own code stumbles over a secret. */

const canary = 'quiet-canary-7'

describe('an error of our own', () => {
  const logged = async (thrown: () => unknown) => {
    const { landing, store } = bench()
    await store.ensure(web, 0)
    const lines: Record<string, unknown>[] = []
    const log = jsonLog({ level: 'DEBUG', stage: 'test', write: line => lines.push(JSON.parse(line)) })
    const ports = {
      ...landing.ports,
      log,
      ecs: {
        ...landing.ports.ecs,
        describeServices: () => {
          throw thrown()
        },
      },
    }
    const messages = [
      { id: 'm1', body: lookMessage(web) },
      { id: 'm2', body: lookMessage(etl) },
    ]
    const unacknowledged = await workOff({ ...landing, ports }, messages)
    return { unacknowledged, lines, text: JSON.stringify(lines) }
  }

  it('tells its kind and its place, and nothing of what it stumbled over', async () => {
    const { unacknowledged, lines, text } = await logged(
      () => new TypeError(`cannot use ${canary}\n    at ${canary} (${canary}.ts:1:1)`),
    )
    expect(unacknowledged).toEqual(['m1'])
    expect(text).not.toContain(canary)
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'our own code threw',
        messageId: 'm1',
        count: 1,
        problem: 'TypeError',
        at: expect.stringMatching(/own-errors\.test\.ts:\d+:\d+.* < .*service-look\.ts:\d+:\d+/),
      }),
    )
  })

  it.each([canary, { canary }, null, undefined])(
    'that is no Error (%j) tells not even that',
    async thrown => {
      const { unacknowledged, text } = await logged(() => thrown)
      expect(unacknowledged).toEqual(['m1'])
      expect(text).toContain('our own code threw')
      expect(text).not.toContain(canary)
    },
  )
})

it('of the values that a task definition holds only marks are kept', () => {
  const definition = taskDefinitionOf(
    {
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:1',
      status: 'ACTIVE',
      containerDefinitions: [
        {
          name: 'app',
          image: 'etl:1',
          command: ['--key', canary],
          entryPoint: [canary],
          environment: [{ name: 'KEY', value: canary }],
          secrets: [{ name: 'S', valueFrom: canary }],
          repositoryCredentials: { credentialsParameter: canary },
          logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': canary } },
          dockerLabels: { key: canary },
          healthCheck: { command: ['CMD', canary] },
        },
      ],
    },
    createMarks('key'),
  )
  expect(definition).not.toBe(null)
  expect(JSON.stringify(definition)).not.toContain(canary)
  expect(Object.keys(definition?.containers[0]?.settings?.environment ?? {})).toEqual(['KEY'])
})
