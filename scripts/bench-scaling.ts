import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Table } from 'console-table-printer'
import { against, costAt, pointsOfAll } from '../src/backtest/cost-at-lateness.ts'
import { demandOf } from '../src/backtest/demand/demand.ts'
import type { History } from '../src/backtest/history/history.ts'
import { readHistory } from '../src/backtest/history/read.ts'
import { optimumOf } from '../src/backtest/optimum/optimum.ts'
import { type Outcome, ours } from '../src/backtest/outcome.ts'
import { peers } from '../src/backtest/peers.ts'
import { judgement, type Score } from '../src/backtest/score.ts'
import { conditionsFor, type signalClasses } from '../src/backtest/service/conditions.ts'
import type { TrialOptions } from '../src/backtest/trial.ts'
import { runOnThreads } from '../src/cli/backtest/threads.ts'

/**
 * `npm run bench:scaling`: Longshore and its peers on every history of a folder (default `../shared/traces`), each at its best single setting. One
 * global setting per policy and set of histories, never one per history.
 */

const say = (text: string): boolean => process.stdout.write(`${text}\n`)

const folder = process.argv[2] ?? '../shared/traces'
const shares = [0.001, 0.004, 0.01]
/** A service is smooth when its load differs by less than this between two marks five minutes apart, on average. */
const smoothBelow = 0.1
const markSeconds = 300

if (!existsSync(folder)) {
  say(`${folder}: there is no such folder. Name one with histories: npm run bench:scaling -- path/to/traces`)
  process.exit(1)
}
const histories = readdirSync(folder)
  .filter(file => file.endsWith('.csv'))
  .sort()
  .flatMap((file): History[] => {
    const read = readHistory(readFileSync(`${folder}/${file}`, 'utf8'), { name: file.slice(0, -4) })
    if (read.ok) return [read.history]
    say(`${file}: ${read.problems[0]?.sentence}`)
    return []
  })
const web = histories.filter(({ kind }) => kind === 'web')
const queues = histories.filter(({ kind }) => kind === 'queue')
const smooth = web.filter(history => restlessness(history) < smoothBelow)
const names = (of: readonly History[]): string => of.map(({ name }) => name).join(', ')
say(
  `smooth web: ${names(smooth)}\nother web: ${names(web.filter(each => !smooth.includes(each)))}\nqueues: ${names(queues)}\n`,
)

/** Mean change of the load between two marks, as a share of the load. */
function restlessness(history: History): number {
  const { rates } = demandOf(history)
  let change = 0
  let sum = 0
  for (let at = markSeconds; at < rates.length; at += markSeconds) {
    change += Math.abs((rates[at] ?? 0) - (rates[at - markSeconds] ?? 0))
    sum += rates[at] ?? 0
  }
  return change / sum
}

async function swept(
  of: History[],
  contestants: string[],
  signals: keyof typeof signalClasses,
): Promise<Outcome[]> {
  const trial: TrialOptions = {
    wishes: { lateShare: 0.001, scale: null },
    signals,
    start: 'fixed',
    taskRate: 50,
    seed: 1,
    sweep: true,
    record: false,
  }
  const jobs = availableParallelism()
  const found = await runOnThreads(of, { jobs, trial, contestants, onRun: () => {} })
  return found.map(outcome => ({ ...outcome, mended: [] }))
}

const scoresOf = (outcomes: readonly Outcome[], policy: string, of: readonly History[]): Score[][] =>
  of.map(({ name }) =>
    (outcomes.find(({ history }) => history === name)?.standings ?? [])
      .map(({ score }) => score)
      .filter(score => score.policy === policy),
  )

const optima = new Map<string, number>()
function optimum(history: History, lateShare: number): number {
  const key = `${history.name} ${lateShare}`
  const known = optima.get(key)
  if (known !== undefined) return known
  const demand = demandOf(history)
  const { taskSeconds } = optimumOf(demand, conditionsFor(demand), lateShare)
  optima.set(key, taskSeconds)
  return taskSeconds
}

/** C@v of one policy over a set, every share beside the other. */
function costs(outcomes: readonly Outcome[], policy: string, of: readonly History[]): string {
  return shares
    .map(share => {
      const byHistory = scoresOf(outcomes, policy, of).map((scores, at) =>
        scores.map(score => ({ ...score, ...against(score, optimum(of[at] as History, share)) })),
      )
      const cost = costAt(pointsOfAll(byHistory), share)
      return cost === null ? 'never' : cost.toFixed(3)
    })
    .join(' / ')
}

const table = new Table({ shouldDisableColors: true })
const row = (policy: string, signals: string, outcomes: readonly Outcome[]): void => {
  table.addRow({
    policy,
    signals,
    'smooth web, C at 0.1 / 0.4 / 1 % late': costs(outcomes, policy, smooth),
    'all web': costs(outcomes, policy, web),
  })
}
const oursAt = new Map<number, Outcome[]>()
for (const signals of [10, 20, 60] as const) {
  const outcomes = await swept(web, [ours], signals)
  oursAt.set(signals, outcomes)
  row(ours, `${signals} s`, outcomes)
}
const others = await swept(web, Object.keys(peers), 60)
for (const name of Object.keys(peers)) row(name, 'its own', others)
say(table.render())

const queueOutcomes = await swept(queues, [ours, 'keda', 'hpa', 'target-tracking'], 10)
const queueTable = new Table({ shouldDisableColors: true })
for (const { name } of queues)
  for (const policy of [ours, 'keda', 'hpa', 'target-tracking']) {
    const outcome = queueOutcomes.find(({ history }) => history === name)
    const best = outcome?.standings
      .map(({ score }) => score)
      .filter(score => score.policy === policy)
      .sort((a, b) => judgement(a) - judgement(b))[0]
    if (best)
      queueTable.addRow({
        history: name,
        policy,
        'best setting': best.setting,
        late: `${(100 * best.lateShare).toFixed(4)} %`,
        C: best.relativeCost.toFixed(3),
        F: best.floorRatio.toFixed(3),
        'actions/day': best.actionsPerDay.toFixed(0),
      })
  }
say(queueTable.render())

/** Geometric mean of J over all histories, at one setting: the best single one of each policy. */
const all = [...web, ...queues]
for (const [policy, outcomes] of [
  [ours, [...(oursAt.get(10) ?? []), ...queueOutcomes]],
  ['keda', [...others, ...queueOutcomes]],
  ['hpa', [...others, ...queueOutcomes]],
  ['target-tracking', [...others, ...queueOutcomes]],
] as const) {
  const byHistory = scoresOf(outcomes, policy, all)
  const places = Math.max(...byHistory.map(scores => scores.length))
  const means = Array.from({ length: places }, (_, place) => {
    // A queue's deadline is no knob: ours has one setting there.
    const js = byHistory.map(scores => judgement(scores[Math.min(place, scores.length - 1)] as Score))
    return Math.exp(js.reduce((sum, j) => sum + Math.log(j), 0) / js.length)
  })
  say(`J, geometric mean over ${all.length} histories: ${policy} ${Math.min(...means).toFixed(3)}`)
}
