import { describe, expect, it } from 'vitest'
import { createDraws } from '../../src/backtest/service/draws.ts'
import { poisson } from '../../src/backtest/service/poisson.ts'
import type { TriggerMemory } from '../../src/model/memory.ts'
import { minute, second } from '../../src/model/time.ts'
import type { SloQueue } from '../../src/scaling/policy.ts'
import { newestOf } from '../../src/scaling/readings.ts'
import type { Seen } from '../../src/scaling/seen.ts'
import { propose, reads } from '../../src/scaling/triggers/slo.ts'
import { QueueCourse } from './queue-course.ts'
import { Course } from './scaling-course.ts'
import { crew, depth, series, sloQueue } from './scaling-signals.ts'
import { noon, service, throttled } from './scaling-view.ts'

/** `slo` on a queue: every message is begun within two minutes, a task does one in two seconds, and a new one takes 45 s to start. */

const chance = (perSecond: number, seed = 1): ((at: number) => number) => {
  const draws = createDraws(seed, 9)
  return () => poisson(perSecond, draws)
}

describe('a first look', () => {
  const asked = (wish: Partial<SloQueue>, change: Partial<Seen>, memory?: TriggerMemory) => {
    const seen = {
      count: 0,
      ready: 0,
      starting: 0,
      additional: 0,
      removed: null,
      added: 0,
      min: 0,
      revision: null,
      series: {},
      queues: {},
      ...change,
    }
    const proposed = propose(
      sloQueue(wish),
      { ...seen, tasks: null, alarms: [], cooling: null },
      memory,
      noon,
    )
    return proposed.asks ? proposed.count : proposed.because.code
  }
  const queues = { orders: depth(1_000) }

  it.each<[what: string, wish: Partial<SloQueue>, change: Partial<Seen>, count: number | string]>([
    // Of 105 s a start takes 60: n + (√(22.5 n + 0.4) - 1.25)² - 0.4 is 980 for 45 and 1,002 for 46.
    ['a thousand wait and nobody is there', {}, { queues }, 46],
    // Ten do 525 in 105 s: n + (√(525 + 22.5 n + 0.4) - 1.25)² - 0.4 is 986 for 23 and 1,009 for 24.
    ['a thousand wait and ten are there', {}, { queues, count: 10, ready: 10 }, 34],
    ['a thousand wait and fifty are there', {}, { queues, count: 50, ready: 50 }, 50],
    [
      'half an hour is long enough for four',
      { drainWithinSeconds: 1_800 },
      { queues, count: 2, ready: 2 },
      2,
    ],
    ['one waits', {}, { queues: { orders: depth(1) } }, 1],
    ['one waits, and it takes five to wake anybody', { wakeAt: 5 }, { queues: { orders: depth(1) } }, 1],
    ['nothing waits', {}, { queues: { orders: depth(0) } }, 0],
    ['all are in flight: they are begun', {}, { queues: { orders: depth(0, 10) }, count: 10, ready: 10 }, 10],
    [
      'in flight, and whoever took it is gone: somebody is there when it comes back',
      {},
      { queues: { orders: depth(0, 1) } },
      1,
    ],
    ['delayed messages will have to be done', {}, { queues: { orders: depth(0, 0, 1_000) } }, 46],
    ['nobody knows what a task can do: the first one finds out', { capacityPerSecond: null }, { queues }, 1],
    ['it is finding out', { capacityPerSecond: null }, { queues, count: 1, ready: 1 }, 'capacity-unknown'],
    ['the depth cannot be read', {}, { queues: { orders: throttled } }, 'signal-unreadable'],
    ['there is no depth', {}, {}, 'signal-missing'],
    ['a depth below zero', {}, { queues: { orders: depth(-1) } }, 'signal-not-finite'],
  ])('%s', (_what, wish, change, count) => {
    expect(asked(wish, change)).toBe(count)
  })

  it('changes nothing that it was given', () => {
    const queue = new QueueCourse({}, {}, 2).put(50).run(300, () => 1)
    const before = queue.course.memory?.triggers?.slo
    const copy = structuredClone(before)
    expect(before?.slo).toMatchObject({ kind: 'queue' })
    asked({}, { queues, count: 3, ready: 2, starting: 1 }, before)
    expect(before).toEqual(copy)
  })
})

describe('what is asked of AWS', () => {
  const keys = (wish: Partial<SloQueue>) =>
    reads(sloQueue(wish), service(), undefined, noon).map(({ key }) => key)

  it('only how deep the queue is, where the owner says what a task can do', () => {
    expect(keys({})).toEqual(['orders'])
  })

  it('what was completed, where that has to be learned: 60 in a minute of two tasks that had enough to do', () => {
    expect(keys({ capacityPerSecond: null })).toEqual(['orders', 'slo deleted'])
    const course = new Course(2, [sloQueue({ capacityPerSecond: null })])
    const deleted = series([60])
    expect(newestOf(deleted, 'slo', noon)).toMatchObject({ value: 60 })
    expect(course.look(0, { queues: { orders: depth(100, 2) }, series: { 'slo deleted': deleted } })).toBe(
      '2 → 3',
    )
    expect(course.memory?.triggers?.slo?.slo).toMatchObject({ capacityPerSecond: 0.5 })
  })
})

