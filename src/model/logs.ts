import type { Answer } from './reading.ts'

/** What containers wrote, in CloudWatch Logs. May hold secrets: nothing of it is told that has not been through `tellableLine`. */
export interface Logs {
  /** The newest `limit` lines, oldest first. `not-found`: there is no such group or stream. */
  lastLines(stream: LogStream, limit: number): Promise<Answer<string[]>>
}

export interface LogStream {
  group: string
  stream: string
  /** Null: our own. */
  region: string | null
}

/** `prefix/container/task id` (ECS developer guide, log driver `awslogs`). */
export const streamName = (prefix: string, container: string, taskId: string): string =>
  `${prefix}/${container}/${taskId}`
