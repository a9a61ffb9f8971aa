import { describe, expect, it } from 'vitest'
import { lateShareOf as closedForm } from '../../src/backtest/service/erlang.ts'
import { drawLoad, stepsFor } from '../../src/backtest/service/load.ts'
import type { ModelName, Run } from '../../src/backtest/service/replay.ts'
import { waitQuantile } from '../../src/backtest/service/wait-histogram.ts'
import { demandOf, lateShareOf, play, scheduled } from './loads.ts'

/** A pool of fixed size at a steady rate. */
interface Pool {
  tasks: number
  slack: number
  deadlineSeconds: number
  capacityPerTask?: number
  serversPerTask?: number
}

function steady(pool: Pool, model: ModelName, seconds: number, seed = 5) {
  const { tasks, slack, deadlineSeconds, capacityPerTask = 50, serversPerTask = 1 } = pool
  const demand = demandOf(seconds, () => tasks * capacityPerTask - slack, {
    deadlineSeconds,
    capacityPerTask,
  })
  const conditions = { min: tasks, max: tasks, serversPerTask, patienceSeconds: 1e9, warmUpSeconds: 60 }
  const run = play(drawLoad(demand, seed), scheduled({ 0: tasks }), conditions, model)
  return { run, closed: closedForm(tasks, demand.rates[0] as number, { ...demand, serversPerTask }) }
}

/** Late share over the closed form. */
const ratioOf = (pool: Pool, model: ModelName, seconds: number): number => {
  const { run, closed } = steady(pool, model, seconds)
  return lateShareOf(run) / closed
}

// The tolerances are three standard errors of so few hours; two million seconds agree within 2 % where a second of chance is small beside the deadline's requests.
describe('late shares second by second, and the closed form', () => {
  it.each<Pool & { seconds: number; within: number }>([
    { tasks: 1, slack: 4.6, deadlineSeconds: 1, seconds: 60_000, within: 0.12 },
    { tasks: 3, slack: 3, deadlineSeconds: 1, seconds: 60_000, within: 0.15 },
    { tasks: 10, slack: 12, deadlineSeconds: 0.2, seconds: 30_000, within: 0.08 },
    { tasks: 20, slack: 20, deadlineSeconds: 0.2, seconds: 30_000, within: 0.15 },
    { tasks: 1, slack: 3, deadlineSeconds: 1, capacityPerTask: 10, seconds: 20_000, within: 0.08 },
    // Erlang C is four fifths of the utilisation here.
    { tasks: 10, slack: 6, deadlineSeconds: 0.3, capacityPerTask: 10, seconds: 30_000, within: 0.1 },
    { tasks: 3, slack: 3, deadlineSeconds: 1, serversPerTask: 8, seconds: 60_000, within: 0.15 },
  ])('$tasks tasks, slack $slack, deadline $deadlineSeconds s', ({ seconds, within, ...pool }) => {
    expect(Math.abs(ratioOf(pool, 'backlog', seconds) - 1)).toBeLessThan(within)
  })

  it('agree on the waits, too: exponential with the slack as its rate', () => {
    const { run } = steady({ tasks: 3, slack: 5, deadlineSeconds: 1 }, 'backlog', 40_000)
    // P(wait > w) = 0.95·exp(-5w) for 145 requests a second and 3 tasks of 50.
    expect(waitQuantile(run.waits, 0.5)).toBeCloseTo(Math.log(0.95 / 0.5) / 5, 1.7)
    expect(waitQuantile(run.waits, 0.95)).toBeCloseTo(Math.log(0.95 / 0.05) / 5, 1)
  })

  it('need steps of less than a second where the deadline holds few requests', () => {
    const steps = (rate: number, deadlineSeconds: number): number =>
      stepsFor({ rates: new Float64Array(10).fill(rate), deadlineSeconds })
    expect(steps(50, 1)).toBe(1)
    expect(steps(10, 1)).toBe(5)
    expect(steps(300, 0.2)).toBe(5)
    expect(steps(0.01, 1)).toBe(20)
    expect(steps(0.01, 120)).toBe(1)
  })
})

describe('late shares of every request, and the closed form', () => {
  it.each<Pool & { within: number }>([
    { tasks: 1, slack: 8, deadlineSeconds: 0.3, capacityPerTask: 50, within: 0.2 },
    { tasks: 4, slack: 12, deadlineSeconds: 0.2, capacityPerTask: 50, within: 0.2 },
    { tasks: 3, slack: 6, deadlineSeconds: 0.3, capacityPerTask: 10, within: 0.2 },
    { tasks: 3, slack: 6, deadlineSeconds: 0.3, capacityPerTask: 10, serversPerTask: 4, within: 0.2 },
  ])('$tasks tasks, slack $slack, deadline $deadlineSeconds s', ({ within, ...pool }) => {
    expect(Math.abs(ratioOf(pool, 'requests', 4000) - 1)).toBeLessThan(within)
  })

  it('round robin needs the slack for each task, so that a fair pool fails', () => {
    const pool = { tasks: 4, slack: 20, deadlineSeconds: 0.3 }
    expect(lateShareOf(steady(pool, 'requests', 600).run)).toBeLessThan(0.005)
    expect(lateShareOf(steady(pool, 'round-robin', 600).run)).toBeGreaterThan(0.05)
  })
})

describe('the backlog second by second, and every request', () => {
  it('agree over hours of a load that comes and goes, with a plan of tasks that is sometimes too few', () => {
    const seconds = 7200
    const rate = (at: number): number => 60 + 40 * Math.sin(at / 600) + (at % 1500 < 60 ? 30 : 0)
    const plan = Object.fromEntries(
      Array.from({ length: 40 }, (_, each) => [each * 180, Math.ceil((rate(each * 180 + 90) + 6) / 20)]),
    )
    const demand = demandOf(seconds, rate, { capacityPerTask: 20 })
    const both = [1, 2].map(seed => {
      const load = drawLoad(demand, seed)
      const conditions = { start: { kind: 'fixed', seconds: 20 }, seed } as const
      return {
        coarse: play(load, scheduled(plan), conditions, 'backlog'),
        exact: play(load, scheduled(plan), conditions, 'requests'),
      }
    })
    const quotient = (of: (run: Run) => number): number =>
      both.reduce((sum, { coarse }) => sum + of(coarse), 0) /
      both.reduce((sum, { exact }) => sum + of(exact), 0)
    expect(both.map(({ exact }) => Math.round(lateShareOf(exact) * 100))).toEqual([5, 5])
    expect(Math.abs(quotient(lateShareOf) - 1)).toBeLessThan(0.1)
    expect(Math.abs(quotient(({ waits }) => waitQuantile(waits, 0.99)) - 1)).toBeLessThan(0.1)
    expect(Math.abs(quotient(({ ledger }) => ledger.busyTaskSeconds[seconds] as number) - 1)).toBeLessThan(
      0.005,
    )
    expect(quotient(run => run.billedTaskSeconds)).toBe(1)
  })
})
