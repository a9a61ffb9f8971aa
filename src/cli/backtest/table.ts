import { type Outcome, ours, ranked } from '../../backtest/outcome.ts'
import { judgement, type Score } from '../../backtest/score.ts'
import { type Column, plainTable } from '../plain-table.ts'
import { madeOf } from './assumptions.ts'
import { briefSetting } from './names.ts'
import { breach, days, percent, rate, thousands, threeDigits, wait, workOf } from './numbers.ts'

type Cell = (score: Score) => string

/** The columns of the report's table. */
export const columns: (Column & { cell: Cell })[] = [
  { title: 'policy', cell: ({ policy }) => policy, alignment: 'left' },
  { title: 'setting', cell: ({ setting }) => setting, alignment: 'left' },
  { title: 'late', cell: ({ lateShare }) => percent(lateShare), alignment: 'right' },
  { title: 'cost', cell: ({ relativeCost }) => threeDigits(relativeCost), alignment: 'right' },
  { title: 'J', cell: score => threeDigits(judgement(score)), alignment: 'right' },
  { title: 'task-hours', cell: ({ taskHours }) => thousands(taskHours), alignment: 'right' },
  { title: 'actions/day', cell: ({ actionsPerDay }) => thousands(actionsPerDay), alignment: 'right' },
  { title: 'p99 wait', cell: ({ waitSeconds }) => wait(waitSeconds.p99), alignment: 'right' },
  {
    title: 'longest breach',
    cell: ({ longestBreachMinutes }) => breach(longestBreachMinutes),
    alignment: 'right',
  },
]

/** In a terminal of 100 columns there is no room for J, by which the lines are sorted. */
const terminalColumns = columns.filter(({ title }) => title !== 'J')

/** Nor for all of a setting: `100% of peak: 24 tasks`, `queueLength 12 (30 s of work)`. */
const brief = (score: Score): Score => ({
  ...score,
  setting: briefSetting(score.setting).replace(/^queueLength/, 'length'),
})

/** `emphasis` makes a line stand out; it is asked for ours. */
export function renderTable(
  { standings }: Pick<Outcome, 'standings'>,
  emphasis: (line: string) => string,
): string {
  const { head, rule, lines } = plainTable(
    terminalColumns,
    ranked(standings).map(({ score }) => terminalColumns.map(({ cell }) => cell(brief(score)))),
  )
  const body = lines.map(line => (line.startsWith(`${ours} `) ? emphasis(line) : line))
  return [head, rule, ...body].map(line => `${line}\n`).join('')
}

/** What was replayed, above the table. */
export function renderHead(outcome: Outcome): string {
  const { history, seconds, service, mended } = outcome
  const { kind, capacityPerTask, deadlineSeconds } = service
  const facts = `${history}: ${kind}, ${days(seconds)}, ${rate(capacityPerTask)} ${workOf(kind)} a second per task, late after ${wait(deadlineSeconds)}.`
  return [facts, ...madeOf(outcome), ...mended.map(each => `Mended: ${each}`)]
    .map(line => `${line}\n`)
    .join('')
}
