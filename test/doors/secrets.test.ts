import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { botToken } from '../contracts/slack-double.ts'
import { network } from '../stories/landing-stage.ts'
import { createCanaries, told } from './canaries.ts'
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts'

/**
 * One long day on which every text from outside carries secrets, through the production adapters: none of them is ever told.
 * They may be in two places, encrypted both: in raw messages (dead letters too), and in the launch specifications.
 */

const canaries = createCanaries()

const environment = {
  FEATURE_FLAGS: canaries.plain('an environment value'),
  DB_PASSWORD: canaries.plain('an environment value'),
  DATABASE_URL: `postgres://app:${canaries.plain('the password in an environment value')}@db.internal/app`,
  QUOTED: `{"k": "${canaries.plain('a quoted environment value')}"}`,
}
const command = [
  'app/run',
  '--key',
  canaries.plain('a command argument'),
  `--to=${canaries.plain('a command option')}`,
]
const tags = { team: canaries.plain('a task tag'), note: canaries.plain('a task tag') }
const overrides = {
  containerOverrides: [
    {
      name: 'app',
      command,
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    },
  ],
}
/** As AWS and programs repeat what they were given: as it is, in Go's quotes, and cut off at the end. */
const echo = `env ${Object.values(environment).join(' ')} ${JSON.stringify(environment.QUOTED)} of exec "${command.join(' ')}"`
const cutOff = `it said ${environment.FEATURE_FLAGS.slice(0, -3)}`

/** What nobody can understand, and ends as dead letters. */
const poison = [
  { 'detail-type': 'Order Placed', source: 'shop', detail: { card: canaries.plain('a poison message') } },
  { 'detail-type': `Order ${canaries.shaped('a poison message’s name')}`, detail: {} },
  { longshore: 'look', target: canaries.shaped('a wake-up’s target') },
  {
    'detail-type': 'ECS Task State Change',
    detail: { overrides, note: canaries.shaped('a task event without a task') },
  },
  {
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { state: { reason: canaries.plain('an alarm without a name') } },
  },
  {
    'detail-type': 'CloudWatch Alarm State Change',
    detail: {
      alarmName: canaries.shaped('an alarm’s name'),
      state: { value: canaries.shaped('an alarm’s state') },
    },
  },
  canaries.plain('a message that is no JSON'),
].map(message => (typeof message === 'string' ? message : JSON.stringify(message)))

/** What is understood well enough to be none of our business. */
const notOurs = [
  { longshore: canaries.shaped('our own message'), token: canaries.plain('our own message') },
  {
    'detail-type': 'ECS Task State Change',
    detail: {
      taskArn: 'arn:aws:ecs:::task/prod/a',
      lastStatus: canaries.shaped('a task’s status'),
      overrides,
    },
  },
  {
    type: canaries.shaped('a Slack interaction'),
    trigger_id: '1',
    token: canaries.plain('a Slack interaction'),
  },
  {
    headers: { 'x-slack-signature': canaries.plain('a request of Slack') },
    body: canaries.plain('a request of Slack'),
  },
].map(message => JSON.stringify(message))

const policy = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: web }
    scale:
      min: 2
      max: 6
      triggers:
        - { alarm: web-cpu-high, steps: [{ from: 0, add: 1 }, { from: 20, add: 2 }] }
      out: { cooldown: 1m }
tasks:
  - match: { cluster: prod, family: etl }
    heal: { restart: { on: [crash, oom, start], attempts: 3, backoff: 10s..1m } }
  - match: { cluster: prod, family: thumbs }
    heal: { restart: { on: [crash, oom, spot] } }
    discover: { namespace: jobs.internal, service: thumbs, port: 8080 }
