import { Table } from 'console-table-printer'
import { type Outcome, ours, ranked } from '../../backtest/outcome.ts'
import { judgement } from '../../backtest/score.ts'
import { breach, days, percent, rate, thousands, threeDigits, wait } from './numbers.ts'

/** The columns of the terminal's table and of the report's: a title, and what stands below it. */
export const columns = [
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
] satisfies {
  title: string
  cell: (score: Outcome['standings'][number]['score']) => string
  alignment: 'left' | 'right'
}[]

const none = { left: '', mid: '', right: '', other: '' }

/** No frame: two spaces part the columns. */
const style = {
  headerTop: none,
  headerBottom: { left: '', mid: '', right: '', other: '─' },
  tableBottom: none,
  rowSeparator: none,
  vertical: '',
}

/** `emphasis` makes a line stand out; it is asked for ours. */
export function renderTable(
  { standings }: Pick<Outcome, 'standings'>,
  emphasis: (line: string) => string,
): string {
  const table = new Table({
    columns: columns.map(({ title, alignment }) => ({ name: title, title, alignment })),
    shouldDisableColors: true,
    style,
  })
  const rows = ranked(standings)
  for (const { score } of rows)
    table.addRow(Object.fromEntries(columns.map(({ title, cell }) => [title, cell(score)])))
  // The frame's empty lines, above and below.
  const [header = '', rule = '', ...body] = table
    .render()
    .split('\n')
    .filter(line => line.trim() !== '')
  const lines = body.map((line, index) => (rows[index]?.score.policy === ours ? emphasis(line) : line))
  return [header, rule, ...lines].map(line => `${line.trimEnd()}\n`).join('')
}

/** What was replayed, above the table. */
export function renderHead({ history, seconds, service, scale, mended }: Outcome): string {
  const { kind, capacityPerTask, deadlineSeconds } = service
  const facts = `${history}: ${kind}, ${days(seconds)}, ${rate(capacityPerTask)} requests a second per task, late after ${wait(deadlineSeconds)}.`
  return [facts, ...(scale === null ? [] : [scale]), ...mended.map(each => `mended: ${each}`)]
    .map(line => `${line}\n`)
    .join('')
}
