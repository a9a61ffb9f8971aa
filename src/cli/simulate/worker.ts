import { parentPort, workerData } from 'node:worker_threads'
import { runWorld, type WorldOptions } from './worlds.ts'

/** One thread of the simulation: runs the seeds it is given, one after the other, and says what each came to. */
parentPort?.on('message', async (seeds: number[] | null) => {
  if (seeds === null) return parentPort?.close()
  const beganMs = busyNowMs()
  const results = []
  for (const seed of seeds) results.push(await runWorld(seed, workerData as WorldOptions))
  parentPort?.postMessage({ results, busyMs: busyNowMs() - beganMs })
})

/** Processor time of this thread, so that neighbours on the machine do not count; the wall's where Node cannot tell. */
function busyNowMs(): number {
  const spent = process.threadCpuUsage?.()
  return spent ? (spent.user + spent.system) / 1_000 : performance.now()
}
