import type { MetricSeries } from '../model/alarm.ts'
import type { CloudWatch } from '../model/ports.ts'
import { type Answer, answered } from '../model/reading.ts'
import { type MetricRead, type MetricRequest, requestFor, requestsFor } from './metric-request.ts'

/** By the key of the read: the series of its one query that returns data. */
export type MetricAnswers = Map<string, Answer<MetricSeries[]>>

/** All reads in one GetMetricData (the port asks by five hundred). Changes nothing. */
export async function askMetrics(
  cloudWatch: Pick<CloudWatch, 'getMetricData'>,
  reads: MetricRead[],
  nowMs: number,
): Promise<MetricAnswers> {
  const byKey = new Map(reads.map(read => [read.key, read]))
  const requests = requestsFor([...byKey.values()], nowMs)
  const told = await Promise.all(requests.map(request => askFor(cloudWatch, request, byKey, nowMs)))
  return new Map(told.flat())
}

/** One wrong expression makes the whole call invalid: then each read is asked for alone, so that it harms only itself. */
async function askFor(
  cloudWatch: Pick<CloudWatch, 'getMetricData'>,
  { queries, fromMs, toMs, ids }: MetricRequest,
  byKey: Map<string, MetricRead>,
  nowMs: number,
): Promise<[key: string, Answer<MetricSeries[]>][]> {
  const answer = await cloudWatch.getMetricData(queries, fromMs, toMs)
  if (!answer.ok && answer.failure.code === 'invalid' && ids.size > 1) {
    const reads = [...ids.keys()].flatMap(key => byKey.get(key) ?? [])
    const alone = reads.map(read => askFor(cloudWatch, requestFor([read], nowMs), byKey, nowMs))
    return (await Promise.all(alone)).flat()
  }
  return [...ids].map(([key, returned]) => [
    key,
    answer.ok ? answered(answer.value.filter(({ id }) => returned.has(id))) : answer,
  ])
}
