import { contestantNames } from '../../backtest/contestants.ts'
import type { Outcome } from '../../backtest/outcome.ts'
import type { PeerName } from '../../backtest/peer.ts'
import type { TrialOptions } from '../../backtest/trial.ts'
import { singleLine } from '../../model/single-line.ts'
import type { ServiceName } from './arguments.ts'
import type { HistoryAws } from './fetch.ts'
import { cannotWrite, writeWhole } from './file.ts'
import { type Histories, historiesFrom, historyFromAws } from './histories.ts'
import { jsonLine } from './json.ts'
import { plural } from './numbers.ts'
import { renderOutcome } from './print.ts'
import { renderReport } from './report.ts'
import { runOnThreads } from './threads.ts'
import { wishesFrom } from './wishes.ts'

/** As they stand on the command line; null: not written. */
export interface BacktestArguments {
  policy: string | null
  rule: ServiceName | null
  against: PeerName[]
  signals: 10 | 20 | 60
  start: 'fixed' | 'lognormal'
  sweep: boolean
  capacity: number | null
  deadline: number | null
  kind: 'web' | 'queue' | null
  taskRate: number | null
  late: number
  seed: number
  jobs: number
  json: boolean
  html: string | null
  service: ServiceName | null
  queue: string | null
  days: number
  save: string | null
}

export interface BacktestOptions extends BacktestArguments {
  files: string[]
  write: (text: string) => void
  complain: (text: string) => void
  /** What changes while it runs; null = nobody watches. */
  status: ((text: string) => void) | null
  /** How a line stands out on this screen. */
  emphasis: (line: string) => string
  openAws: () => HistoryAws
  nowMs: number
  run?: typeof runOnThreads
}

/** Requests a second. */
export const taskRateDefault = 50

/** Answers the exit code: 0 = replayed, 1 = not. */
export async function backtestCommand(options: BacktestOptions): Promise<number> {
  const { html, save, json, sweep, write, complain, status, run = runOnThreads } = options
  const refused = (problems: string[]): number => {
    for (const problem of problems) complain(`${problem}\n`)
    return 1
  }
  const contradiction = contradictionIn(options)
  if (contradiction !== null) return refused([contradiction])
  for (const path of [html, save]) {
    const problem = path === null ? null : await cannotWrite(path)
    if (problem !== null) return refused([`${singleLine(path ?? '')}: ${problem}`])
  }
  const policy = await wishesFrom(options.policy, options.rule ?? options.service, options.late)
  if ('problem' in policy) {
    complain(policy.problem)
    return 1
  }
  const found = await historiesOf(options)
  if (!found.ok) return refused(found.problems)

  const names = found.histories.map(({ history }) => history.name)
  const contestants = contestantNames(options.against)
  const trial: TrialOptions = {
    wishes: policy.wishes,
    signals: options.signals,
    start: options.start,
    taskRate: options.capacity === null ? (options.taskRate ?? taskRateDefault) : null,
    seed: options.seed,
    sweep,
    record: html !== null,
  }
  const outcomes = await run(
    found.histories.map(({ history }) => history),
    {
      jobs: options.jobs,
      trial,
      contestants,
      onRun: ({ history, runs, done }) =>
        status?.(
          `${done} of ${contestants.length * names.length} policies, ${plural(runs, 'replay')}: ${singleLine(names[history] ?? '')}`,
        ),
    },
  )
  const told: Outcome[] = outcomes.map((outcome, index) => ({
    ...outcome,
    mended: found.histories[index]?.mended ?? [],
  }))
  const problem = html === null ? null : await writeWhole(html, renderReport(told))
  write(
    told
      .map(outcome => (json ? jsonLine(outcome) : renderOutcome(outcome, options.emphasis)))
      .join(json ? '' : '\n'),
  )
  if (problem !== null) return refused([`${singleLine(html ?? '')}: ${problem}`])
  if (html !== null && !json) write(`\nPictures: ${singleLine(html)}\n`)
  return 0
}

/** Options that cannot stand together, or lack each other. */
function contradictionIn({
  files,
  service,
  queue,
  save,
  rule,
  policy,
  against,
}: BacktestOptions): string | null {
  const fetches = service !== null || queue !== null
  if (files.length === 0 && !fetches)
    return 'Name a history, as in: longshore backtest history.csv, or a service: --service prod/checkout.'
  if (files.length > 0 && fetches) return 'Name files, or a service or queue in CloudWatch; not both at once.'
  if (save !== null && !fetches)
    return '--save keeps what is fetched from CloudWatch. Name a --service or a --queue.'
  if (rule !== null && policy === null)
    return '--rule chooses a rule of a policy. Name it, as in --policy longshore.yml.'
  if (contestantNames(against).length === 0) return 'Nobody stands under test. Name peers with --against.'
  return null
}

function historiesOf(options: BacktestOptions): Promise<Histories> {
  const { files, service, queue, days, save, capacity, deadline, kind, openAws, nowMs } = options
  const words = {
    ...(capacity === null ? {} : { capacityPerTask: capacity }),
    ...(deadline === null ? {} : { deadlineSeconds: deadline }),
    ...(kind === null ? {} : { kind }),
  }
  return files.length > 0
    ? historiesFrom(files, words)
    : historyFromAws(openAws, { service, queue, days, save, words, nowMs })
}
