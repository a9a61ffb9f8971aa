import type { AlarmEvidence } from '../model/alarm.ts'
import { lastSegment } from '../model/arn.ts'
import type { Intent, JournalEntry } from '../model/decision.ts'
import type {
  DescribedTask,
  RunTaskRequest,
  RunTaskResult,
  SlackMessage,
  StopTaskRequest,
} from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import type { Lease } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import { minute } from '../model/time.ts'
import type { Told } from './history.ts'
import { type Courtroom, judgePace, judgeWait, looksPerMinuteMax, skewMs } from './judge.ts'
import { judgeLoopsTold, judgeToldOnce } from './loops.ts'
import { judgeImageGone, judgeIntents } from './safety/images.ts'
import { judgeGivingUp, judgeUnplaced } from './safety/restarts.ts'
import { effectOf } from './safety/safety.ts'
import type { Invocation } from './sandbox.ts'
import { isTelling, noteTold, nothingTold } from './told.ts'

/** Writes down what reached the table and what a worker was told; judges read it. */
export function note(
  court: Courtroom,
  invocation: Invocation,
  operation: string,
  args: unknown[],
  answer: unknown,
  heard: unknown,
): void {
  const { history, now, violate } = court
  const told = history.told.get(invocation.id) ?? nothingTold()
  history.told.set(invocation.id, told)
  if (operation.startsWith('ecs.') && !(heard as Answer<unknown>).ok) told.unheard += 1
  if (isTelling(operation)) {
    noteTold(told, operation, args, heard, now())
    if (operation === 'ecs.describeTasks')
      noteUnknown(court, heard as Answer<{ tasks: DescribedTask[]; missing: string[] }>)
    return
  }
  if (operation.startsWith('store.') && !(heard as Answer<unknown>).ok) told.refusals += 1
  if (operation === 'store.evidence') told.evidenceAtMs = now()
  if (operation === 'ecs.runTask')
    noteUnplaced(court, args[0] as RunTaskRequest, heard as Answer<RunTaskResult>)
  if (operation === 'slack.post') noteHeard(court, args[0] as SlackMessage, heard as Answer<unknown>)
  const applied = answer as Answer<unknown> | null
  if (!applied?.ok) return
  switch (operation) {
    case 'store.acquire': {
      const acquired = applied.value as { lease: Lease } | null
      if (!acquired) return
      const key = targetKey(acquired.lease.target)
      judgePace(court, `${key}, looks`, looksPerMinuteMax)
      judgeWait(court, key)
      const before = history.leases.get(key)
      // Both clocks may be five seconds off.
      if (before && !before.isOver && before.lease.untilMs - 10_000 > now())
        violate(
          'S4',
          `${key}: a lease of epoch ${acquired.lease.epoch} beside a live one of epoch ${before.lease.epoch}`,
        )
      history.leases.set(key, {
        lease: acquired.lease,
        isOver: false,
        invocation: invocation.id,
        beganAtMs: now(),
      })
      return
    }
    case 'store.record': {
      const [lease, change] = args as [Lease, { intents: Intent[]; memory: { living?: string[] } }]
      if (applied.value !== true) return
      const key = targetKey(lease.target)
      judgeIntents(court, told, history.ledger.get(key) ?? [], change.intents)
      const newest = history.leases.get(key)?.lease.epoch ?? 0
      if (lease.epoch < newest)
        violate('S4', `${key}: epoch ${lease.epoch} wrote to the ledger after epoch ${newest} began`)
      history.ledger.set(key, structuredClone(change.intents))
      for (const machine of told.well) history.wellAt.set(`${key} ${machine}`, now())
      for (const [line, writer] of history.writtenBy)
        if (writer === invocation.id) {
          history.settledLines.add(line)
          history.writtenBy.delete(line)
        }
      for (const { action } of change.intents)
        if ('clientToken' in action) history.tokens.add(action.clientToken)
      for (const id of change.memory.living ?? []) history.seenLiving.add(id)
      return
    }
    case 'store.release': {
      const [lease] = args as [Lease]
      const { end } = applied.value as { end: string }
      const key = targetKey(lease.target)
      if (end === 'fenced') return
      const newest = history.leases.get(key)
      if (newest && lease.epoch < newest.lease.epoch)
        violate('S4', `${key}: epoch ${lease.epoch} gave the lease of epoch ${newest.lease.epoch} back`)
      if (end === 'marked') judgeWait(court, key)
      if (end === 'released' && newest) newest.isOver = true
      if (end === 'released' && (args[1] as { failures: number }).failures === 0) {
        history.looked.set(key, now())
        noteSignals(court, lease.target, told)
        if (lease.target.kind === 'service' && newest)
          judgeLoopsTold(court, lease.target.service, newest.beganAtMs)
      }
      return
    }
    case 'store.keepEvidence': {
      const [target, { key, version, task, alarm }] = args as [
        Target,
        {
          key: string
          version: number
          task?: { desiredStatus: string; lastStatus: string }
          alarm?: AlarmEvidence
        },
      ]
      const id = `${targetKey(target)} ${key}`
      if (alarm && version > (history.evidence.get(id) ?? -1))
        history.mutes.set(alarm.alarmName, { keptAtMs: now(), untilMs: alarm.mutedUntilMs })
      history.evidence.set(id, Math.max(version, history.evidence.get(id) ?? -1))
      if (task?.lastStatus === 'STOPPED') history.stopped.add(id)
      if (task?.desiredStatus === 'STOPPED' && !history.ended.has(id)) history.ended.set(id, now())
      return
    }
    case 'store.mark': {
      const [target, keys] = args as [Target, string[]]
      for (const key of keys) history.marked.add(`${targetKey(target)} ${key}`)
      noteFailures(court, target, keys)
      if (!history.waiting.has(targetKey(target))) history.waiting.set(targetKey(target), now())
      return
    }
    case 'store.writeJournal':
      judgeImageGone(court, told, args[0] as JournalEntry)
      noteLine(court, args[0] as JournalEntry)
      history.writtenBy.set((args[0] as JournalEntry).id, invocation.id)
      return
    case 'ecs.stopTask': {
      // The event of it comes at the same instant, after the call.
      const task = court.truth.tasks.get(lastSegment((args[0] as StopTaskRequest).task))
      if (task) task.endingAtMs ??= now()
      return
    }
    case 'slack.post': {
      const id = noticeId(args[0] as SlackMessage)
      history.posted.set(id, (history.posted.get(id) ?? 0) + 1)
    }
  }
}

