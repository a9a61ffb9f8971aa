import type { Findings } from './findings.ts'
import type { Row } from './rows.ts'

/** Rows in order of time, each time once. */
export function inOrder(rows: readonly Row[], findings: Findings): Row[] {
  for (let at = 1; at < rows.length; at++) {
    const [before, row] = [rows[at - 1] as Row, rows[at] as Row]
    if (row.at >= before.at) continue
    findings.add('order', {
      line: row.line,
      sentence: 'This row is earlier than the one before; the rows were sorted.',
    })
  }
  const kept: Row[] = []
  for (const row of rows.toSorted((a, b) => a.at - b.at)) {
    const before = kept.at(-1)
    if (before?.at !== row.at) {
      kept.push(row)
      continue
    }
    const [kind, what] =
      before.value === row.value
        ? ['twice', `This row is the same as line ${before.line}, and was left out.`]
        : ['contradiction', `This time has another value in line ${before.line}; the last one counts.`]
    findings.add(kind, { line: row.line, sentence: what })
    kept[kept.length - 1] = row
  }
  return kept
}
