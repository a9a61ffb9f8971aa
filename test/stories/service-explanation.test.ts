import { describe, expect, it } from 'vitest'
import { refused } from '../../src/model/reading.ts'
import { minute } from '../../src/model/time.ts'
import { plainLines } from '../../src/voice/message.ts'
import { type Story, story, type Twist } from './landing-stage.ts'

/** What a message says of why a revision fails: what changed, and what its last task wrote. */

const wish = (heal: string, mode = 'act'): string => `version: 1
mode: ${mode}
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: api }
    heal: ${heal}
`

const log = { group: '/ecs/api', streamPrefix: 'api', region: 'eu-west-1' }
const before = {
  family: 'api',
  containers: [
    {
      name: 'app',
      image: 'api:2',
      log,
      environment: { STAGE: 'prod', DATABASE_URL: 'postgres://a:hunter2@a/a' },
    },
  ],
}
const after = {
  family: 'api',
  containers: [
    {
      name: 'app',
      image: 'api:3',
      log,
      command: ['serve', '--token', 'hunter2'],
      environment: { DATABASE_URL: 'postgres://b:hunter2@b/b', NEW_FLAG: 'hunter2' },
    },
  ],
  memoryMiB: 1024,
}
const words = [
  'starting',
  'password=hunter2',
  '',
  '\u001b[31mError: no table orders\u001b[0m',
  '<!channel> bye',
]

/** Two tasks of `api:1`, well; then `api:2`, whose tasks crash. */
async function open(heal: string, twist: Twist = {}, mode = 'act'): Promise<Story> {
  const told = story({ policy: wish(heal, mode), ...twist })
  told.world.registerTaskDefinition(before)
  told.world.createService({ cluster: 'prod', name: 'api', taskDefinition: 'api:1', desiredCount: 2 })
  await told.run(15 * minute)
  const definition = told.world.registerTaskDefinition(after)
  told.world.setFate(definition, { how: 'crash', afterMs: 15_000, lastWords: words })
  told.world.deploy('prod/api', definition)
  return told
}

const linesOf = (told: Story, code: string): string[] =>
  told.journal.filter(({ because }) => because.code === code).flatMap(entry => plainLines(entry))

describe('a crash loop', () => {
  it('is told with the difference and the last lines, and no secret', async () => {
    const told = await open('{}')
    await told.run(10 * minute)
    const lines = linesOf(told, 'crash-loop')
    expect(lines.join('\n')).toContain(
      'Changed since api:1: image api:2 → api:3; environment + NEW_FLAG − STAGE, changed DATABASE_URL; command changed; memory of the task 512 → 1024 MiB',
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        '  Log of app: starting',
        '  Log of app: password=[redacted]',
        '  Log of app: Error: no table orders',
        '  Log of app: <!channel> bye',
      ]),
    )
    const everything = JSON.stringify([
      told.journal,
      told.world.slack.messages,
      told.longshore.store.contents(),
    ])
    expect(everything).not.toContain('hunter2')
    expect(JSON.stringify(told.world.slack.messages)).not.toContain('<!channel>')
  })

  it('is read once, however often its tasks die', async () => {
    let reads = 0
    const told = await open('{}', {
      ports: ({ logs }) => ({
        logs: {
          lastLines: (stream, limit) => {
            reads += 1
            return logs.lastLines(stream, limit)
          },
        },
      }),
    })
    await told.run(25 * minute)
    expect(linesOf(told, 'crash-loop').length).toBeGreaterThan(0)
    expect(reads).toBe(1)
  })

  it('is read once where nothing is done, either', async () => {
    let reads = 0
    const told = await open(
      '{ crashLoop: { then: roll-back } }',
      {
        ports: ({ logs }) => ({
          logs: {
            lastLines: (stream, limit) => {
              reads += 1
              return logs.lastLines(stream, limit)
            },
          },
        }),
      },
      'observe',
    )
    await told.run(25 * minute)
    expect(linesOf(told, 'roll-back')).toEqual(expect.arrayContaining(['  Log of app: starting']))
    expect(reads).toBe(1)
  })

  it('is told all the same when neither can be read', async () => {
    const told = await open('{}', {
      ports: ({ ecs }) => ({
        ecs: {
          ...ecs,
          describeTaskDefinition: async () => refused('ecs:DescribeTaskDefinition', 'denied', 'no'),
        },
        logs: { lastLines: async () => refused('logs:GetLogEvents', 'denied', 'no') },
      }),
    })
    await told.run(10 * minute)
    const text = linesOf(told, 'crash-loop').join('\n')
    expect(text).toContain('api:2 is in a crash loop')
    expect(text).toContain('Changed since api:1: could not be read')
    expect(text).toContain('Log of app: its task definition could not be read')
  })
})

describe('a deployment that comes to no end', () => {
  it('is told with the difference; of tasks that never ran there is no log', async () => {
    const told = await open('{ crashLoop: { stops: 50, within: 1m } }')
    told.world.setFate('api:2', { how: 'secrets', afterMs: 0 })
    await told.run(31 * minute)
    const text = linesOf(told, 'deployment-stuck').join('\n')
    expect(text).toContain('Changed since api:1: image api:2 → api:3;')
    expect(text).not.toContain('Log of')
  })
})
