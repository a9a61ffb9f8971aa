import { describe, expect, it } from 'vitest'
import { decide, type HealingVerdict } from '../../src/healing/decide.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import { remember } from '../../src/healing/remember.ts'
import type { StoppedTask } from '../../src/healing/view.ts'
import type { Outcome } from '../../src/model/decision.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import { startedByLongshore, type Task } from '../../src/model/task.ts'
import { container, lines, policy, running, now as start, stop } from './healing-tasks.ts'

const oom: Partial<Task> = {
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: [
    container({ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }),
  ],
}
const spot: Partial<Task> = { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }

/** One family over time. Times are seconds since its beginning; restarts are called a1, a2, … */
class Family {
  private memory: HealingMemory | undefined
  private readonly living = new Map<string, Task>()
  private readonly stops = new Map<string, StoppedTask>()
  private at = 0
  private count = 0
  private answers: Outcome[] = []
  private readonly wishes: HealPolicy

  constructor(wishes: HealPolicy = policy()) {
    this.wishes = wishes
    this.living.set('a', running('a', { startedAtMs: start }))
  }

  /** Seconds since the beginning. */
  until(seconds: number): this {
    this.at = seconds
    return this
  }

  stopped(taskId: string, change: Partial<Task>): this {
    const task = this.living.get(taskId) ?? this.stops.get(taskId)?.task ?? running(taskId)
    this.living.delete(taskId)
    const version = (task.version ?? 0) + 1
    this.arrives({
      ...task,
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      stoppedAtMs: this.now,
      version,
      ...change,
    })
    return this
  }

  warned(taskId: string): this {
    const task = this.living.get(taskId) ?? running(taskId)
    this.living.delete(taskId)
    this.arrives({ ...task, desiredStatus: 'STOPPED', stoppingAtMs: this.now, ...spot })
    return this
  }

  /** The next RunTask call answers that. */
  answer(outcome: Outcome): this {
    this.answers.push(outcome)
    return this
  }

  look(): string[] {
    const view = {
      stopped: [...this.stops.values()],
      living: [...this.living.values()],
      specsOutstanding: false,
    }
    const verdict = decide(view, this.wishes, this.memory, this.now)
    this.memory = verdict.memory
    for (const { key, resolution } of verdict.settled) this.settle(key.slice('task/'.length), resolution)
    this.run(verdict)
    return [
      ...verdict.recoveries.map(({ taskId, ms }) => `${taskId} recovered after ${ms / 1000} s`),
      ...lines(verdict, this.now),
    ]
  }

  get remembered(): HealingMemory | undefined {
    return this.memory
  }

  private get now(): number {
    return start + this.at * 1000
  }

  private arrives(task: Task): void {
    const before = this.stops.get(task.taskId)
    this.stops.set(task.taskId, { ...stop(task), resolution: before?.resolution ?? null })
  }

  private settle(taskId: string, resolution: string): void {
    const before = this.stops.get(taskId)
    if (before) this.stops.set(taskId, { ...before, resolution })
  }

  private run(verdict: HealingVerdict): void {
    for (const decision of verdict.decisions) {
      if (!('do' in decision) || decision.do.verb !== 'run-task') continue
      const { rootTaskId, attempt, replaces } = decision.do
      const outcome = this.answers.shift() ?? { ok: true }
      const after = remember(this.memory, decision.do, outcome, this.now, this.wishes)
      this.memory = after.memory
      if (after.settle) this.settle(replaces.slice(replaces.lastIndexOf('/') + 1), after.resolution)
      if (!outcome.ok) continue
      this.count += 1
      const startedBy = startedByLongshore(rootTaskId, attempt)
      const id = `a${this.count}`
      this.living.set(id, running(id, { startedBy, startedAtMs: this.now + 5_000 }))
    }
  }
}

