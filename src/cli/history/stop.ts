import { type StopCause, stopCause } from '../../healing/stop-cause.ts'
import type { JournalEntry } from '../../model/decision.ts'
import type { KeptStop } from '../../model/signal.ts'
import type { Target } from '../../model/target.ts'

/** One stopped task, and what the journal says about it. */
export interface ToldStop extends KeptStop {
  target: Target
  cause: StopCause
  /** Oldest first. */
  lines: JournalEntry[]
}

/** `lines`: the target's, newest first. */
export const toldStop = (target: Target, kept: KeptStop, lines: readonly JournalEntry[]): ToldStop => ({
  ...kept,
  target,
  cause: stopCause(kept.task),
  lines: lines.filter(line => line.about === kept.task.taskId && isAboutStops(line)).reverse(),
})

/** That its task was added to Cloud Map while it ran belongs to another story. */
const isAboutStops = ({ room, verb }: JournalEntry): boolean =>
  room === 'healing' || verb === 'deregister-instance'

/** Ids of the tasks that were started in its place, as the line tells them. */
export const newTaskOf = ({ facts }: JournalEntry): string | null =>
  facts.find(({ label }) => label === 'New task')?.value ?? null
