import { describe, expect, it } from 'vitest'
import { minute, second } from '../../src/model/time.ts'
import { readsOf } from '../../src/scaling/triggers.ts'
import { Course } from './scaling-course.ts'
import { cpu, crew, depth, series, sloQueue, sloRequests } from './scaling-signals.ts'
import { noon, throttled, wishes } from './scaling-view.ts'

/** The slo trigger at its seam: what it is given, what becomes of its answer. The law has tests of its own. */

const load = (perSecond: number, atMs = 0, rest = {}) => ({
  series: { 'slo requests': series([60 * perSecond, 60 * perSecond], noon + atMs), ...rest },
})

describe('requests', () => {
  it('are served with enough slack, whatever their number: 6.9/s at 0.1 % of 1 s', () => {
    // (140 + 6.9) / 50 and (14,000 + 6.9) / 50.
    expect(new Course(2, [sloRequests()]).look(0, load(140))).toBe('2 → 3')
    const large = new Course(280, [sloRequests()], { max: 1_000 })
    expect(large.look(0, load(14_000))).toBe('280 → 281')
  })

  it('without a known capacity nothing is removed, and others may add', () => {
    const unknown = sloRequests({ capacityPerSecond: null })
    const course = new Course(4, [unknown, cpu(50)], { in: { afterMs: 0 } })
    const idle = course.verdict(0, load(10, 0, { cpu: series([4]) }))
    expect(idle.decisions).toMatchObject([
      { because: { code: 'scale-in-unsure', trigger: 'cpu', unsure: 'slo' } },
      { about: 'slo', because: { code: 'capacity-unknown' } },
    ])
  })

  it('the capacity is learned from load and CPU, and kept', () => {
    const course = new Course(4, [sloRequests({ capacityPerSecond: null })])
    // 100/s keep four tasks half busy: 50/s each.
    course.look(0, load(100, 0, { cpu: series([50]) }))
    expect(course.memory?.triggers?.slo?.slo).toMatchObject({ kind: 'requests', capacityPerSecond: 50 })
    expect(course.look(minute, load(300, minute))).toBe('4 → 7')
  })

  it('what was learned outlives a signal that fails', () => {
    const course = new Course(4, [sloRequests({ capacityPerSecond: null })])
    course.look(0, load(100, 0, { cpu: series([50]) }))
    course.look(minute, { series: { 'slo requests': throttled } })
    expect(course.memory?.triggers?.slo?.slo).toMatchObject({ capacityPerSecond: 50 })
  })
})

describe('a queue', () => {
  it('is done within its time, of which a start takes some', () => {
    // 120 messages in 120 − 60 s at 0.5/s each.
    expect(new Course(2, [sloQueue()]).look(0, { queues: { orders: depth(120) } })).toBe('2 → 4')
  })

  it('the first message starts the first task, whatever it can do', () => {
    const course = new Course(0, [sloQueue({ capacityPerSecond: null })])
    expect(course.look(0, { queues: { orders: depth(500) } })).toBe('0 → 1')
    expect(course.look(10 * second, { queues: { orders: depth(500) } })).toBe('within-bounds')
  })
})

describe('what is read', () => {
  const names = (service: ReturnType<typeof crew>, ...triggers: Parameters<typeof wishes>[0]) =>
    readsOf(wishes(triggers).scale, service, undefined, noon).map(({ kind, key }) => `${kind} ${key}`)
  const behind = {
    ...crew(2),
    targetGroupArns: ['arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1'],
  }

  it('requests and late ones from the load balancer, and the CPU, each once', () => {
    expect(names(behind, sloRequests(), cpu(65))).toEqual([
      'metric slo requests',
      'metric slo late percent',
      'metric cpu',
    ])
  })

  it('the owner’s own metrics instead', () => {
    const own = { queries: [], periodSeconds: 10, isCount: true }
    expect(names(crew(2), sloRequests({ from: own, lateFrom: own }))).toEqual([
      'metric slo requests',
      'metric slo late',
      'metric cpu',
    ])
  })

  it('a queue itself, what was done of it, and how old its oldest is', () => {
    expect(names(crew(2), sloQueue())).toEqual(['queue orders', 'metric slo deleted', 'metric slo oldest'])
  })

  it('half an hour in the beginning, later what is new', () => {
    const [first] = readsOf(wishes([sloRequests()]).scale, behind, undefined, noon)
    expect(first).toMatchObject({ fromMs: noon - 30 * minute })
    const slo = { kind: 'requests', capacityPerSecond: 50, seenUntilMs: noon - 2 * minute, most: [] } as const
    const memory = { cooldown: null, lastWrite: null, triggers: { slo: { slo: { ...slo, most: [] } } } }
    const [later] = readsOf(wishes([sloRequests()]).scale, behind, memory, noon)
    expect(later).toMatchObject({ fromMs: noon - 7 * minute })
  })
})
