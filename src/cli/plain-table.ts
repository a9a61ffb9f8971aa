import { Table } from 'console-table-printer'

export interface Column {
  title: string
  alignment: 'left' | 'right'
}

const none = { left: '', mid: '', right: '', other: '' }

/** No frame: two spaces part the columns. */
const style = {
  headerTop: none,
  headerBottom: none,
  tableBottom: none,
  rowSeparator: none,
  vertical: '',
}

/** The head, a rule under it, and one line for each row, whose cells stand in the order of the columns. */
export function plainTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): { head: string; rule: string; lines: string[] } {
  const table = new Table({
    columns: columns.map(({ title, alignment }) => ({ name: title, title, alignment })),
    shouldDisableColors: true,
    style,
  })
  for (const row of rows)
    table.addRow(Object.fromEntries(columns.map(({ title }, index) => [title, row[index] ?? ''])))
  // The frame's empty lines go, and so does the space before the first column.
  const [head = '', ...lines] = table
    .render()
    .split('\n')
    .map(line => line.trimEnd().replace(/^ /, ''))
    .filter(line => line !== '')
  return { head, rule: '─'.repeat(Math.max(...[head, ...lines].map(line => line.length))), lines }
}
