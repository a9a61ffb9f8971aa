import { printable, quote } from '../../policy/quote.ts'
import type { Finding, History } from './history.ts'

/** What `#` lines say of a history; absent: they do not. */
export interface Header {
  name?: string
  kind?: History['kind']
  unit?: string
  start?: string
  intervalSeconds?: number
  deadlineSeconds?: number
  capacityPerTask?: number
}

/** `# key: value` lines; keys that nobody knows (source, licence) are for people. */
export function readHeader(text: string): { header: Header; problems: Finding[] } {
  const header: Header = {}
  const problems: Finding[] = []
  for (const [at, content] of text.split('\n').entries()) {
    const [, key = '', value = ''] = /^\s*#\s*(\w+)\s*:\s*(.*?)\s*$/.exec(content) ?? []
    const sentence = note(header, key, value)
    if (sentence !== null) problems.push({ line: at + 1, sentence })
  }
  return { header, problems }
}

/** A sentence when the value is none. */
function note(header: Header, key: string, value: string): string | null {
  if (key === 'trace') header.name = printable(value)
  else if (key === 'unit') header.unit = printable(value).replace(/ arriving per interval.*$/, '')
  else if (key === 'start') header.start = value
  else if (key === 'kind') {
    if (value !== 'web' && value !== 'queue') return `kind is ${quote(value)}; it must be web or queue.`
    header.kind = value
  } else if (isNumberKey(key)) {
    const number = Number(value)
    if (!(number > 0 && number < Infinity)) return `${key} is ${quote(value)}; it must be a number above 0.`
    header[numberKeys[key]] = number
  }
  return null
}

const numberKeys = {
  interval_s: 'intervalSeconds',
  slo_delay_s: 'deadlineSeconds',
  capacity_per_task_per_s: 'capacityPerTask',
} as const

const isNumberKey = (key: string): key is keyof typeof numberKeys => Object.hasOwn(numberKeys, key)
