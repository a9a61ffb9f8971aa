import type { AlarmState } from '../model/alarm.ts'
import type { CloudWatch } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { minute, second } from '../model/time.ts'
import { type Evaluated, evaluate, extraPeriods } from './alarm-evaluation.ts'
import {
  type AlarmRecord,
  type CompositeAlarmParameters,
  type CompositeAlarmRecord,
  configurationOf,
  describeAlarm,
  type MetricAlarmParameters,
  type MetricAlarmRecord,
  type StateRecord,
} from './alarm-records.ts'
import { createSuppression } from './alarm-suppression.ts'
import { longTime, timestampOf } from './alarm-times.ts'
import { parseCompositeRule } from './composite-rule.ts'
import type { EventBus } from './events.ts'
import type { Faults } from './failures.ts'
import type { MetricStore } from './metrics.ts'
import { alarmArn, muteRuleArn } from './names.ts'
import type { Randomness } from './randomness.ts'
import type { Timeline } from './timeline.ts'

/** CloudWatch alarms: evaluated by the clock, told on transitions only, muted and suppressed ones too (user guide, "Alarm events and EventBridge"). */
export interface Alarms {
  createMetricAlarm(parameters: MetricAlarmParameters): void
  createCompositeAlarm(parameters: CompositeAlarmParameters): void
  deleteAlarm(alarmName: string): void
  /** Until the next evaluation says otherwise (API reference, SetAlarmState). */
  setState(alarmName: string, state: AlarmState, reason: string): void
  /** Alarm mute rule: actions rest between both instants, epoch ms. */
  mute(alarmName: string, fromMs: number, toMs: number): void
  cloudWatch: CloudWatch
}

