import { randomInt } from 'node:crypto'
import { inject } from 'vitest'
import type { AwsSettings } from '../../src/adapters/settings.ts'
import { adaptersAt, type Harness } from '../contracts/wire-harness.ts'
import { createEmulatorAccount } from './account.ts'
import { type Front, startFront } from './front.ts'

/** An account of the emulator that nobody used before: with most of them, an access key of twelve digits is one. */
export interface Rented {
  front: Front
  settings: AwsSettings & { endpoint: string; credentials: { accessKeyId: string } }
}

export async function rent(): Promise<Rented> {
  const { endpoint, oneAtATime } = inject('emulator')
  const front = await startFront(endpoint, { oneAtATime })
  const accessKeyId = String(randomInt(100_000_000_000, 281_000_000_000))
  return {
    front,
    settings: {
      region: 'eu-west-1',
      endpoint: front.endpoint,
      credentials: { accessKeyId, secretAccessKey: 'secret' },
      maxAttempts: 1,
      // A minute of work on a busy machine is none of the adapters' business here.
      connectTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
    },
  }
}

/** The production adapters before an account of the emulator. */
export async function throughEmulator(): Promise<Harness & Rented> {
  const { front, settings } = await rent()
  return {
    front,
    settings,
    account: createEmulatorAccount(settings, front),
    ports: adaptersAt(front.endpoint, settings),
    close: front.close,
  }
}
