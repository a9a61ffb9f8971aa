import { tellableLines } from '../../model/log-line.ts'
import { type LogStream, streamName } from '../../model/logs.ts'
import type { Ports } from '../../model/ports.ts'
import type { LogDestination, TaskDefinition } from '../../model/task-definition.ts'
import { difference } from './difference.ts'
import type { Explanation, ExplanationWish } from './explanation.ts'

/** Lines that are told; more are read, as some are blank. */
const linesMax = 5
const linesRead = 20

/** Reads why a revision may fail. What cannot be read is told in its place: never a reason not to tell the rest. */
export async function explainRevision(
  { ecs, logs }: Pick<Ports, 'ecs' | 'logs'>,
  { taskDefinitionArn, since, last }: ExplanationWish,
): Promise<Explanation> {
  if (since === null && last === null) return { taskDefinitionArn, changed: null, log: null }
  const failing = await ecs.describeTaskDefinition(taskDefinitionArn)
  const definition = failing.ok ? failing.value : null
  const before = since === null ? null : await ecs.describeTaskDefinition(since)
  const isRead = before?.ok && definition !== null
  return {
    taskDefinitionArn,
    changed: since === null ? null : { since, phrases: isRead ? difference(before.value, definition) : null },
    log: last && { container: last.container, lines: await linesOf(logs, definition, last) },
  }
}

async function linesOf(
  logs: Ports['logs'],
  definition: TaskDefinition | null,
  { taskId, container }: NonNullable<ExplanationWish['last']>,
): Promise<string[] | string> {
  if (definition === null) return 'its task definition could not be read'
  const log = definition.containers.find(({ name }) => name === container)?.settings?.log ?? null
  const stream = streamOf(log, container, taskId)
  if (typeof stream === 'string') return stream
  const answer = await logs.lastLines(stream, linesRead)
  if (!answer.ok && answer.failure.code !== 'not-found') return `could not be read (${answer.failure.code})`
  const lines = answer.ok ? tellableLines(answer.value).slice(-linesMax) : []
  return lines.length > 0 ? lines : 'it wrote nothing'
}

/** A text: why it cannot be found. */
function streamOf(log: LogDestination | null, container: string, taskId: string): LogStream | string {
  if (log === null) return 'none is configured'
  const { driver, group, region, streamPrefix } = log
  if (driver !== 'awslogs') return `goes to ${driver}`
  if (group === null) return 'its log group is not named'
  // Then the stream has the name that Docker gave the container, and nobody tells that one.
  if (streamPrefix === null) return `in ${group}, without awslogs-stream-prefix`
  return { group, region, stream: streamName(streamPrefix, container, taskId) }
}
