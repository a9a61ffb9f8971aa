import type { Findings } from './findings.ts'
import type { Finding } from './history.ts'
import type { Row } from './rows.ts'

export interface Grid {
  /** Seconds, as the rows count them. */
  startsAt: number
  intervalSeconds: number
  values: Float64Array
}

/** A missing hour, or a dozen of missing intervals, is drawn straight from its one end to the other. */
const mendable = { seconds: 3600, intervals: 12 }
const mostSeconds = 120 * 86_400

/** Puts rows, in seconds and in order, onto an even grid. */
export function layOnGrid(
  rows: readonly Row[],
  intervalSeconds: number,
  longGaps: 'refuse' | 'fill',
  findings: Findings,
): Grid | { problem: Finding } {
  const [first, last] = [rows[0] as Row, rows.at(-1) as Row]
  const placeOf = ({ at }: Row): number => Math.round((at - first.at) / intervalSeconds)
  const length = placeOf(last) + 1
  if (length * intervalSeconds > mostSeconds) {
    const days = Math.round((length * intervalSeconds) / 86_400)
    return problem(last.line, `The history ends here, after ${days} days; 120 are the most that is replayed.`)
  }
  const values = new Float64Array(length).fill(Number.NaN)
  let askew = 0
  for (const row of rows) {
    const place = placeOf(row)
    const aside = Math.abs(row.at - first.at - place * intervalSeconds)
    const isTaken = !Number.isNaN(values[place] as number)
    if (isTaken || aside > intervalSeconds / 10) askew++
    if (isTaken) findings.add('collision', sameInterval(row.line))
    else if (aside > intervalSeconds / 10) {
      const sentence = `This time lies ${round(aside)} s beside the grid of ${intervalSeconds} s, and was moved onto it.`
      findings.add('askew', { line: row.line, sentence })
    }
    values[place] = row.value
  }
  if (askew > rows.length / 10) {
    return problem(
      null,
      `The rows are not evenly apart: ${askew} of ${rows.length} do not lie on a grid of ${intervalSeconds} s.`,
    )
  }
  const unmended = fillGaps(rows, placeOf, values, intervalSeconds, longGaps, findings)
  return unmended ? { problem: unmended } : { startsAt: first.at, intervalSeconds, values }
}

function fillGaps(
  rows: readonly Row[],
  placeOf: (row: Row) => number,
  values: Float64Array,
  intervalSeconds: number,
  longGaps: 'refuse' | 'fill',
  findings: Findings,
): Finding | null {
  for (let at = 1; at < rows.length; at++) {
    const [before, after] = [rows[at - 1] as Row, rows[at] as Row]
    const [from, to] = [placeOf(before), placeOf(after)]
    const missing = to - from - 1
    if (missing <= 0) continue
    const amount = missing === 1 ? 'an interval is' : `${missing} intervals are`
    const isLong = missing > mendable.intervals && missing * intervalSeconds > mendable.seconds
    if (isLong && longGaps === 'refuse') {
      const sentence = `Before this line ${amount} missing: too many to guess what came. Cut the history, or allow long gaps.`
      return { line: after.line, sentence }
    }
    findings.add(isLong ? 'long gap' : 'gap', {
      line: after.line,
      sentence: `Before this line ${amount} missing, and ${missing === 1 ? 'was' : 'were'} filled in with a straight line.`,
    })
    for (let place = from + 1; place < to; place++) {
      values[place] = before.value + ((place - from) / (to - from)) * (after.value - before.value)
    }
  }
  return null
}

const problem = (line: number | null, sentence: string): { problem: Finding } => ({
  problem: { line, sentence },
})

const sameInterval = (line: number): Finding => ({
  line,
  sentence: 'A second row falls into this interval; the last one counts.',
})

const round = (seconds: number): number => Number(seconds.toPrecision(2))
