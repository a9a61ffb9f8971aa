import type { RunTaskResult } from '../model/ports.ts'
import { type Answer, refused } from '../model/reading.ts'
import { second } from '../model/time.ts'
import { createRandomness, type Randomness } from '../world/randomness.ts'
import { type FaultName, faultNames } from './faults.ts'
import { indexRead, isChange, laggingReads, partialReads } from './operations.ts'
import type { Outage, Scenario } from './scenario.ts'

/** What becomes of one call. */
export type CallFate =
  /** Carried out and answered. */
  | { kind: 'fair' }
  /** Not carried out. */
  | { kind: 'refused'; answer: Answer<never> }
  /** Carried out, and the answer lost. */
  | { kind: 'unheard'; answer: Answer<never> }
  /** Answered with what an earlier call of the same kind saw. */
  | { kind: 'stale' }
  /** Some of the answer is left out: which, in [0, 1). */
  | { kind: 'partial'; draw: number }

export interface Weather {
  /** Draws once: does this fault strike now? Counted when it does. */
  strikes(fault: FaultName): boolean
  /** A number of the fault's own stream. */
  between(fault: FaultName, least: number, most: number): number
  isIn(fault: FaultName): boolean
  /** Whether there is an outage of it now. */
  isOut(of: Outage['of']): boolean
  /** `operation` as `port.method`; `token`: RunTask's, null for others. */
  call(operation: string, token: string | null): CallFate
  /** What a RunTask under this token came to. */
  spend(token: string, answer: Answer<RunTaskResult>): void
  /** How often each fault struck. */
  struck: Partial<Record<FaultName, number>>
  count(fault: FaultName): void
}

const fair: CallFate = { kind: 'fair' }

/** Calls that a used-up quota refuses, and the fault that it belongs to. */
const quotasOf: Partial<Record<string, FaultName>> = {
  'ecs.runTask': 'capacity',
  'cloudMap.registerInstance': 'cloud-map',
}
/**
 * Buckets of the account, as ECS has them for requests of one kind (API reference, "Request throttling"): other callers take most
 * of the refill.
 */
const leftBurst = 4
const leftPerSecond = 0.5

export function createWeather(scenario: Scenario, now: () => number, startAtMs: number): Weather {
  const root = createRandomness(scenario.seed).fork('weather')
  const streams = new Map<FaultName, Randomness>(faultNames.map(name => [name, root.fork(name)]))
  const spent = new Set<string>()
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const lagsUntil = new Map<string, number>()
  const struck: Weather['struck'] = {}
  const count = (fault: FaultName): void => {
    struck[fault] = (struck[fault] ?? 0) + 1
  }
  const elapsed = () => now() - startAtMs
  const isIn = (fault: FaultName): boolean =>
    scenario.faults[fault] !== undefined && (elapsed() < scenario.quietFromMs || fault === 'overlap')
  const stream = (fault: FaultName): Randomness => streams.get(fault) as Randomness
  const strikes = (fault: FaultName): boolean => {
    if (!isIn(fault) || stream(fault).fraction() >= (scenario.faults[fault] ?? 0)) return false
    count(fault)
    return true
  }

  const isOut = (port: string): boolean =>
    scenario.outages.some(({ of, fromMs, toMs }) => of === port && fromMs <= elapsed() && elapsed() < toMs)

  const isThrottled = (operation: string): boolean => {
    if (!isIn('throttle')) return false
    const bucket = buckets.get(operation) ?? { tokens: leftBurst, atMs: now() }
    const tokens = Math.min(leftBurst, bucket.tokens + ((now() - bucket.atMs) / second) * leftPerSecond)
    const isEmpty = tokens < 1
    buckets.set(operation, { tokens: isEmpty ? tokens : tokens - 1, atMs: now() })
    return isEmpty
  }

  /** A replica that lags does so for a while, for most of the reads that meet it. */
  const lags = (port: string): boolean => {
    if (!isIn('stale')) return false
    if (strikes('stale')) lagsUntil.set(port, now() + stream('stale').between(5, 45) * second)
    return now() < (lagsUntil.get(port) ?? 0) && stream('stale').fraction() < 0.75
  }

  const unavailable = (operation: string): Answer<never> =>
    refused(operation, 'unavailable', 'no answer came')

  const slack = (operation: string): CallFate => {
    if (!strikes('slack')) return fair
    const draw = stream('slack').between(0, 2)
    if (draw === 0) {
      const retryAfterMs = stream('slack').between(1, 60) * second
      return { kind: 'refused', answer: refused(operation, 'throttled', 'ratelimited', retryAfterMs) }
    }
    return { kind: draw === 1 ? 'refused' : 'unheard', answer: unavailable(operation) }
  }

  return {
    strikes,
    isIn,
    isOut,
    struck,
    count,
    between: (fault, least, most) => stream(fault).between(least, most),
    spend(token, answer) {
      if (answer.ok && answer.value.taskArns.length > 0) spent.add(token)
    },
    call(operation, token) {
      const port = operation.slice(0, operation.indexOf('.'))
      if (isOut(port) || (isChange(operation) && isOut('changes'))) {
        count('outage')
        return { kind: 'refused', answer: unavailable(operation) }
      }
      if (port === 'slack') return slack(operation)
      if (port !== 'store' && isThrottled(operation)) {
        count('throttle')
        return { kind: 'refused', answer: refused(operation, 'throttled', 'Rate exceeded') }
      }
      const quota = quotasOf[operation]
      // A repetition under the same token starts nothing, so that no quota refuses it.
      if (quota && !(token !== null && spent.has(token)) && strikes(quota))
        return { kind: 'refused', answer: refused(operation, 'quota', 'the quota is used up') }
      if (strikes('error')) return { kind: 'refused', answer: unavailable(operation) }
      if (strikes('timeout')) return { kind: 'unheard', answer: unavailable(operation) }
      if (laggingReads.has(operation) && lags(port)) return { kind: 'stale' }
      if (operation === indexRead && strikes('index')) return { kind: 'stale' }
      if (partialReads.has(operation) && strikes('partial'))
        return { kind: 'partial', draw: stream('partial').fraction() }
      return fair
    },
  }
}
