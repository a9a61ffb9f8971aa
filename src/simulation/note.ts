import type { AlarmEvidence } from '../model/alarm.ts'
import type { Intent, JournalEntry } from '../model/decision.ts'
import type { DescribedTask, SlackMessage } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { Lease } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Told } from './history.ts'
import { type Courtroom, judgePace, judgeWait, looksPerMinuteMax } from './judge.ts'
import type { Invocation } from './sandbox.ts'

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
  if (tellsOfAws.has(operation) || operation.startsWith('cloudWatch.')) {
    noteTold(told, operation, heard)
    return
  }
  if (operation.startsWith('store.') && !(heard as Answer<unknown>).ok) told.refusals += 1
  if (operation === 'store.evidence') told.evidenceAtMs = now()
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
      history.leases.set(key, { lease: acquired.lease, isOver: false })
      return
    }
    case 'store.record': {
      const [lease, change] = args as [Lease, { intents: Intent[]; memory: { living?: string[] } }]
      if (applied.value !== true) return
      const key = targetKey(lease.target)
      const newest = history.leases.get(key)?.lease.epoch ?? 0
      if (lease.epoch < newest)
        violate('S4', `${key}: epoch ${lease.epoch} wrote to the ledger after epoch ${newest} began`)
      history.ledger.set(key, structuredClone(change.intents))
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
      if (end === 'released' && (args[1] as { failures: number }).failures === 0)
        history.looked.set(key, now())
      return
    }
    case 'store.keepEvidence': {
      const [target, { key, version, task, alarm }] = args as [
        Target,
        { key: string; version: number; task?: { desiredStatus: string }; alarm?: AlarmEvidence },
      ]
      const id = `${targetKey(target)} ${key}`
      if (alarm && version > (history.evidence.get(id) ?? -1))
        history.mutes.set(alarm.alarmName, { keptAtMs: now(), untilMs: alarm.mutedUntilMs })
      history.evidence.set(id, Math.max(version, history.evidence.get(id) ?? -1))
      if (task?.desiredStatus === 'STOPPED' && !history.ended.has(id)) history.ended.set(id, now())
      return
    }
    case 'store.mark': {
      const [target, keys] = args as [Target, string[]]
      for (const key of keys) history.marked.add(`${targetKey(target)} ${key}`)
      if (!history.waiting.has(targetKey(target))) history.waiting.set(targetKey(target), now())
      return
    }
    case 'store.writeJournal':
      history.journal.push(args[0] as JournalEntry)
      return
    case 'slack.post': {
      const id = noticeId(args[0] as SlackMessage)
      history.posted.set(id, (history.posted.get(id) ?? 0) + 1)
    }
  }
}

export const nothingTold = (): Told => ({
  services: new Map(),
  alarms: null,
  metrics: 'none',
  health: new Map(),
  instances: [],
  evidenceAtMs: null,
  refusals: 0,
})

function noteTold(told: Told, operation: string, heard: unknown): void {
  const { ok, value } = heard as { ok: boolean; value: never }
  if (operation === 'ecs.describeServices') {
    for (const service of ok ? (value as { services: Service[] }).services : [])
      told.services.set(service.service, service)
  } else if (operation === 'ecs.describeTasks') {
    for (const { taskId, healthStatus } of ok ? (value as { tasks: DescribedTask[] }).tasks : [])
      told.health.set(taskId, healthStatus)
  } else if (operation === 'cloudMap.listInstances') {
    if (ok) told.instances = (value as { id: string }[]).map(({ id }) => id)
  } else if (operation === 'cloudWatch.describeAlarms')
    told.alarms = ok ? new Set((value as { alarmName: string }[]).map(({ alarmName }) => alarmName)) : null
  else
    told.metrics =
      ok && (value as { points: unknown[] }[]).every(({ points }) => points.length > 0) ? 'points' : 'missing'
}

const tellsOfAws: ReadonlySet<string> = new Set([
  'ecs.describeServices',
  'ecs.describeTasks',
  'cloudMap.listInstances',
])

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
