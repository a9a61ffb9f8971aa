import { type Outcome, ranked } from '../../backtest/outcome.ts'
import { judgement } from '../../backtest/score.ts'

/** Six digits that count: what lies beyond is chance. */
const rounded = (value: number): number => Number(value.toPrecision(6))

/** One line: V, the share of late requests, is a fraction; C and J are multiples of the clairvoyant optimum's bill. */
export const jsonLine = (outcome: Outcome): string =>
  `${JSON.stringify({
    history: outcome.history,
    policies: ranked(outcome.standings).map(({ score }) => ({
      name: score.policy,
      setting: score.setting,
      V: rounded(score.lateShare),
      C: rounded(score.relativeCost),
      F: rounded(score.floorRatio),
      J: rounded(judgement(score)),
      taskHours: rounded(score.taskHours),
      actionsPerDay: rounded(score.actionsPerDay),
      p99WaitSeconds: rounded(score.waitSeconds.p99),
      longestBreachMinutes: score.longestBreachMinutes,
    })),
    optimum: { taskHours: rounded(outcome.optimumTaskHours) },
    equalViolation: outcome.equalViolation.map(({ lateShare, policy, relativeCost }) => ({
      V: lateShare,
      policy,
      C: rounded(relativeCost),
    })),
  })}\n`