export function createAlarms(world: {
  timeline: Timeline
  random: Randomness
  events: EventBus
  metrics: MetricStore
  faults: Faults
}): Alarms {
  const { timeline, random, events, metrics, faults } = world
  const alarms = new Map<string, AlarmRecord>()
  const now = (): number => timeline.clock.now()

  const named = (alarmName: string): AlarmRecord => {
    const alarm = alarms.get(alarmName)
    if (!alarm) throw new Error(`no alarm ${alarmName}`)
    return alarm
  }
  const stateOf = (alarmName: string): AlarmState => alarms.get(alarmName)?.state.value ?? 'INSUFFICIENT_DATA'
  const suppression = createSuppression(timeline, stateOf)

  const add = (alarm: AlarmRecord): void => {
    if (alarms.has(alarm.name)) throw new Error(`alarm ${alarm.name} exists already`)
    alarms.set(alarm.name, alarm)
  }
  const shared = ({
    alarmName,
    description,
    actionsEnabled,
  }: CompositeAlarmParameters | MetricAlarmParameters) => ({
    name: alarmName,
    arn: alarmArn(alarmName),
    description,
    actionsEnabled: actionsEnabled ?? true,
    stateChangedAtMs: now(),
    mute: null,
  })

  /** Tells the transition, then lets every composite alarm that names this one look again. */
  const enter = (alarm: AlarmRecord, next: Omit<StateRecord, 'timestamp'>): void => {
    const previousState = alarm.state
    alarm.state = { ...next, timestamp: timestampOf(now()) }
    alarm.stateChangedAtMs = now()
    const { mute } = alarm
    const muted = mute !== null && mute.fromMs <= now() && now() < mute.toMs
    events.emit('aws.cloudwatch', 'CloudWatch Alarm State Change', alarm.arn, {
      alarmName: alarm.name,
      configuration: configurationOf(alarm),
      previousState,
      state: alarm.state,
      muteDetail: muted
        ? {
            mutedByArn: muteRuleArn(mute.ruleName),
            muteWindowStart: timestampOf(mute.fromMs),
            muteWindowEnd: timestampOf(mute.toMs),
          }
        : undefined,
    })
    for (const other of alarms.values()) {
      if (other.kind !== 'composite') continue
      if (other.suppressor?.alarmName === alarm.name)
        suppression.suppressorChanged(other, previousState.value)
      if (other.rule.alarmNames.includes(alarm.name)) look(other, alarm)
    }
  }

  const evaluateMetric = (alarm: MetricAlarmRecord): void => {
    const { rule, periodSeconds } = alarm
    const periodMs = periodSeconds * second
    const length = rule.evaluationPeriods + extraPeriods
    const endMs = Math.floor(now() / periodMs) * periodMs
    const startMs = endMs - length * periodMs
    const points = metrics.series(alarm.metric, alarm.statistic, periodSeconds, startMs, endMs)
    const range = Array.from(
      { length },
      (_, index) => points.find(({ atMs }) => atMs === startMs + index * periodMs) ?? null,
    )
    const result = evaluate(rule, range, alarm.state.value)
    if (!result || result.state === alarm.state.value) return
    enter(alarm, { value: result.state, reason: result.reason, reasonData: reasonDataOf(alarm, result) })
  }

  const reasonDataOf = (alarm: MetricAlarmRecord, { used }: Evaluated): string =>
    JSON.stringify({
      version: '1.0',
      queryDate: timestampOf(now()),
      startDate: used.length > 0 ? timestampOf(used.at(-1)?.atMs ?? now()) : undefined,
      statistic: alarm.statistic,
      period: alarm.periodSeconds,
      recentDatapoints: used.map(({ value }) => value).reverse(),
      threshold: alarm.rule.threshold,
    })

  const look = (alarm: CompositeAlarmRecord, child: AlarmRecord): void => {
    const value = alarm.rule.holds(stateOf) ? 'ALARM' : 'OK'
    if (value === alarm.state.value) return
    enter(alarm, {
      value,
      reason: `${child.arn} transitioned to ${child.state.value} at ${longTime(now())}`,
      reasonData: JSON.stringify({
        triggeringAlarms: [
          { arn: child.arn, state: { value: child.state.value, timestamp: child.state.timestamp } },
        ],
      }),
      ...suppression.atTransition(alarm, value),
    })
  }

  return {
    createMetricAlarm(parameters) {
      const { periodSeconds = 60, evaluationPeriods = 1, treatMissingData = 'missing' } = parameters
      const { namespace, metricName, dimensions, operator, threshold } = parameters
      const alarm: MetricAlarmRecord = {
        ...shared(parameters),
        kind: 'metric',
        queryId: random.uuid(),
        metric: { namespace, metricName, dimensions: { ...dimensions } },
        statistic: parameters.statistic,
        periodSeconds,
        rule: {
          operator,
          threshold,
          evaluationPeriods,
          datapointsToAlarm: parameters.datapointsToAlarm ?? evaluationPeriods,
          treatMissingData,
        },
        state: {
          value: 'INSUFFICIENT_DATA',
          reason: 'Unchecked: Initial alarm creation',
          timestamp: timestampOf(now()),
        },
      }
      add(alarm)
      // Every minute, or every period where that is shorter, some seconds after the full one, when its data is there.
      const everyMs = Math.min(minute, periodSeconds * second)
      const offsetMs = random.between(2_000, 8_000)
      const again = (): void => {
        const nextMs = (Math.floor((now() - offsetMs) / everyMs) + 1) * everyMs + offsetMs
        timeline.at(nextMs, () => {
          if (alarms.get(alarm.name) !== alarm) return
          evaluateMetric(alarm)
          again()
        })
      }
      again()
    },

    createCompositeAlarm(parameters) {
      const rule = parseCompositeRule(parameters.rule)
      const value = rule.holds(stateOf) ? 'ALARM' : 'OK'
      const { arn } = shared(parameters)
      for (const child of rule.alarmNames) named(child)
      add({
        ...shared(parameters),
        kind: 'composite',
        ruleText: parameters.rule,
        rule,
        suppressor: parameters.suppressor ?? null,
        suppressionEnds: () => {},
        state: {
          value,
          reason: `${arn} was created and its alarm rule evaluates to ${value}`,
          timestamp: timestampOf(now()),
        },
      })
    },

    deleteAlarm(alarmName) {
      named(alarmName)
      alarms.delete(alarmName)
    },

    setState(alarmName, value, reason) {
      const alarm = named(alarmName)
      if (alarm.state.value === value) return
      enter(alarm, {
        value,
        reason,
        ...(alarm.kind === 'composite' ? suppression.atTransition(alarm, value) : {}),
      })
    },

    mute(alarmName, fromMs, toMs) {
      named(alarmName).mute = { ruleName: `mute-${alarmName}`, fromMs, toMs }
    },

    cloudWatch: {
      describeAlarms: names =>
        faults.call('cloudwatch:DescribeAlarms', () =>
          answered(
            names.flatMap(name => {
              const alarm = alarms.get(name)
              return alarm ? [describeAlarm(alarm)] : []
            }),
          ),
        ),
      getMetricData: (queries, fromMs, toMs) =>
        faults.call('cloudwatch:GetMetricData', () => metrics.getMetricData(queries, fromMs, toMs)),
    },
  }
}
