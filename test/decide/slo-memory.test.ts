import { describe, expect, it } from 'vitest'
import { createDraws } from '../../src/backtest/service/draws.ts'
import type { SloRequestsMemory } from '../../src/model/slo-memory.ts'
import { second } from '../../src/model/time.ts'
import { sizeForRequests } from '../../src/scaling/slo/requests.ts'
import type { RequestsSeen } from '../../src/scaling/slo/sized.ts'
import { sloRequests, task } from './scaling-signals.ts'
import { noon, value } from './scaling-view.ts'

/** What the `slo` trigger remembers between two looks: little, and nothing that was handed in is changed. */

function frozen<T>(of: T): T {
  if (typeof of === 'object' && of !== null) for (const each of Object.values(of)) frozen(each)
  return Object.freeze(of)
}

interface Weather {
  period: number
  age: number
  start: number
  perSecond: number
}

/** Two busy days in fast motion: noise, a day's wave, bursts, and many tasks that start at every look. Everything handed in is frozen. */
function remembered({ period, age, start, perSecond }: Weather, looks: number): SloRequestsMemory[] {
  const draws = createDraws(3)
  const wish = frozen(sloRequests({ capacityPerSecond: null }))
  const all: SloRequestsMemory[] = []
  let memory: SloRequestsMemory = {
    kind: 'requests',
    capacityPerSecond: 51.2345,
    fit: [368_888.1, 7_200.01],
    seenUntilMs: 0,
    starts: Array(12).fill(start),
    most: [],
  }
  for (let look = 1; look <= looks; look++) {
    const endMs = noon + look * period * second
    const nowMs = endMs + age * second
    const wave = 1 + 0.5 * Math.sin((2 * Math.PI * look * period) / 86_400)
    const burst = draws.uniform() < 0.01 ? 4 : 1
    const rate = perSecond * wave * burst * Math.exp(0.2 * draws.normal())
    const requests = rate * period
    const ready = Math.ceil(perSecond / 40)
    const seen: RequestsSeen = {
      nowMs,
      tasks: value(Array.from({ length: 40 }, (_, at) => task('starting', `${look}-${at}-0123456789abcdef`))),
      count: ready,
      ready,
      starting: 40,
      revision: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/checkout-of-the-whole-shop:1234',
      newest: { value: requests, endMs, periodMs: period * second, ageMs: age * second },
      requests: value({ periodMs: period * second, points: [{ endMs, value: requests }] }),
      late: undefined,
      latePercent: undefined,
      cpu: value({ periodMs: period * second, points: [{ endMs, value: 71.234_567 }] }),
    }
    memory = frozen(sizeForRequests(wish, frozen(seen), frozen(memory)).memory)
    all.push(memory)
  }
  return all
}

describe('the memory of a service', () => {
  const fast = { period: 10, age: 5 }
  it.each<[what: string, weather: Weather]>([
    ['few requests, 10 s signals', { ...fast, start: 45, perSecond: 3 }],
    ['10 s signals', { ...fast, start: 45, perSecond: 4_321 }],
    ['10 s signals, two minutes to start', { ...fast, start: 120, perSecond: 4_321 }],
    ['10 s signals, ten minutes to start', { ...fast, start: 600, perSecond: 4_321 }],
    ['10 s signals, an hour to start', { ...fast, start: 3_600, perSecond: 4_321 }],
    ['a million requests/s, ten minutes to start', { ...fast, start: 600, perSecond: 987_654.321 }],
    ['20 s signals, five minutes to start', { period: 20, age: 20, start: 300, perSecond: 98_765.432_1 }],
    ['minutes, ten minutes to start', { period: 60, age: 200, start: 600, perSecond: 98_765.432_1 }],
  ])('%s: less than 2,000 bytes after every look', (_what, weather) => {
    const most = Math.max(...remembered(weather, 2_000).map(memory => JSON.stringify(memory).length))
    expect(most).toBeLessThan(2_000)
    // It does remember something.
    expect(most).toBeGreaterThan(1_000)
  })

  it('the same looks lead to the same memory, which JSON can hold', () => {
    const weather = { ...fast, start: 45, perSecond: 400 }
    const [once, again] = [remembered(weather, 300), remembered(weather, 300)]
    expect(again.at(-1)).toEqual(once.at(-1))
    expect(JSON.parse(JSON.stringify(once.at(-1)))).toEqual(once.at(-1))
  })
})
