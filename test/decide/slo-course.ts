import type { SloRequestsMemory } from '../../src/model/slo-memory.ts'
import { second } from '../../src/model/time.ts'
import type { SloRequests } from '../../src/scaling/policy.ts'
import type { Series } from '../../src/scaling/signal.ts'
import { keptMemory } from '../../src/scaling/slo/kept-memory.ts'
import type { ScalingView } from '../../src/scaling/view.ts'
import { Course } from './scaling-course.ts'
import { crew, sloRequests } from './scaling-signals.ts'
import { noon, type RuleChange, value } from './scaling-view.ts'

/** A service under the `slo` trigger, in seconds from noon: tasks serve `start` after their launch, each period's sum is known `delay` after its end. */

export interface Facts {
  period: number
  delay: number
  start: number
  trigger: Partial<SloRequests>
  rule: RuleChange
}

const usual: Facts = { period: 10, delay: 5, start: 45, trigger: {}, rule: { min: 1, max: 10_000 } }

export class SloCourse {
  readonly facts: Facts
  private readonly course: Course
  private readonly rateAt: (second: number) => number
  /** Seconds at which the tasks of now serve. */
  private ready: number[]
  private next: number
  private points: Series['points'] = []

  constructor(tasks: number, rateAt: (second: number) => number, facts: Partial<Facts> = {}) {
    this.facts = { ...usual, ...facts }
    const { period, delay, start, trigger, rule } = this.facts
    const triggers = [sloRequests(trigger)]
    this.course = new Course(tasks, triggers, rule)
    this.course.memory = keptMemory(triggers, start)
    this.rateAt = rateAt
    this.ready = Array(tasks).fill(0)
    this.next = period + delay
  }

  /** Looks at every period until then; answers what it said last. */
  until(atSeconds: number): string {
    let said = 'nothing'
    for (; this.next <= atSeconds; this.next += this.facts.period) said = this.look(this.next)
    return said
  }

  private look(now: number): string {
    const { period, delay, start } = this.facts
    const end = now - delay
    let sum = 0
    for (let at = end - period; at < end; at++) sum += this.rateAt(at)
    if (Number.isFinite(sum))
      this.points = [...this.points, { endMs: noon + end * second, value: sum }].slice(-5)
    const said = this.course.look(now * second, this.seen(period), { is: this.service(now) })
    const { desired } = this.course
    this.ready = this.ready.slice(0, desired)
    while (this.ready.length < desired) this.ready.push(now + start)
    return said
  }

  private seen(period: number): Partial<ScalingView> {
    const newest = this.points.at(-1)
    if (!newest) return {}
    const reading = value({ periodMs: period * second, points: this.points }, newest.endMs)
    return { series: { 'slo requests': reading } }
  }

  private service(now: number) {
    const ready = this.readyAt(now)
    return crew(this.ready.length, ready)
  }

  readyAt(now: number): number {
    return this.ready.filter(at => at <= now).length
  }

  get desired(): number {
    return this.course.desired
  }

  /** What the trigger remembers. */
  get memory(): SloRequestsMemory {
    return this.course.memory?.triggers?.slo?.slo as SloRequestsMemory
  }
}
