import { minute } from '../../model/time.ts'
import { type Courtroom, skewMs } from '../judge.ts'
import { alarmOf } from '../policies.ts'
import type { Invocation } from '../sandbox.ts'
import type { ServicePart } from '../scenario.ts'
import { seriesKey } from '../told.ts'

/** Judges every step that an alarm asked for. */

/** How long ago the state of an alarm may have been true that somebody acts on: it was read late, and the call took its time. */
const newsMs = 4 * minute

export function judgeStep(
  court: Courtroom,
  invocation: Invocation,
  part: ServicePart,
  code: 'step-in' | 'step-out',
  desiredCount: number,
): void {
  const told = court.history.told.get(invocation.id)
  const { violate } = court
  const side = code === 'step-out' ? 'high' : 'low'
  judgeAlarm(court, part, side, desiredCount)
  judgeMute(court, invocation, alarmOf(part.name, side), desiredCount)
  if (
    code === 'step-in' &&
    part.composite &&
    told?.alarms?.get(alarmOf(part.name, 'high')) === 'ALARM' &&
    part.disabled !== 'high' &&
    !court.history.mutes.get(alarmOf(part.name, 'high'))?.untilMs
  )
    violate(
      'S3',
      `${part.name} is scaled in to ${desiredCount} although ${alarmOf(part.name, 'high')} is in ALARM`,
    )
  const names = (['high', 'low'] as const).map(each => alarmOf(part.name, each))
  if (code === 'step-in' && !names.every(name => told?.alarms?.has(name)))
    violate('S9', `${part.name} is scaled in to ${desiredCount} although not all of its alarms could be read`)
  const measured = told?.series.get(seriesKey(part.name, 'CPUUtilization'))
  if (code === 'step-in' && !(measured?.isWhole && measured.points.length > 0))
    violate('S9', `${part.name} is scaled in to ${desiredCount} although its metric is missing`)
}

function judgeAlarm(
  { truth, now, violate }: Courtroom,
  part: ServicePart,
  side: 'high' | 'low',
  count: number,
): void {
  const states = truth.alarms.get(alarmOf(part.name, side)) ?? []
  if (part.disabled === side)
    violate(
      'S3',
      `${part.name} is set to ${count} because of ${alarmOf(part.name, side)}, which its owner switched off`,
    )
  const isRecent = states.some(
    ({ atMs, state }, index) =>
      state === 'ALARM' && (states[index + 1]?.atMs ?? now()) >= now() - newsMs && atMs <= now(),
  )
  if (!isRecent)
    violate(
      'S3',
      `${part.name} is set to ${count} because of ${alarmOf(part.name, side)}, which was not in ALARM lately`,
    )
}

/** What a change of the alarm told, and the table kept before the look began. */
function judgeMute(
  { history, now, violate }: Courtroom,
  { id }: Invocation,
  alarm: string,
  count: number,
): void {
  const mute = history.mutes.get(alarm)
  const readAtMs = history.told.get(id)?.evidenceAtMs ?? null
  if (mute?.untilMs == null || readAtMs === null) return
  if (mute.keptAtMs < readAtMs && now() < mute.untilMs - skewMs)
    violate('S3', `a service is set to ${count} because of ${alarm}, which is muted`)
}
