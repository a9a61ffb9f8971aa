import * as z from 'zod'
import type { MetricSeries } from '../model/alarm.ts'
import type { CloudWatch } from '../model/ports.ts'
import { parseTimestamp } from '../model/time.ts'
import { alarmShape, queryOf, queryShape } from './wire-alarm-shapes.ts'
import {
  epochSeconds,
  offsetOf,
  pageOf,
  pageSize,
  refusal,
  reply,
  tokenOf,
  type Verbs,
  verb,
} from './wire-verb.ts'

const instant = z.number().transform((value, context) => {
  const atMs = parseTimestamp(value)
  if (atMs === null) context.addIssue({ code: 'custom', message: 'no epoch seconds' })
  return atMs ?? z.NEVER
})

/** `pointsPerPage`: a page is cut there even if the request allows more; AWS's own bound is 100,800. */
export const cloudWatchVerbs = (cloudWatch: CloudWatch, pointsPerPage = 100_800): Verbs => ({
  DescribeAlarms: verb(
    'ValidationError',
    z.object({
      AlarmNames: z.array(z.string()).min(1, 'alarms are found by name only, here').max(100),
      AlarmTypes: z.array(z.string()).default(['MetricAlarm']),
      MaxRecords: pageSize(100, 50),
      NextToken: z.string().optional(),
    }),
    async input => {
      const answer = await cloudWatch.describeAlarms(input.AlarmNames)
      const alarms = (answer.ok ? answer.value : []).filter(({ kind }) =>
        input.AlarmTypes.includes(kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'),
      )
      const page = pageOf(alarms, input.NextToken, input.MaxRecords)
      if (page === null) return refusal('InvalidNextToken', 'Invalid NextToken.')
      return reply('cloudwatch:DescribeAlarms', answer, () => ({
        MetricAlarms: page.items.filter(({ kind }) => kind === 'metric').map(alarmShape),
        CompositeAlarms: page.items.filter(({ kind }) => kind === 'composite').map(alarmShape),
        NextToken: page.next,
      }))
    },
  ),

  GetMetricData: verb(
    'ValidationError',
    z.object({
      MetricDataQueries: z.array(queryShape).min(1).max(500),
      StartTime: instant,
      EndTime: instant,
      ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
      MaxDatapoints: z.int().min(1).default(100_800),
      NextToken: z.string().optional(),
    }),
    async input => {
      const queries = input.MetricDataQueries.map(queryOf)
      if (new Set(queries.map(({ id }) => id)).size < queries.length)
        return refusal('ValidationError', 'The values for parameter id in MetricDataQueries are not unique.')
      const start = input.NextToken === undefined ? 0 : offsetOf(input.NextToken)
      if (start === null) return refusal('InvalidNextToken', 'Invalid NextToken.')
      const answer = await cloudWatch.getMetricData(queries, input.StartTime, input.EndTime)
      return reply('cloudwatch:GetMetricData', answer, all => {
        const ordered = input.ScanBy === 'TimestampAscending' ? all : all.map(reversed)
        return dataPage(ordered, start, Math.min(input.MaxDatapoints, pointsPerPage))
      })
    },
  ),
})

const reversed = (series: MetricSeries): MetricSeries => ({ ...series, points: series.points.toReversed() })

/** Points `start` to `start + size` of all series one after another; a series that goes on is PartialData, one without points comes first. */
function dataPage(all: MetricSeries[], start: number, size: number) {
  const results = []
  const told = new Map<string, number>()
  let before = 0
  for (const series of all) {
    const nth = (told.get(series.id) ?? 0) + 1
    told.set(series.id, nth)
    const from = Math.max(0, start - before)
    const points = series.points.slice(from, Math.max(0, start + size - before))
    const goesOn = from + points.length < series.points.length
    if (points.length > 0 || (series.points.length === 0 && start === 0))
      results.push({
        Id: series.id,
        // Series of one search share their id.
        Label: nth === 1 ? series.id : `${series.id} ${nth}`,
        Timestamps: points.map(({ atMs }) => epochSeconds(atMs)),
        Values: points.map(({ value }) => value),
        StatusCode: goesOn ? 'PartialData' : series.status,
      })
    before += series.points.length
  }
  return {
    MetricDataResults: results,
    NextToken: start + size < before ? tokenOf(start + size) : undefined,
    Messages: [],
  }
}
