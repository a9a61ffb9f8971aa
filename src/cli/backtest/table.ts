import { Table } from 'console-table-printer'
import { type Outcome, ours, ranked } from '../../backtest/outcome.ts'
import { judgement, type Score } from '../../backtest/score.ts'
import { madeOf } from './assumptions.ts'
import { briefSetting } from './names.ts'
import { breach, days, percent, rate, thousands, threeDigits, wait, workOf } from './numbers.ts'

type Cell = (score: Score) => string

/** The columns of the report's table. */
export const columns: { title: string; cell: Cell; alignment: 'left' | 'right' }[] = [
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

const none = { left: '', mid: '', right: '', other: '' }

/** No frame: two spaces part the columns. */
const style = {
  headerTop: none,
  headerBottom: none,
  tableBottom: none,
  rowSeparator: none,
  vertical: '',
}

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
  const table = new Table({
    columns: terminalColumns.map(({ title, alignment }) => ({ name: title, title, alignment })),
    shouldDisableColors: true,
    style,
  })
  const rows = ranked(standings)
  for (const { score } of rows)
    table.addRow(Object.fromEntries(terminalColumns.map(({ title, cell }) => [title, cell(brief(score))])))
  // The frame's empty lines go, and so does the space before the first column.
  const [head = '', ...lines] = table
    .render()
    .split('\n')
    .map(line => line.trimEnd().replace(/^ /, ''))
    .filter(line => line !== '')
  const rule = '─'.repeat(Math.max(...[head, ...lines].map(line => line.length)))
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
