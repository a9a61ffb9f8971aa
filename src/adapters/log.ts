import { Logger } from '@aws-lambda-powertools/logger'
import type { Log } from '../model/ports.ts'

/**
 * Structured log lines. Only fields of the list below are written, and of them only plain values: an event, an
 * override or an answer that is handed over by mistake leaves no trace but a number of dropped fields.
 */

export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

export interface JsonLogOptions {
  /** The function's log level in Lambda (Advanced Logging Controls), where one is set, wins. */
  level: LogLevel
  stage: string
  /** Takes a whole line without its end. Default: standard output. */
  write?: (line: string) => void
}

/** Names, codes and numbers that say what happened to which target; nothing that can hold a secret. */
const allowed = new Set([
  'at',
  'attempts',
  'cause',
  'code',
  'count',
  'end',
  'entry',
  'epoch',
  'failures',
  'kind',
  'messageId',
  'operation',
  'outcome',
  'problem',
  'reason',
  'room',
  'target',
  'task',
  'tookMs',
  'verb',
  'version',
])

const valueMax = 1_000

export function jsonLog(options: JsonLogOptions): Log {
  const write = options.write ?? (line => process.stdout.write(`${line}\n`))
  const logger = new LineLogger({
    logLevel: options.level,
    serviceName: 'longshore',
    persistentKeys: { stage: options.stage },
  })
  logger.write = write
  return {
    debug: (message, fields) => logger.debug(message.slice(0, valueMax), keptFields(fields)),
    info: (message, fields) => logger.info(message.slice(0, valueMax), keptFields(fields)),
    warn: (message, fields) => logger.warn(message.slice(0, valueMax), keptFields(fields)),
    error: (message, fields) => logger.error(message.slice(0, valueMax), keptFields(fields)),
  }
}

/** The library prints through a console of its own; here each line goes to the given writer. */
class LineLogger extends Logger {
  write: (line: string) => void = () => {}

  protected override printLog(...[, item]: Parameters<Logger['printLog']>): void {
    item.prepareForPrint()
    this.write(JSON.stringify(item.getAttributes()))
  }
}

type Kept = Record<string, string | number | boolean | { name: string; message: string }>

function keptFields(fields: Record<string, unknown> = {}): Kept {
  const kept: Kept = {}
  let dropped = 0
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    const plain = name === 'error' ? plainError(value) : allowed.has(name) ? plainValue(value) : undefined
    if (plain === undefined) dropped += 1
    else kept[name] = plain
  }
  return dropped === 0 ? kept : { ...kept, droppedFields: dropped }
}

/** No stack and no `cause`; a parser's message quotes what it was parsing. */
function plainError(value: unknown): { name: string; message: string } | undefined {
  if (!(value instanceof Error)) return undefined
  const message = value instanceof SyntaxError ? 'not told: it may quote the input' : value.message
  return { name: value.name.slice(0, valueMax), message: message.slice(0, valueMax) }
}

function plainValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.slice(0, valueMax)
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
    ? value
    : undefined
}
