import { second } from '../model/time.ts'
import type { ServiceTask } from '../scaling/signal.ts'
import type { Course } from './autoscaler.ts'

/**
 * The tasks as ECS would tell them: which serve, and since when. Those that did already at `since` began then; of those that
 * are gone the newest went. Their launch is not told. Both instants are whole seconds of the history.
 */
export function shownTasks(
  { now, ready, starting, readyTaskSeconds }: Course,
  since: number,
  epochMs: number,
): ServiceTask[] {
  const began: number[] = []
  const serve = (count: number, at: number): void => {
    began.length = Math.min(began.length, count)
    while (began.length < count) began.push(at)
  }
  for (let at = since; at < now; at++)
    serve(Math.round((readyTaskSeconds[at + 1] as number) - (readyTaskSeconds[at] as number)), at)
  serve(ready, now)
  return [
    ...began.map((at, index) => taskOf('ready', index, epochMs + at * second)),
    ...Array.from({ length: starting }, (_, index) => taskOf('starting', ready + index, null)),
  ]
}

const taskOf = (phase: ServiceTask['phase'], index: number, startedAtMs: number | null): ServiceTask => ({
  taskId: String(index),
  startedBy: null,
  phase,
  createdAtMs: null,
  startedAtMs,
})
