import { parseTimestamp, second } from '../../model/time.ts'
import { createFindings } from './findings.ts'
import { type Grid, layOnGrid } from './grid.ts'
import { type Header, readHeader } from './header.ts'
import type { Finding, History, ReadHistory } from './history.ts'
import { leastEpochSeconds } from './instant.ts'
import { inOrder } from './order.ts'
import { readRows } from './rows.ts'
import { toSeconds } from './scale-of-time.ts'

/** What the caller knows of a history; it goes before what the file says. */
export interface HistoryOptions {
  /** How it is called where the file does not say. */
  name: string
  /** Default: what the file says, otherwise `web`. */
  kind?: History['kind']
  capacityPerTask?: number
  deadlineSeconds?: number
  /** Gaps of more than an hour and more than twelve intervals. Default `refuse`. */
  longGaps?: 'refuse' | 'fill'
}

/** More than this part of the rows unusable, and the rest is not to be trusted either. */
const mostUnusable = 0.1

/** Beyond, the capacity of a task is mistaken. */
const mostTasks = 10_000

/**
 * Reads a history from CSV: `# key: value` lines (trace, unit, interval_s, start, kind, slo_delay_s, capacity_per_task_per_s), then
 * `timestamp,value` rows. Times are seconds or milliseconds, since 1970 or from 0, or ISO 8601. What can be mended is mended and said.
 */
export function readHistory(text: string, options: HistoryOptions): ReadHistory {
  if (text.trim() === '') return refused(null, 'The file is empty.')
  const { header, problems } = readHeader(text)
  const { capacityPerTask, deadlineSeconds, missing } = given(header, options)
  if (problems.length + missing.length > 0) return { ok: false, problems: [...problems, ...missing] }

  const findings = createFindings()
  const read = readRows(text, findings)
  if ('problem' in read) return { ok: false, problems: [read.problem] }
  const all = read.rows.length + read.unusable
  if (read.unusable > mostUnusable * all) {
    const sentence = `${read.unusable} of ${all} rows are unusable, more than a tenth: the others are not to be trusted either.`
    return { ok: false, problems: [{ line: null, sentence }, ...findings.list()] }
  }
  const ordered = inOrder(read.rows, findings)
  const [only, another] = ordered
  if (!only) return refused(null, 'The file has no rows.')
  if (!another) return refused(only.line, 'One row is no history: at least two different times are needed.')
  const timed = toSeconds(ordered, header.intervalSeconds, findings)
  if ('problem' in timed) return { ok: false, problems: [timed.problem] }
  const grid = layOnGrid(timed.rows, timed.intervalSeconds, options.longGaps ?? 'refuse', findings)
  if ('problem' in grid) return { ok: false, problems: [grid.problem] }
  if (!grid.values.some(value => value > 0)) return refused(null, 'Nothing ever came: all values are 0.')

  const peakTasks = peakOf(grid) / capacityPerTask
  if (peakTasks > mostTasks) {
    const sentence = `At its peak this is work for ${Math.round(peakTasks)} tasks that serve ${capacityPerTask} a second each; ${mostTasks} are the most that is replayed. Is the capacity right?`
    return refused(null, sentence)
  }
  const history = {
    name: header.name ?? options.name,
    kind: options.kind ?? header.kind ?? 'web',
    intervalSeconds: grid.intervalSeconds,
    values: grid.values,
    capacityPerTask,
    deadlineSeconds,
    unit: header.unit ?? 'requests',
    startAtMs: startOf(grid.startsAt, header.start),
  }
  return { ok: true, history, mended: findings.list() }
}

function given(header: Header, options: HistoryOptions) {
  const capacityPerTask = options.capacityPerTask ?? header.capacityPerTask ?? Number.NaN
  const deadlineSeconds = options.deadlineSeconds ?? header.deadlineSeconds ?? Number.NaN
  const missing: Finding[] = []
  const want = (value: number, sentence: string): void => {
    if (Number.isNaN(value)) missing.push({ line: null, sentence })
  }
  want(
    capacityPerTask,
    'How much one task serves a second is not said: give the capacity, or a line "# capacity_per_task_per_s: 50".',
  )
  want(
    deadlineSeconds,
    'How long a request may wait is not said: give the deadline, or a line "# slo_delay_s: 1".',
  )
  return { capacityPerTask, deadlineSeconds, missing }
}

/** Times that count from 0 get their begin from the header: `2014-04-02T14:25, Wednesday`, UTC. */
function startOf(startsAt: number, declared: string | undefined): number | null {
  if (startsAt >= leastEpochSeconds) return startsAt * second
  const [, instant] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)/.exec(declared ?? '') ?? []
  const atMs = instant === undefined ? null : parseTimestamp(`${instant}Z`)
  return atMs === null ? null : atMs + startsAt * second
}

/** Work a second in the busiest interval. */
const peakOf = ({ values, intervalSeconds }: Grid): number =>
  values.reduce((most, value) => Math.max(most, value), 0) / intervalSeconds

const refused = (line: number | null, sentence: string): ReadHistory => ({
  ok: false,
  problems: [{ line, sentence }],
})
