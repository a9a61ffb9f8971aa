import wrapAnsi from 'wrap-ansi'
import type { Outcome } from '../../backtest/outcome.ts'
import { spokenName } from './names.ts'
import { percent, thousands, threeDigits } from './numbers.ts'
import { recommend } from './recommendation.ts'
import { renderHead, renderTable } from './table.ts'

const terminalColumns = 100

/** One history in a terminal: what was replayed, the table, and what it comes to. */
export function renderOutcome(outcome: Outcome, emphasis: (line: string) => string): string {
  const optimum = `Cost 1 is the clairvoyant optimum: ${thousands(outcome.optimumTaskHours)} task-hours.`
  return [
    renderHead(outcome),
    '\n',
    renderTable(outcome, emphasis),
    '\n',
    ...[optimum, ...equalCosts(outcome), ...recommend(outcome)].map(
      sentence => `${wrapAnsi(sentence, terminalColumns)}\n`,
    ),
  ].join('')
}

/** What each policy costs when it is tuned to be late equally often, the cheapest first. */
export function equalCosts({ equalViolation }: Pick<Outcome, 'equalViolation'>): string[] {
  const shares = [...new Set(equalViolation.map(({ lateShare }) => lateShare))]
  return shares.map(share => {
    const told = equalViolation
      .filter(({ lateShare }) => lateShare === share)
      .toSorted((a, b) => a.relativeCost - b.relativeCost)
      .map(
        ({ policy, relativeCost }) => `${spokenName({ policy, setting: '' })} ${threeDigits(relativeCost)}`,
      )
    return `Cost when ${percent(share)} is late: ${told.join(', ')}.`
  })
}
