import * as z from 'zod'
import type { Alarm, AlarmEvidence } from '../../model/alarm.ts'

/**
 * The alarm as its own event tells it, with the data points it was judged by. In an account Longshore asks
 * DescribeAlarms and GetMetricData instead; here the event is all there is.
 */
export function alarmOfEvent(evidence: AlarmEvidence, content: unknown): { alarm: Alarm; points: number[] } {
  const event = alarmEvent.safeParse(content)
  const configuration = event.data?.detail.configuration
  const state = event.data?.detail.state
  const reasonData = reasonOf(state?.reasonData)
  return {
    alarm: {
      alarmName: evidence.alarmName,
      alarmArn: '',
      kind: configuration?.alarmRule ? 'composite' : 'metric',
      state: evidence.state,
      stateChangedAtMs: evidence.changedAtMs,
      actionsEnabled: true,
      suppressedBy: evidence.suppressedBy,
      threshold: reasonData.threshold ?? null,
      comparisonOperator: operatorOf(state?.reason ?? ''),
      periodSeconds: reasonData.period ?? null,
      evaluationPeriods: null,
      datapointsToAlarm: null,
      queries: [],
    },
    points: reasonData.recentDatapoints ?? [],
  }
}

const alarmEvent = z.object({
  detail: z.object({
    configuration: z.object({ alarmRule: z.string().optional() }).optional(),
    state: z.object({ reason: z.string().optional(), reasonData: z.string().optional() }),
  }),
})

const reasonSchema = z.object({
  threshold: z.number().optional(),
  period: z.number().optional(),
  recentDatapoints: z.array(z.number()).optional(),
})

function reasonOf(text: string | undefined): z.output<typeof reasonSchema> {
  try {
    return reasonSchema.safeParse(JSON.parse(text ?? '{}')).data ?? {}
  } catch {
    return {}
  }
}

/** The event does not carry the operator; the reason's words do ("was greater than or equal to the threshold"). */
function operatorOf(reason: string): string | null {
  const match = /(greater|less) than (or equal to )?the/i.exec(reason)
  if (!match) return null
  const side = match[1]?.toLowerCase() === 'greater' ? 'GreaterThan' : 'LessThan'
  return `${side}${match[2] ? 'OrEqualTo' : ''}Threshold`
}
