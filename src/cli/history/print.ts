import { causeLabel } from '../../healing/cause-text.ts'
import { countingContainers } from '../../healing/stop-cause.ts'
import type { JournalEntry } from '../../model/decision.ts'
import { singleLine } from '../../model/single-line.ts'
import { type Target, targetKey } from '../../model/target.ts'
import { isStopped, stopTimeOf, type Task } from '../../model/task.ts'
import { day, isoTime, span } from '../../model/time.ts'
import { type Column, plainTable } from '../plain-table.ts'
import { newTaskOf, type ToldStop } from './stop.ts'

/** Stopped tasks for people and for programs. */

const columns: (Column & { cell: (stop: ToldStop) => string })[] = [
  { title: 'stopped', alignment: 'left', cell: ({ task }) => whenStopped(task) },
  { title: 'task', alignment: 'left', cell: ({ task }) => brief(task.taskId) },
  { title: 'rev', alignment: 'right', cell: ({ task }) => String(task.revision ?? '') },
  { title: 'ran', alignment: 'right', cell: ({ task }) => ranFor(task) },
  { title: 'exit', alignment: 'right', cell: ({ task }) => exitCodes(task) },
  { title: 'cause', alignment: 'left', cell: ({ cause }) => causeLabel(cause) },
  { title: 'Longshore', alignment: 'left', cell: stop => deedOf(stop) },
]

/** `isMore`: older ones were left out. */
export function renderStops(target: Target, stops: ToldStop[], sinceMs: number, isMore: boolean): string {
  const many = `${stops.length} task${stops.length === 1 ? '' : 's'}`
  const which = isMore ? `the newest ${many} of those that` : many
  const { head, rule, lines } = plainTable(
    columns,
    stops.map(stop => columns.map(({ cell }) => singleLine(cell(stop)))),
  )
  const title = `${targetKey(target)}: ${which} stopped in the last ${inWords(sinceMs)}. Times are UTC.`
  return [title, '', head, rule, ...lines].map(line => `${line}\n`).join('')
}

export const renderNone = (targets: readonly Target[], sinceMs: number): string =>
  `No task of ${targets.map(targetKey).join(' or ')} is known to have stopped in the last ${inWords(sinceMs)}.\n`

const inWords = (ms: number): string => {
  if (ms % day !== 0) return span(ms)
  return ms === day ? '24 h' : `${ms / day} days`
}

/** `…`: it is not over. */
function whenStopped(task: Task): string {
  const atMs = stopTimeOf(task)
  const time = atMs === 0 ? 'unknown' : isoTime(atMs).slice(0, 19).replace('T', ' ')
  return isStopped(task) ? time : `${time} …`
}

/** Enough to tell tasks apart. */
const brief = (taskId: string): string => taskId.slice(0, 8)

function ranFor({ startedAtMs, stoppedAtMs, stoppingAtMs }: Task): string {
  if (startedAtMs === null) return 'never'
  const endMs = stoppedAtMs ?? stoppingAtMs
  return endMs === null ? '' : span(Math.max(0, endMs - startedAtMs))
}

const exitCodes = (task: Task): string =>
  countingContainers(task)
    .flatMap(({ exitCode }) => exitCode ?? [])
    .join(' ')

/** The journal's last word, or that of the evidence where the journal has none. */
function deedOf({ lines, resolution }: ToldStop): string {
  const healing = lines.filter(({ room }) => room === 'healing')
  // A call that failed first, and was then found to have succeeded, has two lines of the same time.
  const last =
    healing.find(({ verb, outcome }) => verb === 'run-task' && outcome === 'done') ?? healing.at(-1)
  return last ? wordsOf(last) : (resolution ?? '').replaceAll('-', ' ')
}

function wordsOf(line: JournalEntry): string {
  switch (line.outcome) {
    case 'done':
      return `ran it again${newTaskOf(line) === null ? '' : ` → ${brief(newTaskOf(line) ?? '')}`}`
    case 'observed':
      return 'would run it again'
    case 'failed':
      return 'could not run it again'
    case 'superseded':
    case 'held':
      return line.because.code.replaceAll('-', ' ')
  }
}

const instant = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs))

/** One line of JSON. */
export const jsonStop = ({ target, task, cause, resolution, settledAtMs, lines }: ToldStop): string =>
  `${JSON.stringify({
    target: targetKey(target),
    taskId: task.taskId,
    taskArn: task.taskArn,
    revision: task.revision,
    lastStatus: task.lastStatus,
    cause,
    stopCode: task.stopCode,
    reason: task.stoppedReason,
    containers: task.containers.map(({ name, exitCode, reason }) => ({ name, exitCode, reason })),
    createdAt: instant(task.createdAtMs),
    startedAt: instant(task.startedAtMs),
    stoppingAt: instant(task.stoppingAtMs),
    stoppedAt: instant(task.stoppedAtMs),
    launchType: task.launchType,
    capacityProvider: task.capacityProvider,
    availabilityZone: task.availabilityZone,
    settled: resolution === null ? null : { as: resolution, at: instant(settledAtMs) },
    journal: lines.map(line => ({
      at: isoTime(line.atMs),
      room: line.room,
      outcome: line.outcome,
      verb: line.verb,
      reason: line.because.code,
      sentence: line.sentence,
      failure: line.failure,
      newTask: newTaskOf(line),
    })),
  })}\n`
