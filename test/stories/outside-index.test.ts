import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { everything, replay } from '../../src/cli/replay/replay.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { readPolicy } from '../../src/policy/read.ts'

/** What `replay` says of each payload beside the repository, held against the words of their index. */

const folder = new URL('../../../shared/events/', import.meta.url)

function read(file: string): string | null {
  try {
    return readFileSync(new URL(file, folder), 'utf8')
  } catch {
    return null
  }
}

interface Row {
  section: string
  file: string
  happened: string
}

/** The tables of the index: one line per file below the heading of its kind. */
function rowsOf(index: string): Row[] {
  let section = ''
  return index.split('\n').flatMap(line => {
    section = /^## (.+)$/.exec(line)?.[1] ?? section
    const [, file, happened] = /^\| `([^`]+\.json)` \| (.*?) \| /.exec(line) ?? []
    return file && happened ? [{ section, file, happened }] : []
  })
}

const index = read('README.md') ?? ''
const rows = rowsOf(index)
const tasks = rows.filter(({ section }) => section === 'task')

/** How the index says that something happened; null: it cannot be named, and is refused. */
const words: [RegExp, string | null][] = [
  [/ACTIVATING: container already RUNNING|^First event|^PROVISIONING|PENDING$/, 'not-stopped'],
  [/reached RUNNING|^RUNNING|^Service task RUNNING/, 'not-stopped'],
  [/completed( \(|,| with)|ended with exit 0|only container exits 0/, 'completed'],
  [/User stopped|stopped by a user|stop in task-deactivating-user-stop/, 'user-stop'],
  [/scaled in/, 'scale-in-or-deployment'],
  [/target-group ARN inside/, 'health-check-elb'],
  [/container health check failed/, 'health-check-container'],
  [/task retirement/, 'maintenance'],
  [/Spot warning|Spot interruption/, 'spot-interruption'],
  [/^EC2 instance under a service task terminated|deregistered by force/, 'host-terminated'],
  [/app exit 2|crashed with exit 1/, 'app-crash'],
  [/killed for memory/, 'oom'],
  [/^Pull access denied/, 'image-auth'],
  [/rate limit/, 'image-rate-limit'],
  [/image tag not in ECR/, 'image-not-found'],
  [/^No route to ECR/, 'image-network'],
  [/^EFS volume/, 'volume'],
  [/^Nothing to place on/, 'placement'],
  [/^Network interface was not attached/, 'network-interface'],
  [/log group does not exist/, 'log-driver'],
  [/^Secret /, 'secrets'],
  [/did not start within three minutes/, 'start-timeout'],
  // It tells no cause.
  [/"Taskfailedtostart"|stoppedReason is the empty string|^2018 standalone failure/, 'unknown'],
  [/not in the enum|does not exist in ECS/, 'unknown'],
  // No ARN: of which task nobody tells.
  [/no reason anywhere|stray MessageId|^Bare STOPPED event/, null],
]

const policy = (heal: string): Policy => {
  const read = readPolicy(
    `version: 1\nmode: act\nservices:\n  - match: { cluster: shop, service: web }\n    heal: ${heal}\n`,
    'longshore.yml',
  )
  if (!read.ok) throw new Error('the policy cannot be read')
  return read.policy
}

/** A task of a service that ended so. */
const ended = (exitCode: number) =>
  JSON.stringify({
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    detail: {
      taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/shop/0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7',
      group: 'service:web',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: '2026-08-03T09:00:00.000Z',
      containers: [{ name: 'web', lastStatus: 'STOPPED', exitCode }],
      version: 6,
    },
  })

const told = (exitCode: number, by: Policy) =>
  replay('event.json', ended(exitCode), by).decisions.map(({ sentence }) => sentence)

describe('replay of a task that ECS replaces', () => {
  it('says whether it counts towards a crash loop, and what makes one', () => {
    const replaced = 'It belongs to a service: ECS replaces it.'
    expect(told(1, policy('{ crashLoop: { stops: 3, within: 5m } }'))).toEqual([
      replaced,
      'It counts as a failure of web:7: 3 of them within 5 min are a crash loop.',
    ])
    expect(told(1, everything)).toEqual([
      replaced,
      'With heal in the rule of its service it would count towards a crash loop of web:7.',
    ])
    expect(told(0, policy('{}'))).toEqual([replaced])
  })
})

const causesOf = (happened: string) =>
  words.filter(([words]) => words.test(happened)).map(([, cause]) => cause)

describe('the index of outside payloads', () => {
  it.skipIf(index === '')(
    'has a line for each file, and each line of a task says what happened in words known here',
    () => {
      expect(rows.map(({ file }) => file).filter(file => read(file) === null)).toEqual([])
      expect(rows).toHaveLength(91)
      expect(tasks).toHaveLength(49)
      expect(tasks.filter(({ happened }) => causesOf(happened).length !== 1)).toEqual([])
      const unused = words.filter(([words]) => !tasks.some(({ happened }) => words.test(happened)))
      expect(unused).toEqual([])
    },
  )

  it.each(tasks)('replay says of $file: $happened', ({ file, happened }) => {
    const { cause } = replay(file, read(file) ?? '', everything)
    expect([cause]).toEqual(causesOf(happened))
  })
})
