import type { AlarmState } from '../model/alarm.ts'
import { second } from '../model/time.ts'
import type { CompositeAlarmRecord, StateRecord } from './alarm-records.ts'
import type { Timeline } from './timeline.ts'

/** Why a composite alarm's actions rest (user guide, "Composite alarm action suppression"). */
export type Suppressed = Pick<StateRecord, 'actionsSuppressedBy' | 'actionsSuppressedReason'>

export interface Suppression {
  /** For a state that begins now. */
  atTransition(alarm: CompositeAlarmRecord, value: AlarmState): Suppressed
  /** The suppressor went from `before` to where it is. DescribeAlarms shows it, no event does: the alarm's own state stays. */
  suppressorChanged(alarm: CompositeAlarmRecord, before: AlarmState): void
}

export function createSuppression(
  timeline: Timeline,
  stateOf: (alarmName: string) => AlarmState,
): Suppression {
  const change = (alarm: CompositeAlarmRecord, by: Suppressed): void => {
    const { actionsSuppressedBy, actionsSuppressedReason, ...state } = alarm.state
    alarm.state = { ...state, ...by }
  }
  const endAfter = (alarm: CompositeAlarmRecord, periodSeconds: number): void => {
    alarm.suppressionEnds = timeline.after(periodSeconds * second, () => change(alarm, {}))
  }

  return {
    atTransition(alarm, value) {
      const { suppressor } = alarm
      if (!suppressor) return {}
      alarm.suppressionEnds()
      if (stateOf(suppressor.alarmName) === 'ALARM') return by('Alarm', suppressor.alarmName)
      if (value !== 'ALARM') return {}
      endAfter(alarm, suppressor.waitPeriodSeconds)
      return by('WaitPeriod')
    },
    suppressorChanged(alarm, before) {
      const { suppressor } = alarm
      if (!suppressor) return
      if (stateOf(suppressor.alarmName) === 'ALARM') {
        alarm.suppressionEnds()
        change(alarm, by('Alarm', suppressor.alarmName))
      } else if (before === 'ALARM') {
        change(alarm, by('ExtensionPeriod'))
        endAfter(alarm, suppressor.extensionPeriodSeconds)
      }
    },
  }
}

const by = (
  actionsSuppressedBy: NonNullable<Suppressed['actionsSuppressedBy']>,
  alarmName?: string,
): Suppressed => ({
  actionsSuppressedBy,
  actionsSuppressedReason: `Actions suppressed by ${alarmName ?? actionsSuppressedBy}`,
})
