import type { Outcome, Standing } from '../../src/backtest/outcome.ts'
import type { Recording } from '../../src/backtest/recording.ts'
import type { Score } from '../../src/backtest/score.ts'

/** Results by hand, for what is shown of them. The optimum costs 100 task-hours. */

export function standing(
  policy: string,
  setting: string,
  lateShare: number,
  relativeCost: number,
  more: Partial<Standing> = {},
): Standing {
  const score: Score = {
    policy,
    setting,
    lateShare,
    relativeCost,
    floorRatio: relativeCost * 1.1,
    taskHours: relativeCost * 100,
    actionsPerDay: 120,
    outsPerDay: 60,
    insPerDay: 60,
    flapsPerDay: 3,
    waitSeconds: { p50: 0, p95: 0.1, p99: 0.25 },
    longestBreachMinutes: 12,
  }
  return { score, usual: true, recording: null, ...more }
}

export const outcome = (standings: Standing[], more: Partial<Outcome> = {}): Outcome => ({
  history: 'checkout',
  seconds: 14 * 86_400,
  startAtMs: null,
  service: {
    kind: 'web',
    capacityPerTask: 50,
    deadlineSeconds: 1,
    startSeconds: 45,
    drainSeconds: 30,
    min: 1,
    max: 40,
    signals: { periodSeconds: 60, delaySeconds: 60 },
  },
  scale: 1,
  smoothedIntervals: 1,
  intervalSeconds: 60,
  seed: 1,
  mended: [],
  optimumTaskHours: 100,
  optimumLateShare: 0.001,
  standings,
  equalViolation: [],
  ...more,
})

/** By minutes: 3,000 requests in each, nothing late, two tasks; `change` makes another minute of it. */
export function recording(
  minutes: number,
  change: (minute: number) => { arrived?: number; late?: number; ready?: [number, number] } = () => ({}),
): Recording {
  const made = Array.from({ length: minutes }, (_, minute) => ({
    arrived: 3_000,
    late: 0,
    ready: [2, 2] as [number, number],
    ...change(minute),
  }))
  return {
    bucketSeconds: 60,
    arrived: Float64Array.from(made, ({ arrived }) => arrived),
    late: Float64Array.from(made, ({ late }) => late),
    readyMin: Float32Array.from(made, ({ ready }) => ready[0]),
    readyMax: Float32Array.from(made, ({ ready }) => ready[1]),
  }
}
