import { inject } from 'vitest'
import { botToken, openSlackDouble, type SlackDouble } from '../contracts/slack-double.ts'
import { type Emulator, startEmulator } from '../emulators/servers.ts'
import { type Account, openAccount } from './account.ts'
import { startCloudWatch } from './alarms.ts'
import { deploy, remove } from './deploy.ts'
import { readStack, type Stack } from './stack.ts'

/** The emulator with what it lacks beside it, and the stack that is installed in its accounts. */
export interface Cloud {
  emulator: Emulator
  slack: SlackDouble
  /** As packaged; its bot speaks to `slack`. */
  stack: Stack
  close(): Promise<void>
}

export async function openCloud(): Promise<Cloud> {
  const [cloudWatch, slack] = await Promise.all([startCloudWatch(), openSlackDouble()])
  // The functions inherit the variables of the emulator's process.
  const env = { AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint }
  const [emulator, stack] = await Promise.all([
    startEmulator('ministack', { python: inject('python'), env }),
    readStack(inject('stackFolder'), slack.baseUrl),
  ])
  return {
    emulator,
    slack,
    stack,
    async close() {
      await emulator.close()
      await Promise.all([cloudWatch.close(), slack.close()])
    },
  }
}

export interface Installation extends Account {
  table: string
  queues: { services: string; tasks: string; deadLetters: string }
  /** Otherwise its schedule would go on. */
  remove(): Promise<void>
}

let accounts = 0

/** In an account of its own, so that installations know nothing of each other. */
export async function install({ emulator }: Cloud, stack: Stack): Promise<Installation> {
  accounts += 1
  const account = openAccount(emulator.endpoint, String(accounts).padStart(12, '0'))
  await account.furnish()
  await account.keepSecret('/longshore/slack-token', botToken)
  const ids = await deploy(account.aws, stack)
  const id = (name: string): string => {
    const found = ids.get(name)
    if (!found) throw new Error(`${name} is not in the stack`)
    return found
  }
  return {
    ...account,
    table: id('Table'),
    queues: { services: id('ServicesQueue'), tasks: id('TasksQueue'), deadLetters: id('DeadLetters') },
    async remove() {
      await remove(account.aws)
      account.close()
    },
  }
}
