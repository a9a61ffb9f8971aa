import { CsvError, parse } from 'csv-parse/sync'
import { quote } from '../../policy/quote.ts'
import type { Findings } from './findings.ts'
import type { Finding } from './history.ts'
import { parseInstant } from './instant.ts'

export interface Row {
  line: number
  /** As written: seconds or milliseconds, since 1970 or since the history began. */
  at: number
  value: number
}

export interface ReadRows {
  rows: Row[]
  /** Rows of which nothing could be made. */
  unusable: number
}

/** `timestamp,value` rows, with a header row or without one; commas, semicolons or tabs between. */
export function readRows(text: string, findings: Findings): ReadRows | { problem: Finding } {
  const records = recordsOf(text)
  if ('problem' in records) return records
  const [first] = records.records
  const columns = first && namesOf(first.cells)
  const [timeAt, valueAt] = columns ?? [0, 1]
  const rows: Row[] = []
  let unusable = 0
  for (const { line, cells } of columns ? records.records.slice(1) : records.records) {
    const at = parseInstant(cells[timeAt] ?? '')
    const [kind, sentence] =
      at === null
        ? ['time', `${quote(cells[timeAt] ?? '')} is no time, and the row was left out.`]
        : valueProblem(cells[valueAt])
    if (at !== null && sentence === null) rows.push({ line, at, value: Number(cells[valueAt]) })
    else {
      unusable++
      findings.add(kind, { line, sentence: sentence ?? '' })
    }
  }
  return { rows, unusable }
}

interface Written {
  line: number
  cells: string[]
}

function recordsOf(text: string): { records: Written[] } | { problem: Finding } {
  const records: Written[] = []
  try {
    parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter: [',', ';', '\t'],
      on_record: (cells: string[], { lines }) => {
        records.push({ line: lines, cells })
        return null
      },
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    })
    return { records }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines : null
    return { problem: { line, sentence: 'This is no CSV: a quotation mark is opened and never closed.' } }
  }
}

/** Columns of time and value where the first row names its columns; null when it is a row like the others. */
function namesOf(cells: readonly string[]): [number, number] | null {
  if (cells.some(cell => parseInstant(cell) !== null || /^-?[\d.]+(e[+-]?\d+)?$/i.test(cell))) return null
  const found = (pattern: RegExp, otherwise: number): number => {
    const at = cells.findIndex(cell => pattern.test(cell))
    return at < 0 ? otherwise : at
  }
  const time = found(/^(time|date)/i, 0)
  return [time, found(/^value$/i, time === 0 ? 1 : 0)]
}

function valueProblem(cell: string | undefined): [kind: string, sentence: string | null] {
  const value = cell === undefined || cell === '' ? Number.NaN : Number(cell)
  if (value < 0) return ['negative', `${quote(cell)} is less than nothing, and was taken as missing.`]
  if (Number.isFinite(value)) return ['', null]
  return ['number', `${quote(cell)} is no number, and was taken as missing.`]
}