describe('stories of healing', () => {
  it('out of memory again and again: longer waits, then given up', () => {
    const family = new Family(policy({ attempts: 3 }))
    family.until(60).stopped('a', oom)
    expect(family.look()).toEqual(['wait a backoff 10 s'])
    expect(family.until(69).look()).toEqual(['wait a backoff 1 s'])
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    expect(family.until(80).look()).toEqual(['a1 recovered after 15 s'])
    family.until(100).stopped('a1', oom)
    expect(family.look()).toEqual(['wait a1 backoff 20 s'])
    expect(family.until(120).look()).toEqual(['restart a1 #2 of a!'])
    family.until(200).stopped('a2', oom)
    expect(family.look()).toEqual(['a2 recovered after 25 s', 'wait a2 backoff 40 s'])
    expect(family.until(240).look()).toEqual(['restart a2 #3 of a!'])
    family.until(300).stopped('a3', oom)
    expect(family.look()).toEqual(['a3 recovered after 45 s', 'leave a3 attempts-exhausted!'])
    expect(family.until(900).look()).toEqual([])
    expect(family.remembered).toEqual({ placements: {}, recovering: {} })
  })

  it('ten minutes healthy: the count begins anew', () => {
    const family = new Family(policy({ attempts: 1 }))
    family.until(60).stopped('a', oom)
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    family.until(675).stopped('a1', oom)
    expect(family.until(685).look()).toEqual(['a1 recovered after 15 s', 'restart a1 #1 of a1!'])
    family.until(750).stopped('a2', oom)
    expect(family.look()).toEqual(['a2 recovered after 15 s', 'leave a2 attempts-exhausted!'])
  })

  it('Spot takes a task in two phases: one replacement', () => {
    const family = new Family()
    family.until(60).warned('a')
    expect(family.look()).toEqual(['wait a backoff 10 s'])
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    expect(family.until(76).look()).toEqual(['a1 recovered after 15 s'])
    family.until(180).stopped('a', spot)
    expect(family.look()).toEqual([])
    expect(family.until(300).look()).toEqual([])
  })

  it('Spot takes the task before the wait is over: still one replacement', () => {
    const family = new Family()
    family.until(60).warned('a')
    expect(family.until(65).look()).toEqual(['wait a backoff 5 s'])
    family.until(66).stopped('a', { ...spot, stoppingAtMs: start + 60_000 })
    expect(family.until(76).look()).toEqual(['restart a #1 of a!'])
    family.until(90).stopped('a', spot)
    expect(family.look()).toEqual(['a1 recovered after 15 s'])
  })

  it('a late duplicate of the stop finds its answer', () => {
    const family = new Family()
    family.until(60).stopped('a', oom)
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    family.until(71).stopped('a', { ...oom, stoppedAtMs: start + 60_000 })
    expect(family.until(7200).look()).toEqual(['a1 recovered after 15 s'])
  })

  it('a user stops the task, and stops its replacement', () => {
    const family = new Family()
    const byUser = { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }
    family.until(60).stopped('a', oom)
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    family.until(72).stopped('a1', { ...byUser, startedAtMs: null })
    expect(family.look()).toEqual(['leave a1 user-stop!'])
    expect(family.remembered).toEqual({ placements: {}, recovering: {}, restarts: [start + 70_000] })
  })

  it('no place, three times, then one', () => {
    const family = new Family()
    const full: Outcome = { ok: false, code: 'placement', message: 'RESOURCE:MEMORY', transient: false }
    family.until(60).stopped('a', oom).answer(full).answer(full).answer(full)
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    expect(family.look()).toEqual(['wait a placement-failed-retry 10 s'])
    expect(family.until(80).look()).toEqual(['restart a #1 of a!'])
    expect(family.look()).toEqual(['wait a placement-failed-retry 20 s'])
    expect(family.until(100).look()).toEqual(['restart a #1 of a!'])
    expect(family.look()).toEqual(['wait a placement-failed-retry 40 s'])
    expect(family.until(140).look()).toEqual(['restart a #1 of a!'])
    expect(family.until(150).look()).toEqual(['a1 recovered after 85 s'])
    expect(family.remembered).toEqual({ placements: {}, recovering: {}, restarts: [start + 140_000] })
  })

  it('a replacement that never starts counts as an attempt, and the wait is told as one', () => {
    const family = new Family()
    const noImage = {
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout',
      startedAtMs: null,
    }
    family.until(60).stopped('a', oom)
    expect(family.until(70).look()).toEqual(['restart a #1 of a!'])
    family.until(72).stopped('a1', noImage)
    expect(family.look()).toEqual(['wait a1 backoff 21.156 s'])
    expect(family.until(94).look()).toEqual(['restart a1 #2 of a!'])
    expect(family.until(102).look()).toEqual(['a2 recovered after 39 s'])
  })
})
