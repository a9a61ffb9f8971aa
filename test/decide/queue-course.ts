import { second } from '../../src/model/time.ts'
import type { SloQueue } from '../../src/scaling/policy.ts'
import { Course } from './scaling-course.ts'
import { crew, depth, sloQueue } from './scaling-signals.ts'
import type { RuleChange } from './scaling-view.ts'

/** A queue and its service, second by second: messages come, tasks start for 45 s and then do one message after the other, and every 10 s somebody looks. */
export class QueueCourse {
  /** `120 s: 1 → 3`. */
  told: string[] = []
  late = 0
  /** Messages of which each waited for so many seconds, the newest last. */
  waits: number[] = []
  readonly course: Course
  private now = 0
  private readonly waiting: number[] = []
  /** Seconds at which a task is ready, and has done its message. */
  private tasks: { readyAt: number; freeAt: number }[] = []
  private readonly wish: SloQueue

  constructor(wish: Partial<SloQueue> = {}, rest: RuleChange = {}, desired = 0) {
    this.wish = sloQueue(wish)
    // A service whose tasks may all start at once; how many may is another test's matter.
    this.course = new Course(desired, [this.wish], { max: 1_000, out: { startingPercent: 100_000 }, ...rest })
    this.tasks = Array.from({ length: desired }, () => ({ readyAt: 0, freeAt: 0 }))
  }

  get desired(): number {
    return this.course.desired
  }

  get actions(): number {
    return this.told.length
  }

  put(messages: number): this {
    for (let each = 0; each < messages; each++) this.waiting.push(this.now)
    return this
  }

  /** @param arriving messages that come in the second that begins */
  run(seconds: number, arriving: (at: number) => number = () => 0): this {
    for (const until = this.now + seconds; this.now < until; this.now++) {
      this.put(arriving(this.now))
      this.work()
      if (this.now % 10 === 0) this.look()
    }
    return this
  }

  private work(): void {
    for (const task of this.tasks) {
      while (task.readyAt <= this.now && task.freeAt < this.now + 1 && this.waiting.length > 0) {
        const waited = this.now - (this.waiting.shift() ?? 0)
        if (waited > this.wish.drainWithinSeconds) this.late++
        this.waits.push(waited)
        task.freeAt = Math.max(task.freeAt, this.now) + 1 / (this.wish.capacityPerSecond ?? 0.5)
      }
    }
  }

  private look(): void {
    const ready = this.tasks.filter(({ readyAt }) => readyAt <= this.now)
    const busy = ready.filter(({ freeAt }) => freeAt > this.now).length
    const said = this.course.look(
      this.now * second,
      { queues: { orders: depth(this.waiting.length, busy) } },
      { is: crew(this.tasks.length, ready.length) },
    )
    if (said.includes('→')) this.told.push(`${this.now} s: ${said}`)
    this.tasks.length = Math.min(this.tasks.length, this.desired)
    while (this.tasks.length < this.desired) this.tasks.push({ readyAt: this.now + 45, freeAt: 0 })
  }
}