/** The id by which a reader knows a message that comes twice. */
const noticeId = (message: SlackMessage): string =>
  /\bid ([0-9a-f]{32})/.exec(JSON.stringify(message))?.[1] ?? ''

/** Slack's word is kept: no post of the same notice before the time it asked for is over. Clocks may be ten seconds apart. */
function noteHeard(
  { history, now, violate }: Courtroom,
  message: SlackMessage,
  heard: Answer<unknown>,
): void {
  const id = noticeId(message)
  const restMs = (history.restUntil.get(id) ?? 0) - now()
  if (restMs > 10_000)
    violate('S13', `a notice is posted again ${Math.round(restMs / 1_000)} s before Slack allowed it`)
  if (!heard.ok && heard.failure.retryAfterMs) history.restUntil.set(id, now() + heard.failure.retryAfterMs)
}

function noteUnknown(
  { history, now }: Courtroom,
  heard: Answer<{ tasks: DescribedTask[]; missing: string[] }>,
): void {
  if (!heard.ok) return
  for (const { taskId } of heard.value.tasks) history.unknownSince.delete(taskId)
  for (const id of heard.value.missing.map(lastSegment))
    if (!history.unknownSince.has(id)) history.unknownSince.set(id, now())
}

function noteUnplaced(court: Courtroom, { startedBy }: RunTaskRequest, heard: Answer<RunTaskResult>): void {
  if (heard.ok ? heard.value.taskArns.length > 0 : heard.failure.code !== 'quota') return
  const times = [...(court.history.unplaced.get(startedBy) ?? []), court.now()]
  court.history.unplaced.set(startedBy, times)
  judgeUnplaced(court, startedBy, times)
}

function noteFailures({ history, truth, now }: Courtroom, target: Target, keys: string[]): void {
  if (target.kind !== 'service') return
  for (const key of keys) {
    const task = truth.tasks.get(key.replace('task/', ''))
    const known = history.failures.get(target.service) ?? []
    if (!task?.hasFailed || task.stoppedAtMs === null) continue
    if (!history.stopped.has(`${targetKey(target)} ${key}`)) continue
    if (known.some(({ taskId }) => taskId === task.taskId)) continue
    const { taskId, taskDefinitionArn, stoppedAtMs } = task
    known.push({ taskId, taskDefinitionArn, stoppedAtMs, knownAtMs: now() })
    history.failures.set(target.service, known)
  }
}

/** A look that is repeated writes the same line, with the same id. */
function noteLine(court: Courtroom, entry: JournalEntry): void {
  const { history, violate } = court
  const { target, room, about, because, outcome } = entry
  const subject = `${targetKey(target)} ${room} ${about}`
  const last = history.lastLine.get(subject)
  // What ends the story of a task is said once, unless a look dies between the saying and the settling.
  const isFair = Object.keys(court.scenario.faults).length === 0
  const isOfTask = target.kind === 'family'
  const isEnd = isFair && isOfTask && entry.tell && outcome === 'held' && room === 'healing'
  if (
    isEnd &&
    last?.tell &&
    last.outcome === 'held' &&
    last.because.code === because.code &&
    last.id !== entry.id
  )
    violate('S13', `people are told twice about ${about?.slice(0, 8)}: ${entry.sentence}`)
  if (last?.id !== entry.id) judgeGivingUp(court, entry)
  judgeToldOnce(court, entry)
  const isRollBack = entry.verb === 'stop-deployment' || entry.verb === 'roll-back-service'
  const isOvertaken =
    target.kind === 'service' &&
    court.truth.releases.get(target.service)?.some(({ atMs }) => atMs > entry.atMs - skewMs)
  if (isRollBack && outcome === 'done' && !isOvertaken && !history.effects.has(effectOf(entry)))
    violate('S10', `${targetKey(target)}: ${entry.verb} is told as done, and was not: ${entry.sentence}`)
  history.lastLine.set(subject, entry)
  history.journal.push(entry)
}

/** For so long a judge looks back on what was told of signals. */
const signalsKeptMs = 15 * minute

function noteSignals({ history, now }: Courtroom, target: Target, told: Told): void {
  if (target.kind !== 'service' || (told.series.size === 0 && told.messages.size === 0)) return
  const looks = (history.signals.get(target.service) ?? []).filter(({ atMs }) => now() - atMs < signalsKeptMs)
  history.signals.set(target.service, [...looks, { atMs: now(), told }])
}
