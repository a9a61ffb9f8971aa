import { describe, expect, it } from 'vitest'
import { refused } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { plainLines } from '../../src/voice/message.ts'
import { network, type Story, story, type Twist } from './landing-stage.ts'

/** What a standalone task wrote before it was given up. */

const policy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
tasks:
  - match: { cluster: prod, family: batch }
    heal: { restart: { on: [crash], attempts: 1, backoff: 10s..1m } }
`
const password = 'Tr0ub4dor-and-3'

/** A task that crashes, and its replacement too. `how` `user`: somebody stops it instead. */
async function given(twist: Twist = {}): Promise<{ told: Story; text: string }> {
  const told = story({ policy, ...twist })
  const definition = told.world.registerTaskDefinition({
    family: 'batch',
    containers: [{ name: 'app', image: 'batch:1', log: { group: '/ecs/batch', streamPrefix: 'batch' } }],
  })
  const lastWords = ['cannot read orders.csv', `logged in as shop with ${password}`]
  told.world.setFate(definition, { how: 'crash', afterMs: 20_000, lastWords })
  told.world.runTask({
    cluster: 'prod',
    taskDefinition: definition,
    network,
    overrides: {
      containerOverrides: [{ name: 'app', environment: [{ name: 'DB_PASSWORD', value: password }] }],
    },
  })
  await told.run(15 * minute)
  const end = told.journal.filter(({ because }) => because.code === 'attempts-exhausted')
  expect(end).toHaveLength(1)
  return { told, text: end.flatMap(entry => plainLines(entry)).join('\n') }
}

describe('a task that is given up after its last attempt', () => {
  it('is told with its last lines, without the values of its overrides', async () => {
    const { told, text } = await given()
    expect(text).toContain('Log of app: cannot read orders.csv\n')
    expect(text).toContain('Log of app: logged in as shop with [redacted]\n')
    expect(JSON.stringify([told.journal, told.world.slack.messages])).not.toContain(password)
  })

  it('is read once, and not for the attempts before', async () => {
    let reads = 0
    await given({
      ports: ({ logs }) => ({
        logs: {
          lastLines: (stream, limit) => {
            reads += 1
            return logs.lastLines(stream, limit)
          },
        },
      }),
    })
    expect(reads).toBe(1)
  })

  it('is told all the same where its log cannot be read', async () => {
    const { text } = await given({
      ports: () => ({ logs: { lastLines: async () => refused('logs:GetLogEvents', 'denied', 'no') } }),
    })
    expect(text).toContain('All 1 attempts are used up: given up.')
    expect(text).toContain('Log of app: could not be read (denied)')
  })
})
