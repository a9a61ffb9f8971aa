import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { type AwsSettings, clientSettings } from '../../src/adapters/settings.ts'
import type { Account } from '../contracts/account.ts'

export function createLogsSide(settings: AwsSettings): Pick<Account, 'writeLog'> {
  const client = new CloudWatchLogsClient(clientSettings(settings))
  const groups = new Set<string>()
  return {
    writeLog: async (logGroupName, logStreamName, lines) => {
      if (!groups.has(logGroupName)) await client.send(new CreateLogGroupCommand({ logGroupName }))
      groups.add(logGroupName)
      await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
      const startMs = Date.now() - 1_000
      const logEvents = lines.map((message, index) => ({ timestamp: startMs + index, message }))
      await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))
    },
  }
}