describe('time passes', () => {
  it('one message: a task comes, does it, and goes when it was idle', () => {
    const queue = new QueueCourse().put(1).run(600)
    expect(queue).toMatchObject({ told: ['0 s: 0 → 1', '60 s: 1 → 0'], waits: [45], late: 0 })
  })

  it('a thousand at once and thirty tasks: what drains them within two minutes, once, and nobody stays', () => {
    const queue = new QueueCourse({}, {}, 30)
    queue
      .run(20, () => 15)
      .put(1_000)
      .run(900)
    // 30 do 1,575 in 105 s: they suffice.
    expect(queue.told).toHaveLength(2)
    expect(queue).toMatchObject({ desired: 0, late: 0 })
  })

  it('a thousand at once and ten tasks: no more than they need, and nobody is late', () => {
    const queue = new QueueCourse({}, {}, 10)
    queue.run(600, () => 4)
    const before = queue.actions
    queue.put(1_000).run(900, () => 4)
    const [first] = queue.told.slice(before)
    // 10 + 45 s x 0.5/s x n do what waits, beside the 4/s that go on: 24 by themselves, and the ones that keep up.
    expect(Number(first?.split('→ ')[1])).toBeGreaterThanOrEqual(30)
    expect(Number(first?.split('→ ')[1])).toBeLessThanOrEqual(45)
    expect(queue.late).toBe(0)
    expect(queue.desired).toBeLessThanOrEqual(10)
  })

  it('five minutes of 8/s every half hour: once out and once in or little more, and nobody late', () => {
    const base = chance(0.5)
    const queue = new QueueCourse({ capacityPerSecond: 1 }, {}, 1)
    queue.run(4 * 1_800, at => (at % 1_800 < 300 ? 8 : base(at)))
    expect(queue.late).toBe(0)
    expect(queue.actions).toBeGreaterThanOrEqual(8)
    expect(queue.actions).toBeLessThanOrEqual(12)
    expect(queue.desired).toBe(1)
  })

  it('short messages that no look sees: the last task goes in vain a few times, and then stays', () => {
    const queue = new QueueCourse({ capacityPerSecond: 1 }, {}, 1)
    // They come at odd seconds and take one; looks are at even ones.
    queue.run(3_600, at => at % 2)
    expect(queue.actions).toBeLessThanOrEqual(10)
    const before = queue.actions
    queue.run(3_600, at => at % 2)
    expect(queue.actions - before).toBeLessThanOrEqual(6)
  })

  it.each([
    ['half a task', 0.5, 1],
    ['one', 1, 8],
    ['two and a half', 2.4, 10],
    ['five', 4.8, 8],
    ['eight', 7.9, 8],
    ['twenty', 20.3, 8],
  ])('an hour of constant load for %s, by chance as it comes: no flutter', (_what, perSecond, most) => {
    const queue = new QueueCourse({ capacityPerSecond: 1 }).run(3_600, chance(perSecond))
    expect(queue.late).toBe(0)
    expect(queue.actions).toBeGreaterThanOrEqual(1)
    expect(queue.actions).toBeLessThanOrEqual(most)
    expect(queue.desired).toBeLessThanOrEqual(1.1 * perSecond + 2)
    expect(queue.desired).toBeGreaterThan(perSecond - 3)
  })

  it('a trickle of one message in 20 s keeps its task', () => {
    const queue = new QueueCourse().run(3_600, at => (at % 20 === 0 ? 1 : 0))
    expect(queue.told).toEqual(['0 s: 0 → 1'])
  })

  it('one message every 15 minutes does not', () => {
    const queue = new QueueCourse().run(3_600, at => (at % 900 === 0 ? 1 : 0))
    expect(queue.actions).toBe(8)
    expect(queue).toMatchObject({ desired: 0, late: 0 })
  })

  it('a growth limit is known: eight times the load begins as soon as it is seen', () => {
    const growing = { out: { startingPercent: null } }
    const queue = new QueueCourse({ capacityPerSecond: 0.05 }, growing, 8)
    queue.run(1_200, chance(0.3)).run(1_200, chance(3))
    const late = queue.waits.filter(waited => waited > 120).length
    expect(late).toBe(queue.late)
    expect(queue.late / queue.waits.length).toBeLessThan(0.01)
  })

  it('what is remembered stays below 2,000 bytes', () => {
    const draws = createDraws(3, 9)
    const queue = new QueueCourse({ capacityPerSecond: 0.3 })
    for (let at = 0; at < 40; at++) {
      queue.run(90 + at, chance(10 * draws.uniform(), at))
      expect(JSON.stringify(queue.course.memory).length).toBeLessThan(2_000)
    }
  })
})

describe('unknown is not zero', () => {
  it('an hour in which the queue cannot be read changes nothing, and what follows is a first look', () => {
    const course = new Course(5, [sloQueue()])
    const queues = { orders: depth(20, 5) }
    for (let at = 0; at < 10; at++) course.look(at * 10 * second, { queues })
    for (let at = 0; at < 60; at++)
      expect(course.look(2 * minute + at * minute, { queues: { orders: throttled } })).toBe('within-bounds')
    expect(course.look(63 * minute, { queues })).toBe('slo-met')
    expect(course.desired).toBe(5)
  })

  it('tasks of which ECS shows nothing yet are not ordered again', () => {
    const course = new Course(0, [sloQueue()])
    const queues = { orders: depth(200) }
    expect(course.look(0, { queues })).toBe('0 → 10')
    for (let at = 1; at < 5; at++) course.look(at * 10 * second, { queues }, { is: crew(10, 0, 0) })
    expect(course.desired).toBe(10)
  })
})