`

let account: GuardedAccount
const stoppedReason = canaries.shaped('a stop reason')
const containerReason = canaries.shaped('a container’s reason')

beforeAll(async () => {
  account = await openGuardedAccount({
    policy,
    reasons: ({ isStopping }) =>
      isStopping
        ? {
            stopped: `Task failed: ${stoppedReason} ${echo} ${cutOff}`,
            container: `Failed: ${echo} ${containerReason} ${cutOff}`,
          }
        : null,
    alarm: detail => ({
      ...detail,
      configuration: {
        ...(detail.configuration as object),
        description: canaries.plain('an alarm’s description'),
        metrics: [
          { metricStat: { metric: { dimensions: { Customer: canaries.plain('an alarm’s dimension') } } } },
        ],
      },
      state: {
        ...(detail.state as object),
        reason: `${canaries.plain('an alarm’s reason')} ${canaries.shaped('an alarm’s reason')}`,
        reasonData: JSON.stringify({ note: canaries.plain('an alarm’s reason data') }),
      },
    }),
  })
  await day(account)
}, 30_000)
afterAll(() => account?.close())

async function day({ world, longshore, slack, refuseNext, run }: GuardedAccount): Promise<void> {
  world.createCluster('prod')
  world.createNamespace('jobs.internal', 'private-dns')
  const thumbsServiceId = world.createCloudMapService('jobs.internal', 'thumbs', ['A', 'SRV'])
  for (const family of ['etl', 'thumbs', 'web'])
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image: `${family}:1` }] })
  await world.ports.cloudMap.registerInstance(
    thumbsServiceId,
    'foreign',
    { AWS_INSTANCE_IPV4: '10.9.9.9', AWS_INSTANCE_PORT: '80', note: canaries.plain('a foreign instance') },
    'r1',
  )
  world.createService({
    cluster: 'prod',
    name: 'web',
    taskDefinition: 'web',
    desiredCount: 2,
    tags: {
      team: canaries.plain('a service tag'),
      'longshore:min': `password=${canaries.plain('a service tag that is no number')}`,
      [`longshore:token=${canaries.plain('a service tag’s key')}`]: 'x',
    },
  })
  world.createMetricAlarm({
    alarmName: 'web-cpu-high',
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: { ClusterName: 'prod', ServiceName: 'web' },
    statistic: 'Average',
    operator: 'GreaterThanThreshold',
    threshold: 75,
  })
  const start = (taskDefinition: string) =>
    world.runTask({ cluster: 'prod', taskDefinition, network, overrides, tags })
  const wrong = (operation: string, type = 'InvalidParameterException', status = 400) =>
    refuseNext(operation, { status, type, message: `${canaries.shaped(`an error of ${operation}`)}` })

  // A restart that succeeds, one that ECS refuses with all it was given, and one for which there is no place.
  const [first, second_, third, thumbs] = [start('etl'), start('etl'), start('etl'), start('thumbs')]
  world.load('prod/web', 100, 100)
  await run(5 * minute)
  world.killTask(first, 'crash')
  await run(2 * minute)
  const given = `${echo} ${Object.values(tags).join(' ')} ${canaries.shaped('an error of ecs:RunTask')}`
  refuseNext('ecs:RunTask', { status: 400, type: 'InvalidParameterException', message: `Invalid: ${given}` })
  world.killTask(second_, 'oom')
  await run(2 * minute)
  world.noCapacity(`RESOURCE:MEMORY ${echo} ${canaries.shaped('a placement failure')}`, null)
  world.killTask(third, 'crash')
  await run(5 * minute)
  world.noCapacity(null, null)

  // Slack refuses in all its ways, and so does the parameter store.
  const html = (status: number) => ({
    status,
    body: `<html>${canaries.shaped(`Slack’s ${status}`)} ${botToken}</html>`,
  })
  slack.next(html(500))
  slack.next(html(302))
  slack.next(html(200))
  slack.next({ status: 200, body: JSON.stringify({ ok: false, error: canaries.shaped('Slack’s word') }) })
  slack.next({ status: 400, body: canaries.plain('Slack’s answer') })
  wrong('ssm:GetParameter', 'ParameterNotFound')

  // Scaling and discovery, with every call refused once.
  world.load('prod/web', 400, 100)
  for (const operation of ['ecs:DescribeServices', 'ecs:UpdateService', 'ecs:ListTasks', 'ecs:DescribeTasks'])
    wrong(operation)
  wrong('cloudwatch:DescribeAlarms', 'ValidationError')
  wrong('cloudwatch:GetMetricData', 'ValidationError')
  for (const operation of [
    'ListNamespaces',
    'ListServices',
    'ListInstances',
    'RegisterInstance',
    'DeregisterInstance',
    'GetOperation',
  ])
    wrong(`servicediscovery:${operation}`, 'InvalidInput')
  for (const operation of ['ecs:UpdateService', 'servicediscovery:DeregisterInstance'])
    wrong(operation, 'ServerException', 500)
  wrong('ec2:DescribeNetworkInterfaces', 'InvalidParameterValue')
  start('thumbs')
  await run(10 * minute)
  world.failNextOperation(`password=${canaries.plain('a failed Cloud Map operation')}`)
  world.killTask(thumbs, 'crash')
  for (const message of [...poison, ...notOurs]) longshore.send(message)
  await run(40 * minute + 5 * second)
}

describe('secrets in what comes from outside', () => {
  it('came in, every one of them', () => {
    const { heard, longshore, slack } = account
    const offered = [
      ...heard,
      ...slack.answers,
      ...longshore.deadLetters.map(({ body }) => body),
      ...notOurs,
    ].join('\n')
    // As JSON spells what it carries once or twice.
    expect(missingIn(offered.replaceAll('\\', ''))).toEqual([])
  })

  it('while Longshore did its work', () => {
    const lines = account.said.journal.map(
      ({ outcome, verb, because }) => `${outcome} ${verb ?? because.code}`,
    )
    const expected = [
      'done run-task',
      'failed run-task',
      'done update-service',
      'done register-instance',
      'done deregister-instance',
      'held unreadable',
      'held operation-failed',
    ]
    expect(expected.filter(line => !lines.includes(line))).toEqual([])
    const sentences = account.said.journal.map(({ sentence }) => sentence).join('\n')
    expect(sentences).toContain('ECS found no place for it')
    expect(sentences).toContain('ECS refused RunTask (invalid): given up.')
  })

  it('are in no line of the log, debug included', () => {
    expect(account.said.log.length).toBeGreaterThan(20)
    expect(told(canaries, account.said.log.join('\n'))).toEqual([])
  })

  it('are in no metric, as dimension or as property', () => {
    expect(account.said.metrics.length).toBeGreaterThan(20)
    expect(told(canaries, account.said.metrics.join('\n'))).toEqual([])
  })

  it('are in no line of the journal: its sentences, failures, facts and reasons', () => {
    expect(account.said.journal.length).toBeGreaterThan(10)
    expect(told(canaries, JSON.stringify(account.said.journal))).toEqual([])
  })

  it('are in no Slack message, its blocks and its fallback text', () => {
    expect(account.said.slack.length).toBeGreaterThan(5)
    expect(told(canaries, JSON.stringify(account.said.slack))).toEqual([])
  })

  it('are in the table in the launch specifications only, which RunTask needs whole', () => {
    const { launchSpecs, ...rest } = account.longshore.store.contents()
    expect(told(canaries, JSON.stringify(rest))).toEqual([])
    expect(rest.evidence.length).toBeGreaterThan(3)
    const kept = JSON.stringify(launchSpecs)
    for (const value of [...Object.values(environment), ...command, ...Object.values(tags)])
      expect(kept).toContain(JSON.stringify(value).slice(1, -1))
  })

  it('are in the dead letters, as they came', () => {
    expect(account.longshore.deadLetters.map(({ body }) => body)).toEqual(poison)
  })

  it('leave a mark where they were taken out of what is told', () => {
    const { journal, slack, log } = account.said
    const facts = journal.flatMap(entry => entry.facts.map(({ value }) => value))
    expect(facts.some(fact => fact.includes('[redacted]'))).toBe(true)
    expect(journal.some(({ failure }) => failure?.includes('[redacted]'))).toBe(true)
    expect(JSON.stringify(slack)).toContain('[redacted]')
    expect(log.join('\n')).toContain('[redacted]')
  })

  it('of Slack itself are told to nobody but Slack', () => {
    const everything = JSON.stringify([account.said, account.longshore.store.contents()])
    expect(everything).not.toContain(botToken)
  })
})

const missingIn = (text: string): [string, string][] =>
  [...canaries.all].filter(([secret]) => !text.includes(secret))
