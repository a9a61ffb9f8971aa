import { minute, second } from '../../model/time.ts'
import type { ChangeLimit } from '../../scaling/wishes/direction.ts'
import type { Randomness } from '../../world/randomness.ts'
import { chance } from '../chance.ts'
import { isOfQueue } from '../policies-signals.ts'
import type { Happening, Outage, Scenario, ServicePart, SignalKind, SignalPart } from '../scenario.ts'

/** Draws which services are scaled by what is measured, and what happens to them. */

const kindsDrawn: readonly SignalKind[][] = [
  ['cpu'],
  ['requests'],
  ['requests'],
  ['queue'],
  ['queue'],
  ['slo-requests'],
  ['slo-queue'],
  ['slo-queue'],
  ['cpu', 'queue'],
  ['requests', 'queue'],
  ['slo-requests', 'slo-queue'],
]

export const drawSignals = (random: Randomness, services: ServicePart[]): ServicePart[] => {
  const levels = random.fork('levels')
  return services.map(part => {
    const kinds = random.pick(kindsDrawn)
    const isScaledBySignals = chance(random, 0.45) && part.strategy === 'REPLICA'
    const signals = drawSignal(random, kinds, part)
    const level = drawSignal(levels, ['cpu'], part)
    const isScaledByLevel = chance(levels, 0.25) && part.strategy === 'REPLICA'
    if (!isScaledBySignals) return isScaledByLevel ? { ...part, signals: level } : part
    // Only what tells activity by itself goes to zero.
    const goesToZero = kinds.every(kind => kind !== 'cpu') && chance(random, 0.5)
    return { ...part, min: goesToZero ? 0 : part.min, signals }
  })
}

function drawSignal(random: Randomness, kinds: SignalKind[], { min, max }: ServicePart): SignalPart {
  const fromMinute = random.between(2, 30)
  const floor = random.between(min, max)
  return {
    kinds,
    window: chance(random, 0.3)
      ? {
          fromMinute,
          toMinute: fromMinute + random.between(3, 18),
          ...random.pick([
            { min: floor, max: null },
            { min: null, max: floor },
          ]),
        }
      : null,
    // A level is judged by tasks as well: without a window every mistake about them shows.
    inWindowMs: random.pick(
      kinds.includes('cpu') ? [0, 0, 0, null, minute] : [null, null, 0, minute, 3 * minute],
    ),
    outWindowMs: random.pick([null, null, null, 30 * second]),
    inLimit: drawLimit(random),
    outLimit: drawLimit(random),
    pause: chance(random, 0.1) ? random.pick(['in', 'out'] as const) : null,
    fallback: chance(random, 0.4)
      ? {
          afterMs: random.between(2, 4) * minute,
          tasks: random.between(min, max),
          use: random.pick(['static', 'current', 'if-higher', 'if-lower'] as const),
        }
      : null,
    whileDeploying: random.pick(['out-only', 'out-only', 'freeze', 'normal'] as const),
    idleMs: random.pick([null, minute]),
  }
}

function drawLimit(random: Randomness): ChangeLimit | null {
  const periodMs = random.pick([1, 2]) * minute
  const limit = random.pick([{ tasks: 1 }, { tasks: 2 }, { percent: 50 }])
  return chance(random, 0.4) ? { periodMs, ...limit } : null
}

/** So that whatever lies in a queue when the quiet begins is done long before the end, by a single task. */
const messagesMost = 120

export function drawSignalHappenings(
  random: Randomness,
  quietFromMs: number,
  services: ServicePart[],
  chosen: Scenario['faults'],
): Happening[] {
  const at = (): number => random.between(minute, quietFromMs - 30 * second)
  const happenings: Happening[] = []
  for (const { name: service, signals, max } of services) {
    if (!signals) continue
    if (signals.kinds.some(isOfQueue)) {
      for (let times = random.between(0, 3); times > 0; times--) {
        const delaySeconds = random.pick([0, 0, 30])
        happenings.push({
          atMs: at(),
          what: 'send',
          service,
          messages: random.between(1, messagesMost),
          delaySeconds,
        })
      }
      for (let times = random.between(0, 2); times > 0; times--)
        happenings.push({
          atMs: at(),
          what: 'send-steadily',
          service,
          perSecond: random.between(0, 8 * max) / 10,
        })
      happenings.push({ atMs: quietFromMs, what: 'send-steadily', service, perSecond: 0 })
    }
    if (chosen.fall !== undefined) {
      const atMs = at()
      const endMs = Math.min(atMs + random.between(1, 7) * minute, quietFromMs)
      happenings.push({ atMs, what: 'fall', service })
      happenings.push({
        atMs: endMs,
        what: 'load',
        service,
        requestsPerSecond: random.between(10, 110 * max),
      })
    }
    // The last word about the load is the same as that of its first drawing.
    happenings.push({
      atMs: quietFromMs,
      what: 'load',
      service,
      requestsPerSecond: random.between(10, 60 * max),
    })
  }
  return happenings
}

export function drawSignalOutages(
  random: Randomness,
  quietFromMs: number,
  services: ServicePart[],
  chosen: Scenario['faults'],
): Outage[] {
  const hasQueue = services.some(({ signals }) => signals?.kinds.some(isOfQueue))
  const fromMs = random.between(minute, quietFromMs - minute)
  const toMs = Math.min(quietFromMs, fromMs + random.between(1, 10) * minute)
  return hasQueue && chosen.outage !== undefined && chance(random, 0.5)
    ? [{ of: 'queues', fromMs, toMs }]
    : []
}
