import type { MetricSeries } from '../model/alarm.ts'
import { second } from '../model/time.ts'
import { indexRead, laggingReads } from './operations.ts'

/** A replica of AWS that lags behind, or leaves something out. */

/** Answers seen lately, for reads that lag: by operation and arguments. */
export type Replica = Map<string, { atMs: number; answer: unknown }[]>

const lagMaxMs = 60 * second

const keyOf = (operation: string, args: unknown[]): string =>
  operation === indexRead ? operation : `${operation} ${JSON.stringify(args)}`

const answersMax = 8

/** Remembers what a read that may lag was answered. */
export function keep(
  replica: Replica,
  operation: string,
  args: unknown[],
  answer: unknown,
  atMs: number,
): void {
  if (!laggingReads.has(operation) && operation !== indexRead) return
  const key = keyOf(operation, args)
  const seen = replica.get(key) ?? []
  seen.push({ atMs, answer: structuredClone(answer) })
  if (seen.length > answersMax) seen.shift()
  replica.set(key, seen)
}

/** The oldest answer within the lag, null when there is none: not always the one before, so that what is read may go back in time. */
export function lagging(replica: Replica, operation: string, args: unknown[], now: number): unknown {
  const recent = (replica.get(keyOf(operation, args)) ?? []).filter(({ atMs }) => now - atMs <= lagMaxMs)
  return recent[0] ? structuredClone(recent[0].answer) : null
}

/** Without one of what there is, as `failures[]: MISSING` or a page that was cut. */
export function partOf(answer: unknown, draw: number): unknown {
  const { ok, value } = answer as { ok: boolean; value: unknown }
  if (!ok) return answer
  const without = <T>(items: T[]): { kept: T[]; left: T[] } => {
    const index = Math.floor(draw * items.length)
    return { kept: items.filter((_, at) => at !== index), left: items.slice(index, index + 1) }
  }
  if (Array.isArray(value)) {
    // A page of a list that is cut lacks whatever follows.
    if (typeof value[0] === 'string') return { ok, value: value.slice(0, Math.floor(draw * value.length)) }
    const { kept, left } = without(value)
    const [series] = left as Partial<MetricSeries>[]
    // Half of the series that are not whole are there, and say so.
    if (!series?.points || (draw * 997) % 1 < 0.5) return { ok, value: kept }
    const points = series.points.slice(0, -1)
    return { ok, value: [...kept, { ...series, points, status: 'PartialData' }] }
  }
  const { tasks, instances, services, missing } = value as {
    tasks?: { taskArn: string }[]
    instances?: { containerInstanceArn: string }[]
    services?: { service: string }[]
    missing: string[]
  }
  if (tasks) {
    const { kept, left } = without(tasks)
    return { ok, value: { tasks: kept, missing: [...missing, ...left.map(({ taskArn }) => taskArn)] } }
  }
  if (instances) {
    const { kept, left } = without(instances)
    const gone = left.map(({ containerInstanceArn }) => containerInstanceArn)
    return { ok, value: { instances: kept, missing: [...missing, ...gone] } }
  }
  const { kept, left } = without(services ?? [])
  return { ok, value: { services: kept, missing: [...missing, ...left.map(({ service }) => service)] } }
}
