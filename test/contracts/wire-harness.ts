import { ConfiguredRetryStrategy } from '@smithy/core/retry'
import { createAwsPorts } from '../../src/adapters/aws.ts'
import type { AwsSettings } from '../../src/adapters/settings.ts'
import type { QueueUrls } from '../../src/adapters/sqs.ts'
import type { Ports } from '../../src/model/ports.ts'
import { startWire, type WireOptions } from '../../src/world/wire.ts'
import type { World } from '../../src/world/world.ts'
import type { Account } from './account.ts'
import { answerProblems } from './schema-check.ts'
import { createAccount, type WorldAccount } from './wire-account.ts'

/** What a contract suite runs on: the ports under test, and the account behind them. */
export interface Harness {
  account: Account
  ports: Pick<Ports, 'ecs' | 'ec2' | 'cloudWatch' | 'cloudMap' | 'queues' | 'images' | 'logs'>
  close(): Promise<void>
}

/** The world's own ports. */
const direct = async (account: WorldAccount): Promise<Harness> => ({
  account,
  ports: account.ports,
  close: async () => {},
})

/** The production adapters, SDK included, through the wire in front of the same account. Closing fails when an answer was not of AWS's shape. */
async function throughWire(
  account: Pick<WorldAccount, 'ports' | 'cloudMapServices' | 'queueNames'>,
): Promise<Pick<Harness, 'ports' | 'close'>> {
  const problems: string[] = []
  const wire = await startWire({
    ports: account.ports,
    cloudMapServices: account.cloudMapServices,
    queueNames: account.queueNames,
    metricPointsPerPage: 500,
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
  })
  return {
    ports: adaptersAt(wire.endpoint, { maxAttempts: 1 }),
    close: async () => {
      await wire.close()
      if (problems.length > 0) throw new Error(`Not of AWS's shape: ${problems.join('; ')}`)
    },
  }
}

/** The rows of every contract: the world, and the adapters in front of the same world. */
export const rows: [name: string, makePorts: () => Promise<Harness>][] = [
  ['the world', () => direct(createAccount())],
  [
    'adapters through the wire',
    async () => {
      const account = createAccount()
      return { account, ...(await throughWire(account)) }
    },
  ],
]

/** For what happens in the world alone. */
export interface EcsHarness {
  ecs: Ports['ecs']
  close(): Promise<void>
}

export const worldRows: [name: string, makePorts: (world: World) => Promise<EcsHarness>][] = [
  ['the world', async ({ ports }) => ({ ecs: ports.ecs, close: async () => {} })],
  [
    'adapters through the wire',
    async world => {
      const { ports, close } = await throughWire(world)
      return { ecs: ports.ecs, close }
    },
  ],
]

/** Retries without waiting. */
export const adaptersAt = (endpoint: string, more: Partial<AwsSettings & { queueUrls: QueueUrls }> = {}) =>
  createAwsPorts({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    ...(more.maxAttempts === 1 ? {} : { retryStrategy: new ConfiguredRetryStrategy(3, () => 0) }),
    queueUrls: { services: `${endpoint}/1/services`, tasks: `${endpoint}/1/tasks` },
    clock: { now: () => 0 },
    ...more,
  })

/** A wire in front of an empty account, for what concerns the wire alone. */
export const bareWire = (options: Partial<WireOptions>) => {
  const account = createAccount()
  return startWire({ ports: account.ports, cloudMapServices: account.cloudMapServices, ...options })
}
