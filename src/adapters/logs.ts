import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { Logs } from '../model/logs.ts'
import { answered } from '../model/reading.ts'
import { ask } from './failure.ts'
import { type AwsSettings, clientSettings } from './settings.ts'

export function createLogs(settings: AwsSettings): Logs {
  const clients = new Map<string, CloudWatchLogsClient>()
  const clientIn = (region: string | null): CloudWatchLogsClient => {
    const key = region ?? ''
    const own = region === null ? settings : { ...settings, region }
    const client = clients.get(key) ?? new CloudWatchLogsClient(clientSettings(own))
    clients.set(key, client)
    return client
  }
  return {
    lastLines: ({ group, stream, region }, limit) =>
      ask('logs:GetLogEvents', async () => {
        // One page, although it may be empty beside a token for more: a look does not page through a log.
        const { events = [] } = await clientIn(region).send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            startFromHead: false,
            limit,
          }),
        )
        return answered(events.flatMap(({ message }) => message ?? []).slice(-limit))
      }),
  }
}
