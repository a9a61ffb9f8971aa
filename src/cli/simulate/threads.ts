import { Worker } from 'node:worker_threads'
import type { SeedRange } from './seeds.ts'
import type { WorldOptions, WorldResult } from './worlds.ts'

/** Seeds that a thread takes at once: small enough for progress, large enough to cost nothing. */
const portion = 10

export interface ThreadOptions extends WorldOptions {
  jobs: number
  /** Nothing new is begun once a seed has failed. */
  failFast: boolean
  onResults: (results: WorldResult[], busyMs: number) => void
}

/** Runs every seed of the range on some threads. Rejects when a thread dies of a bug in the simulation itself. */
export async function runOnThreads({ from, to }: SeedRange, options: ThreadOptions): Promise<void> {
  const { jobs, failFast, onResults, ...world } = options
  let next = from
  let failed = false
  const take = (): number[] | null => {
    if (next > to || (failFast && failed)) return null
    const seeds = Array.from({ length: Math.min(portion, to - next + 1) }, (_, index) => next + index)
    next += seeds.length
    return seeds
  }
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL('worker.ts', import.meta.url), { workerData: world })
      const goOn = (): void => {
        const seeds = take()
        // A thread that hears of no more seeds ends by itself.
        thread.postMessage(seeds)
      }
      thread.on('error', reject)
      thread.on('exit', () => resolve())
      thread.on('message', ({ results, busyMs }: { results: WorldResult[]; busyMs: number }) => {
        failed ||= results.some(({ failure }) => failure !== null)
        onResults(results, busyMs)
        goOn()
      })
      goOn()
    })
  const threads = Math.max(1, Math.min(jobs, Math.ceil((to - from + 1) / portion)))
  await Promise.all(Array.from({ length: threads }, work))
}
