import { type Logs, streamName } from '../model/logs.ts'
import { answered, refused } from '../model/reading.ts'
import type { TaskRecord } from './ecs-records.ts'
import type { Faults } from './failures.ts'
import { region } from './names.ts'

/** CloudWatch Logs, as far as containers with the driver awslogs write there. */
export interface ContainerLogs {
  logs: Logs
  writeLog(group: string, stream: string, line: string): void
  /** One line of a container. Without awslogs and a prefix nobody finds it again. */
  write(task: TaskRecord, container: string, line: string): void
}

/** Lines that a stream is remembered with; GetLogEvents tells at most 10,000. */
const linesMax = 100

export function createContainerLogs(faults: Faults): ContainerLogs {
  const streams = new Map<string, string[]>()
  const keyOf = (group: string, stream: string): string => `${group} ${stream}`
  const writeLog = (group: string, stream: string, line: string): void => {
    const key = keyOf(group, stream)
    streams.set(key, [...(streams.get(key) ?? []), line].slice(-linesMax))
  }
  return {
    logs: {
      lastLines: ({ group, stream, region: asked }, limit) =>
        faults.call('logs:GetLogEvents', () => {
          const lines = (asked ?? region) === region ? streams.get(keyOf(group, stream)) : undefined
          return lines
            ? answered(lines.slice(-limit))
            : refused('logs:GetLogEvents', 'not-found', 'The specified log stream does not exist.')
        }),
    },
    writeLog,
    write(task, name, line) {
      const log = task.definition.containers.find(container => container.name === name)?.log
      if (log?.driver !== 'awslogs' || log.group === null || log.streamPrefix === null) return
      writeLog(log.group, streamName(log.streamPrefix, name, task.id), line)
    },
  }
}
