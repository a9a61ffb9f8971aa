import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Table } from 'console-table-printer'
import { contestantNamed, contestantNames } from '../src/backtest/contestants.ts'
import { type Demand, demandOf } from '../src/backtest/demand/demand.ts'
import type { History } from '../src/backtest/history/history.ts'
import { readHistory } from '../src/backtest/history/read.ts'
import { optimumOf } from '../src/backtest/optimum/optimum.ts'
import { ours } from '../src/backtest/outcome.ts'
import type { PeerName } from '../src/backtest/peer.ts'
import { peers } from '../src/backtest/peers.ts'
import { scoreOf } from '../src/backtest/scoring.ts'
import { type Conditions, conditionsFor, factsOf } from '../src/backtest/service/conditions.ts'
import { lateShareOf as closedForm } from '../src/backtest/service/erlang.ts'
import { drawLoad } from '../src/backtest/service/load.ts'
import { type ModelName, type Run, replay } from '../src/backtest/service/replay.ts'

/**
 * `npm run bench:model`: what the backtest's service is worth. The second-by-second backlog beside the closed form and a simulation
 * of every request; what a balancer that deals in turn does to everybody; how soon a threefold step is met.
 */

const say = (text: string): boolean => process.stdout.write(`${text}\n`)
const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`
const hour = 3600
/** Of a fixed pool, in each model. */
const requestsFollowed = 2e7

const file = process.argv[2] ?? '../shared/traces/web-flash-worldcup-group.csv'
/** Around the peak; every request is followed three times over. */
const hours = 3
const history = historyIn(file)

function historyIn(path: string): History {
  const fail = (sentence: string): never => {
    say(sentence)
    process.exit(1)
  }
  if (!existsSync(path))
    return fail(`${path}: there is no such file. Name one: npm run bench:model -- path/to/history.csv`)
  const read = readHistory(readFileSync(path, 'utf8'), { name: basename(path, '.csv') })
  if (!read.ok) return fail(`${path}: ${read.problems[0]?.sentence}`)
  return read.history.kind === 'web'
    ? read.history
    : fail(`${path}: a queue has no balancer. Name a web history.`)
}

const flat = (seconds: number, rate: (at: number) => number, changed: Partial<Demand> = {}): Demand => ({
  name: 'steady',
  kind: 'web',
  rates: Float64Array.from({ length: seconds }, (_, at) => rate(at)),
  capacityPerTask: 50,
  deadlineSeconds: 1,
  scale: 1,
  smoothing: { window: 1, dispersion: 1, eventsPerInterval: 1 },
  ...changed,
})

function lateShareOf({ load, ledger, conditions }: Run): number {
  const from = conditions.warmUpSeconds
  const requests = (load.arrived[load.seconds] as number) - (load.arrived[from] as number)
  return ((ledger.late[load.seconds] as number) - (ledger.late[from] as number)) / requests
}

function checkModels(): void {
  const table = new Table({ shouldDisableColors: true, title: 'Late share of a fixed pool at a steady rate' })
  for (const [tasks, slack, deadlineSeconds, serversPerTask] of [
    [1, 4.6, 1, 1],
    [3, 4.6, 1, 1],
    [3, 6.9, 1, 1],
    [10, 4.6, 1, 1],
    [10, 12, 0.2, 1],
    [3, 3, 1, 8],
  ] as const) {
    const seconds = Math.round(requestsFollowed / (tasks * 50))
    const demand = flat(seconds, () => tasks * 50 - slack, { deadlineSeconds })
    const pool: Partial<Conditions> = { min: tasks, max: tasks, serversPerTask, patienceSeconds: 1e9 }
    const conditions = conditionsFor(demand, { ...pool, warmUpSeconds: 60 })
    const standing = {
      name: 'fixed',
      setting: '',
      firstLook: 0,
      look: () => ({ desired: tasks, nextLook: 1e9 }),
    }
    const of = (model: ModelName): string =>
      percent(lateShareOf(replay(drawLoad(demand, 1), conditions, standing, { model })))
    table.addRow({
      tasks,
      'slack per s': slack,
      'deadline s': deadlineSeconds,
      'servers per task': serversPerTask,
      'closed form': percent(closedForm(tasks, demand.rates[0] as number, { ...demand, serversPerTask })),
      'second by second': of('backlog'),
      'every request': of('requests'),
    })
  }
  say(table.render())
}

function checkBalancing(): void {
  // The hours around the peak, and one before them to settle in.
  const peak = history.values.indexOf(Math.max(...history.values))
  const length = Math.round(((hours + 1) * hour) / history.intervalSeconds)
  const begin = Math.max(0, Math.min(history.values.length - length, peak - Math.round((length * 2) / 3)))
  const slice = history.values.slice(begin, begin + length)
  const demand = demandOf({ ...history, values: slice })
  const conditions = conditionsFor(demand, { warmUpSeconds: hour })
  const optimum = optimumOf(demand, conditions, 0.001)
  const subject = { service: factsOf(demand, conditions), peakTasks: optimum.mostTasks }
  const load = drawLoad(demand, 1)
  const table = new Table({
    shouldDisableColors: true,
    title: `${hours} hours around the peak of ${history.name}: late, and cost against the optimum`,
  })
  for (const name of contestantNames(Object.keys(peers) as PeerName[])) {
    const contestant = contestantNamed(name, { lateShare: 0.001, scale: null })
    const setting = contestant?.settings(subject)[contestant.usual(subject)]
    if (!setting) continue
    const of = (model: ModelName): string => {
      const run = replay(load, conditions, setting.create(), { model })
      const score = scoreOf(run, name, setting.setting, optimum.taskSeconds)
      return `${percent(score.lateShare)}, ${score.relativeCost.toFixed(2)}`
    }
    table.addRow({
      policy: name,
      setting: setting.setting,
      'second by second': of('backlog'),
      'every request': of('requests'),
      'round robin': of('round-robin'),
    })
  }
  say(table.render())
}

/** From the step to the instant from which on the capacity for 95 % of what is needed afterwards serves. */
function checkStep(): void {
  const [stepAt, before] = [2 * hour, 100]
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(seed => {
    const demand = flat(stepAt + hour, at => (at < stepAt ? before : 3 * before))
    const conditions = conditionsFor(demand)
    const contestant = contestantNamed(ours, { lateShare: 0.001, scale: null })
    const { settings, usual } = contestant as NonNullable<typeof contestant>
    const subject = { service: factsOf(demand, conditions), peakTasks: 10 }
    const setting = settings(subject)[usual(subject)]
    if (!setting) throw new Error('ours has no usual setting')
    const { ledger } = replay(drawLoad(demand, seed), conditions, setting.create(), { model: 'backlog' })
    const need = Math.ceil((0.95 * 3 * before) / 50)
    const ready = (at: number): number =>
      (ledger.readyTaskSeconds[at + 1] as number) - (ledger.readyTaskSeconds[at] as number)
    let at = stepAt
    while (at < stepAt + hour && ready(at) < need) at++
    return at - stepAt
  })
  say(
    `Threefold step, 10 s signal, 45 s start: 95 % of the capacity serves after ${waits.join(', ')} s (nine seeds).`,
  )
}

checkModels()
checkStep()
checkBalancing()
