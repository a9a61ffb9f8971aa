import type { Ports, RunTaskResult } from '../model/ports.ts'
import { type Answer, refused } from '../model/reading.ts'
import { type Clock, second } from '../model/time.ts'
import type { Randomness } from '../world/randomness.ts'
import type { Timeline } from '../world/timeline.ts'
import { isBuggy, PlannedBug } from './bug.ts'
import { drawFate, type Fate, fairFate } from './fate.ts'
import { keep, lagging, partOf, type Replica } from './replica.ts'
import type { Bug } from './scenario.ts'
import type { Weather } from './weather.ts'

/**
 * What Lambda does to our code: runs it, kills it at its time limit or in the middle of any call, and lets a sandbox stand
 * still and go on. A killed invocation's calls never answer, so that nothing after them happens.
 */

/** As in serverless.yml. */
export const timeoutMs = 30 * second
export const leaseMs = 35 * second

export interface Invocation {
  id: number
  name: string
  /** Index of the version whose code and policy this is. */
  version: number
  startedAtMs: number
  /** Added to true time. */
  skewMs: number
  isDead: boolean
  /** What its own code threw; null = nothing. */
  thrown: string | null
  /** Its credentials ran out while it stood still. */
  isExpired: boolean
  calls: number
}

/** Sees every call of every invocation; throws nothing. */
export interface CallWatch {
  /** Before the call leaves, whether or not it arrives. */
  before(invocation: Invocation, operation: string, args: unknown[]): void
  /** Carried out, whether or not the answer is heard; `heard` is what our code was told. */
  after(invocation: Invocation, operation: string, args: unknown[], answer: unknown, heard: unknown): void
  tell(invocation: Invocation, text: string): void
}

interface Surroundings {
  ports: Ports
  timeline: Timeline
  weather: Weather
  random: Randomness
  watch: CallWatch
  bug: Bug | null
}

const portNames = [
  'ecs',
  'ec2',
  'cloudWatch',
  'cloudMap',
  'queues',
  'images',
  'logs',
  'store',
  'queue',
  'slack',
] as const

const never = new Promise<never>(() => {})

export interface Sandbox {
  ports: Ports
  /** Runs `work` in this sandbox; `finished` hears how it ended: its answer, or null when it was killed or threw. */
  invoke<T>(invocation: Invocation, work: () => Promise<T>, finished: (answer: T | null) => void): void
}

export function createSandbox(around: Surroundings, replica: Replica): Sandbox {
  const { timeline, weather, random, watch, bug } = around
  let invocation: Invocation | null = null
  let fate: Fate = fairFate
  let end: () => void = () => {}

  const clock: Clock = { now: () => timeline.clock.now() + (invocation?.skewMs ?? 0) }
  const pause = (ms: number): Promise<void> => new Promise(resolve => timeline.after(ms, resolve))

  const die = (mine: Invocation, why: string): Promise<never> => {
    if (!mine.isDead) {
      mine.isDead = true
      watch.tell(mine, why)
      end()
    }
    return never
  }

  const call = async (operation: string, args: unknown[], run: () => Promise<unknown>): Promise<unknown> => {
    const mine = invocation as Invocation
    if (mine.isDead) return never
    if (bug && isBuggy(bug, operation, args)) throw new PlannedBug()
    mine.calls += 1
    if (fate.stepAt === mine.calls) mine.skewMs = fate.stepToMs
    const isLast = fate.killAt === mine.calls
    if (isLast && fate.moment === 'before') return die(mine, `is killed before ${operation}`)
    if (fate.isSlow) await pause(random.between(5, fate.latencyMs))
    if (mine.isDead) return never
    const heard = await answered(mine, operation, args, run)
    if (isLast) return die(mine, `is killed after ${operation}`)
    if (fate.freezeAt === mine.calls) {
      watch.tell(mine, `stands still after ${operation} for ${fate.freezeMs / second} s`)
      await pause(fate.freezeMs)
      if (fate.freezeMs > leaseMs && fate.expires) mine.isExpired = true
    } else if (fate.isSlow) await pause(random.between(1, fate.latencyMs))
    return mine.isDead ? never : heard
  }

  const answered = async (
    mine: Invocation,
    operation: string,
    args: unknown[],
    run: () => Promise<unknown>,
  ): Promise<unknown> => {
    watch.before(mine, operation, args)
    if (mine.isExpired && !operation.startsWith('slack.')) {
      const denied = refused(operation, 'denied', 'the security token included in the request is expired')
      watch.after(mine, operation, args, null, denied)
      return denied
    }
    const token = operation === 'ecs.runTask' ? (args[0] as { clientToken: string }).clientToken : null
    const weatherOf = weather.call(operation, token)
    if (weatherOf.kind === 'refused') {
      watch.after(mine, operation, args, null, weatherOf.answer)
      return weatherOf.answer
    }
    if (weatherOf.kind === 'stale') {
      const old = lagging(replica, operation, args, timeline.clock.now())
      if (old !== null) {
        watch.after(mine, operation, args, null, old)
        return old
      }
    }
    const answer = await run()
    if (token !== null) weather.spend(token, answer as Answer<RunTaskResult>)
    if (weatherOf.kind === 'unheard') {
      watch.after(mine, operation, args, answer, weatherOf.answer)
      return weatherOf.answer
    }
    if (weather.isIn('stale') || weather.isIn('index'))
      keep(replica, operation, args, answer, timeline.clock.now())
    const heard = weatherOf.kind === 'partial' ? partOf(answer, weatherOf.draw) : answer
    watch.after(mine, operation, args, answer, heard)
    return heard
  }

  const ports = { ...around.ports, clock } as Ports
  for (const name of portNames) Object.assign(ports, { [name]: wrapped(name, around.ports[name], call) })

  return {
    ports,
    invoke<T>(next: Invocation, work: () => Promise<T>, finished: (answer: T | null) => void) {
      invocation = next
      fate = drawFate(weather)
      if (fate.isSlow) weather.count('overlap')
      end = () => finished(null)
      const limit =
        fate.freezeAt === null ? timeline.after(timeoutMs, () => void die(next, 'runs out of time')) : null
      const over = (answer: T | null) => {
        limit?.()
        if (next.isDead) return
        finished(answer)
      }
      work().then(over, error => {
        next.thrown = error instanceof Error ? error.message : String(error)
        watch.tell(next, `throws ${next.thrown}`)
        over(null)
      })
    },
  }
}

type Call = (operation: string, args: unknown[], run: () => Promise<unknown>) => Promise<unknown>

function wrapped<P extends object>(name: string, port: P, call: Call): P {
  const verbs = Object.entries(port).filter(([, verb]) => typeof verb === 'function')
  return Object.fromEntries(
    verbs.map(([verb, run]) => [
      verb,
      (...args: unknown[]) => call(`${name}.${verb}`, args, () => run(...args)),
    ]),
  ) as P
}
