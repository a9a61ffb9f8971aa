import type { Findings } from './findings.ts'
import type { Finding } from './history.ts'
import { leastEpochMs } from './instant.ts'
import type { Row } from './rows.ts'

const longestIntervalSeconds = 3600

/** Rows with their times in seconds, whatever they were written in. `rows` are in order. */
export function toSeconds(
  rows: Row[],
  declaredSeconds: number | undefined,
  findings: Findings,
): { rows: Row[]; intervalSeconds: number } | { problem: Finding } {
  const large = rows.filter(({ at }) => at >= leastEpochMs).length
  if (large > 0 && large < rows.length)
    return mixed(rows.find(({ at }) => at >= leastEpochMs !== large * 2 > rows.length))
  const steps = stepsOf(rows)
  const odd = rows.find((_, at) => at > 0 && isThousandfold(rows, at, steps[0] as number))
  if (odd) return mixed(odd)
  const step = steps[(steps.length - 1) >> 1] as number
  const inMs =
    large > 0 ||
    step === (declaredSeconds ?? 0) * 1000 ||
    (step > longestIntervalSeconds && isInterval(step / 1000))
  if (inMs && large === 0) {
    findings.add('milliseconds', {
      line: (rows[0] as Row).line,
      sentence: `Rows are ${step} apart, which was taken for milliseconds.`,
    })
  }
  const scaled = inMs ? rows.map(row => ({ ...row, at: row.at / 1000 })) : rows
  const intervalSeconds = inMs ? step / 1000 : step
  if (declaredSeconds !== undefined && declaredSeconds !== intervalSeconds) {
    return {
      problem: {
        line: null,
        sentence: `interval_s says ${declaredSeconds}, but the rows are ${intervalSeconds} s apart.`,
      },
    }
  }
  if (!isInterval(intervalSeconds)) {
    const sentence = `The rows are ${Number(intervalSeconds.toPrecision(6))} s apart; whole seconds from 1 to ${longestIntervalSeconds} can be replayed.`
    return { problem: { line: null, sentence } }
  }
  return { rows: scaled, intervalSeconds }
}

const isInterval = (seconds: number): boolean =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= longestIntervalSeconds

/** From row to row, the shortest first; the middle one does not mind gaps. */
const stepsOf = (rows: readonly Row[]): number[] =>
  rows
    .slice(1)
    .map((row, at) => Number((row.at - (rows[at] as Row).at).toFixed(3)))
    .sort((a, b) => a - b)

/** A time that would be among those before it, or the next, if it were a thousandth. */
function isThousandfold(rows: readonly Row[], at: number, leastStep: number): boolean {
  const [first, before, row] = [rows[0] as Row, rows[at - 1] as Row, rows[at] as Row]
  const thousandth = row.at / 1000
  return (
    before.at > 0 &&
    row.at > 500 * before.at &&
    thousandth >= first.at &&
    thousandth <= before.at + 2 * leastStep
  )
}

const mixed = (row: Row | undefined): { problem: Finding } => ({
  problem: {
    line: row?.line ?? null,
    sentence:
      'Seconds and milliseconds are mixed in this column: from this line on the times are of another size.',
  },
})
