import { basename } from 'node:path'
import { historyFile } from '../../backtest/cloudwatch-history.ts'
import type { History } from '../../backtest/history/history.ts'
import { type HistoryOptions, readHistory } from '../../backtest/history/read.ts'
import { singleLine } from '../../model/single-line.ts'
import { readText } from '../read-text.ts'
import { isRegionMissing, noRegion } from '../region.ts'
import type { ServiceName } from './arguments.ts'
import { fetchHistory, type HistoryAws } from './fetch.ts'
import { writeWhole } from './file.ts'

/** What the command line says of a history; it goes before what the file says. */
export type HistoryWords = Omit<HistoryOptions, 'name'>

export interface ReadyHistory {
  history: History
  mended: string[]
}

export type Histories = { ok: true; histories: ReadyHistory[] } | { ok: false; problems: string[] }

/** Every file, or everything that is wrong with any of them, a line each. */
export async function historiesFrom(files: readonly string[], words: HistoryWords): Promise<Histories> {
  const histories: ReadyHistory[] = []
  const problems: string[] = []
  for (const file of files) {
    const told = singleLine(file)
    const found = await readText(file, 'Name a history, as in: longshore backtest history.csv')
    if ('problem' in found) {
      problems.push(`${told}: ${found.problem}`)
      continue
    }
    const read = parsed(found.text, told, basename(file).replace(/\.[^.]*$/, ''), words)
    if (read.ok) histories.push(...read.histories)
    else problems.push(...read.problems)
  }
  return problems.length === 0 ? { ok: true, histories } : { ok: false, problems }
}

function parsed(text: string, file: string, name: string, words: HistoryWords): Histories {
  const read = readHistory(text, { name, ...words })
  const place = (line: number | null): string => (line === null ? '' : `:${line}`)
  if (!read.ok)
    return {
      ok: false,
      problems: read.problems.map(({ line, sentence }) => `${file}${place(line)}: ${sentence}`),
    }
  const mended = read.mended.map(
    ({ line, sentence }) => `${line === null ? '' : `line ${line}: `}${sentence}`,
  )
  return { ok: true, histories: [{ history: read.history, mended }] }
}

export interface FetchedOptions {
  service: ServiceName | null
  queue: string | null
  days: number
  /** Where the history is kept; null: nowhere. */
  save: string | null
  words: HistoryWords
  nowMs: number
}

/** The history of a service from CloudWatch; what is saved is what is replayed. */
export async function historyFromAws(
  openAws: () => HistoryAws,
  { service, queue, days, save, words, nowMs }: FetchedOptions,
): Promise<Histories> {
  const refused = (problem: string): Histories => ({ ok: false, problems: [problem] })
  const { capacityPerTask, deadlineSeconds } = words
  if (capacityPerTask === undefined)
    return refused(
      'CloudWatch does not know what one task can serve. Say it, as in --capacity 50 (a second).',
    )
  if (deadlineSeconds === undefined)
    return refused('CloudWatch does not know what is late. Say it, as in --deadline 1s.')
  try {
    const options = { service, queue, days, capacityPerTask, deadlineSeconds, nowMs }
    const fetched = await fetchHistory(openAws(), options)
    if (!fetched.ok) return refused(fetched.problem)
    const text = historyFile(fetched.value)
    const problem = save === null ? null : await writeWhole(save, text)
    if (problem !== null) return refused(`${singleLine(save ?? '')}: ${problem}`)
    return parsed(text, fetched.value.name, fetched.value.name, words)
  } catch (error) {
    if (isRegionMissing(error)) return refused(noRegion)
    throw error
  }
}
