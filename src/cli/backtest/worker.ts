import { parentPort, workerData } from 'node:worker_threads'
import type { History } from '../../backtest/history/history.ts'
import type { Outcome } from '../../backtest/outcome.ts'
import {
  outcomeOf,
  type Stage,
  stageFor,
  type TrialOptions,
  type TrialResult,
  tryOut,
} from '../../backtest/trial.ts'

/** One thread of a backtest: sends the contestants it is given over their histories, one after the other. */

export interface WorkerData {
  histories: History[]
  options: TrialOptions
}

export interface Errand {
  /** Index of the history. */
  history: number
  contestant: string
}

export type Message =
  /** One run is done. */
  { kind: 'run' } | { kind: 'end'; errand: Errand; outcome: Omit<Outcome, 'mended'>; result: TrialResult }

const { histories, options } = workerData as WorkerData

/** The newest stage alone: a stage of months is large, and errands come history by history. */
let kept: { index: number; stage: Stage } | null = null

function stageOf(index: number): Stage {
  if (kept?.index === index) return kept.stage
  kept = null
  const history = histories[index]
  if (!history) throw new Error(`there is no history ${index}`)
  const stage = stageFor(history, options)
  kept = { index, stage }
  return stage
}

const tell = (message: Message): void => parentPort?.postMessage(message)

parentPort?.on('message', (errand: Errand | null) => {
  if (errand === null) return parentPort?.close()
  const stage = stageOf(errand.history)
  const result = tryOut(stage, errand.contestant, options, () => tell({ kind: 'run' }))
  tell({ kind: 'end', errand, outcome: outcomeOf(stage), result })
})
