import { tellableLines } from '../model/log-line.ts'
import { type LogStream, streamName } from '../model/logs.ts'
import type { Ports } from '../model/ports.ts'
import type { LogDestination, TaskDefinition } from '../model/task-definition.ts'
import type { LastLines } from './log-facts.ts'

/** Lines that are told; more are read, as some are blank. */
const linesMax = 5
const linesRead = 20

/** `known`: values that must not be told. What cannot be read is said in its place: never a reason not to tell the rest. */
export async function readLastLines(
  { logs }: Pick<Ports, 'logs'>,
  definition: TaskDefinition | null,
  { taskId, container }: { taskId: string; container: string },
  known: readonly string[] = [],
): Promise<LastLines> {
  const told = (lines: LastLines['lines']): LastLines => ({ container, lines })
  if (definition === null) return told('its task definition could not be read')
  const log = definition.containers.find(({ name }) => name === container)?.settings?.log ?? null
  const stream = streamOf(log, container, taskId)
  if (typeof stream === 'string') return told(stream)
  const answer = await logs.lastLines(stream, linesRead)
  if (!answer.ok && answer.failure.code !== 'not-found')
    return told(`could not be read (${answer.failure.code})`)
  const lines = answer.ok ? tellableLines(answer.value, known).slice(-linesMax) : []
  return told(lines.length > 0 ? lines : 'it wrote nothing')
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
