import * as z from 'zod'
import type { Logs } from '../model/logs.ts'
import { reply, type Verbs, verb } from './wire-verb.ts'

/** What CloudWatch Logs tells of one stream (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/). */
export const logsVerbs = (logs: Logs): Verbs => ({
  GetLogEvents: verb(
    'InvalidParameterException',
    z.strictObject({
      logGroupName: z.string().min(1),
      logStreamName: z.string().min(1),
      startFromHead: z.literal(false),
      limit: z.int().min(1).max(10_000),
    }),
    async ({ logGroupName: group, logStreamName: stream, limit }) =>
      reply('logs:GetLogEvents', await logs.lastLines({ group, stream, region: null }, limit), lines => ({
        events: lines.map((message, index) => ({ timestamp: index, message, ingestionTime: index })),
        nextBackwardToken: 'b/1',
        nextForwardToken: 'f/1',
      })),
  ),
})
