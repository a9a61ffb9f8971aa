import { Worker } from 'node:worker_threads'
import type { History } from '../../backtest/history/history.ts'
import type { Outcome } from '../../backtest/outcome.ts'
import type { TrialOptions } from '../../backtest/trial.ts'
import type { Errand, Message, WorkerData } from './worker.ts'

export interface Progress {
  /** Index of the history whose turn it is. */
  history: number
  /** Replays so far. */
  runs: number
  /** Contestants that are done, counted for each history. */
  done: number
}

export interface ThreadOptions {
  jobs: number
  trial: TrialOptions
  /** Ours and the peers, in the order in which they are told when they do equally well. */
  contestants: string[]
  onRun: (progress: Progress) => void
}

type Found = Omit<Outcome, 'mended'>

/** Sends every contestant over every history, on some threads. Rejects when a thread dies of a bug. */
export async function runOnThreads(histories: History[], options: ThreadOptions): Promise<Found[]> {
  const { jobs, trial, contestants, onRun } = options
  const errands = histories.flatMap((_, history) =>
    contestants.map((contestant): Errand => ({ history, contestant })),
  )
  const ends = new Map<string, Extract<Message, { kind: 'end' }>>()
  let next = 0
  let runs = 0
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const workerData: WorkerData = { histories, options: trial }
      const thread = new Worker(new URL('worker.ts', import.meta.url), { workerData })
      let errand: Errand | undefined
      const goOn = (): void => {
        errand = errands[next++]
        // A thread that hears of no more errands ends by itself.
        thread.postMessage(errand ?? null)
      }
      thread.on('error', reject)
      thread.on('exit', () => resolve())
      thread.on('message', (message: Message) => {
        if (message.kind === 'run') {
          runs += 1
          return onRun({ history: errand?.history ?? 0, runs, done: ends.size })
        }
        ends.set(keyOf(message.errand), message)
        goOn()
      })
      goOn()
    })
  await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, errands.length)) }, work))
  return histories.map((_, history) => {
    const found = contestants.flatMap(contestant => ends.get(keyOf({ history, contestant })) ?? [])
    const [first] = found
    if (!first) throw new Error(`nobody stood on history ${history}`)
    return {
      ...first.outcome,
      standings: found.flatMap(({ result }) => result.standings),
      equalViolation: found.flatMap(({ result }) => result.equalViolation),
    }
  })
}

const keyOf = ({ history, contestant }: Errand): string => `${history} ${contestant}`
