import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/model/decision.ts'
import type { ScalingMemory } from '../../src/model/memory.ts'
import { minute, second } from '../../src/model/time.ts'
import { decide } from '../../src/scaling/decide.ts'
import { remember } from '../../src/scaling/remember.ts'
import {
  breaching,
  calm,
  change,
  noon,
  type RuleChange,
  trigger,
  value,
  view,
  wishes,
} from './scaling-view.ts'

/** A service with a high and a low alarm, on which time passes: look, decide, do, remember. */
class Story {
  nowMs = noon
  memory: ScalingMemory | undefined
  desired: number
  /** What DescribeServices shows; follows at once unless a test holds it back. */
  shown: number | null = null
  readonly policy: ReturnType<typeof wishes>

  constructor(desired: number, rest: RuleChange = {}) {
    this.desired = desired
    const high = trigger('cpu-high', [change(2, 0, 20), change(3, 20, null)])
    this.policy = wishes([high, trigger('cpu-low', [change(-1, null, 0)])], { min: 2, max: 20, ...rest })
  }

  /** Looks at a metric over the threshold of 50 (high), under 50 (low) or at null (both alarms OK). */
  look(atMs: number, metric: number | null, outcome: Outcome = { ok: true }): string {
    this.nowMs = noon + atMs
    const point = (name: string, metric: number) => ({
      ...breaching(name, []),
      metric: value([metric], this.nowMs),
    })
    const alarms = [
      metric !== null && metric > 50 ? point('cpu-high', metric) : calm('cpu-high'),
      metric !== null && metric < 50 ? point('cpu-low', metric) : calm('cpu-low'),
    ]
    const verdict = decide(view(this.shown ?? this.desired, alarms), this.policy, this.memory, this.nowMs)
    this.memory = verdict.memory
    const [first] = verdict.decisions
    if (!first || !('do' in first)) return first?.because.code ?? 'nothing'
    this.memory = remember(
      this.memory,
      { action: first.do, because: first.because, recordedAtMs: this.nowMs },
      outcome,
      this.nowMs,
      this.policy.scale,
    )
    if (outcome.ok) this.desired = first.do.desiredCount
    return `${first.do.previousDesiredCount} → ${first.do.desiredCount}`
  }
}

describe('a breach that lasts', () => {
  it('out, cooling, the difference, out again, and back in', () => {
    const story = new Story(10)
    expect(story.look(0, 60)).toBe('10 → 12')
    expect(story.look(1 * minute, 60)).toBe('cooldown-out')
    expect(story.look(2 * minute, 75)).toBe('12 → 13')
    expect(story.look(3 * minute, 75)).toBe('cooldown-out')
    // The second scale-out started the cooldown anew, with the base of the first.
    expect(story.look(5 * minute, 75)).toBe('cooldown-out')
    expect(story.look(7 * minute - 1, 75)).toBe('cooldown-out')
    expect(story.look(7 * minute, 75)).toBe('13 → 16')
    expect(story.look(8 * minute, null)).toBe('within-bounds')
    expect(story.look(9 * minute, 40)).toBe('cooldown-in')
    expect(story.look(12 * minute, 40)).toBe('16 → 15')
    expect(story.look(13 * minute, 40)).toBe('cooldown-in')
    expect(story.look(17 * minute, 40)).toBe('15 → 14')
  })

  it('a scale-out during the cooldown of a scale-in goes ahead at once and replaces it', () => {
    const story = new Story(10)
    expect(story.look(0, 40)).toBe('10 → 9')
    expect(story.look(1 * minute, 60)).toBe('9 → 11')
    expect(story.look(2 * minute, 60)).toBe('cooldown-out')
    expect(story.memory?.cooldown).toEqual({
      direction: 'out',
      startedAtMs: noon + minute,
      endsAtMs: noon + 6 * minute,
      baseCount: 9,
    })
    expect(story.look(5 * minute, 40)).toBe('cooldown-in')
    expect(story.look(6 * minute, 40)).toBe('11 → 10')
  })

  it('each direction has its own cooldown', () => {
    const story = new Story(10, { out: { cooldownMs: minute }, in: { cooldownMs: 10 * minute } })
    expect(story.look(0, 60)).toBe('10 → 12')
    expect(story.look(minute, 40)).toBe('12 → 11')
    expect(story.look(10 * minute, 40)).toBe('cooldown-in')
    expect(story.look(11 * minute, 40)).toBe('11 → 10')
  })

  it('without a cooldown every look takes the step', () => {
    const story = new Story(10, { out: { cooldownMs: 0 }, in: { cooldownMs: 0 } })
    expect(story.look(0, 60)).toBe('10 → 12')
    expect(story.look(0, 60)).toBe('12 → 14')
    expect(story.look(1, 40)).toBe('14 → 13')
  })

  it('climbs to the maximum and stays there', () => {
    const story = new Story(17)
    expect(story.look(0, 75)).toBe('17 → 20')
    expect(story.look(6 * minute, 75)).toBe('at-max')
  })

  it('the bounds neither wait for a cooldown nor start one', () => {
    const story = new Story(10)
    expect(story.look(0, 60)).toBe('10 → 12')
    story.desired = 30
    expect(story.look(minute, null)).toBe('30 → 20')
    expect(story.memory?.cooldown).toMatchObject({ direction: 'out', startedAtMs: noon })
    const fresh = new Story(1)
    expect(fresh.look(0, null)).toBe('1 → 2')
    expect(fresh.memory?.cooldown).toBeNull()
    expect(fresh.look(1, 60)).toBe('2 → 4')
  })

  it('counts the difference from the minimum when the first step began below it', () => {
    const story = new Story(0)
    expect(story.look(0, 60)).toBe('0 → 4')
    expect(story.look(minute, 75)).toBe('4 → 5')
  })

  it('tasks that somebody took away meanwhile are not built on', () => {
    const story = new Story(10)
    expect(story.look(0, 60)).toBe('10 → 12')
    story.desired = 4
    expect(story.look(minute, 60)).toBe('4 → 6')
  })
})

describe('a call that fails', () => {
  const failure = (code: string): Outcome => ({ ok: false, code, message: '', transient: true })

  it('starts no cooldown when it was refused', () => {
    const story = new Story(10)
    expect(story.look(0, 60, failure('throttled'))).toBe('10 → 12')
    expect(story.memory).toEqual({ cooldown: null, lastWrite: null })
    expect(story.look(20 * second, 60)).toBe('10 → 12')
  })

  it('without an answer is repeated when it was not applied, and not added to when it was', () => {
    const lost = new Story(10)
    expect(lost.look(0, 60, failure('unavailable'))).toBe('10 → 12')
    expect(lost.look(20 * second, 60)).toBe('10 → 12')
    const applied = new Story(10)
    expect(applied.look(0, 60, failure('unavailable'))).toBe('10 → 12')
    applied.desired = 12
    expect(applied.look(20 * second, 60)).toBe('cooldown-out')
  })

  it('without an answer to a scale-in, does not remove twice', () => {
    const story = new Story(10)
    expect(story.look(0, 40, failure('unavailable'))).toBe('10 → 9')
    story.desired = 9
    expect(story.look(20 * second, 40)).toBe('cooldown-in')
  })
})

describe('DescribeServices lags behind our own write', () => {
  it('believes the write for a minute, then what is shown', () => {
    const story = new Story(10)
    expect(story.look(0, 60)).toBe('10 → 12')
    story.shown = 10
    expect(story.look(20 * second, null)).toBe('recent-write-not-visible')
    expect(story.look(20 * second, 75)).toBe('12 → 13')
    // Both earlier counts may still be shown.
    expect(story.look(40 * second, 75)).toBe('cooldown-out')
    story.shown = 12
    expect(story.look(45 * second, 75)).toBe('cooldown-out')
    story.shown = null
    expect(story.look(79 * second, null)).toBe('within-bounds')
    story.shown = 10
    expect(story.look(80 * second, 75)).toBe('10 → 13')
  })

  it('believes somebody else at once', () => {
    const story = new Story(10)
    expect(story.look(0, 60)).toBe('10 → 12')
    story.shown = 7
    expect(story.look(second, null)).toBe('within-bounds')
  })

  it('a count that is ours again is no lag', () => {
    const story = new Story(10, { in: { cooldownMs: 0 }, out: { cooldownMs: 0 } })
    expect(story.look(0, 60)).toBe('10 → 12')
    expect(story.look(second, 40)).toBe('12 → 11')
    expect(story.look(2 * second, 40)).toBe('11 → 10')
    expect(story.look(3 * second, null)).toBe('within-bounds')
  })

  it('is looked at again within a minute', () => {
    const shown = view(10, [calm('cpu-high'), calm('cpu-low')])
    const memory: ScalingMemory = {
      cooldown: null,
      lastWrite: { desiredCount: 12, replaced: [10], atMs: noon },
    }
    const verdict = decide(shown, new Story(10).policy, memory, noon + 4 * second)
    expect(verdict.decisions[0]?.because).toEqual({
      code: 'recent-write-not-visible',
      written: 12,
      described: 10,
      ageMs: 4 * second,
    })
    expect(verdict.nextLookAtMs).toBe(noon + 4 * second + minute)
  })
})

describe('what is remembered', () => {
  const { scale } = wishes([], { min: 2, max: 20 })
  const deregister = {
    verb: 'deregister-instance',
    cloudMapServiceId: 's',
    instanceId: 'i',
    cloudMapName: 'n',
  } as const

  it('nothing of another verb', () => {
    expect(
      remember(
        undefined,
        { action: deregister, because: { code: 'task-gone' }, recordedAtMs: noon },
        { ok: true },
        noon,
        scale,
      ),
    ).toEqual({
      cooldown: null,
      lastWrite: null,
    })
  })

  it('an action done a second time counts from the same base', () => {
    const action = {
      verb: 'update-service',
      cluster: 'prod',
      service: 'checkout',
      desiredCount: 12,
      previousDesiredCount: 10,
    } as const
    const because = { code: 'step-out', base: 10 }
    const once = remember(undefined, { action, because, recordedAtMs: noon }, { ok: true }, noon, scale)
    expect(once).toEqual({
      cooldown: { direction: 'out', startedAtMs: noon, endsAtMs: noon + 5 * minute, baseCount: 10 },
      lastWrite: { desiredCount: 12, replaced: [10], atMs: noon },
    })
    expect(remember(once, { action, because, recordedAtMs: noon }, { ok: true }, noon, scale)).toEqual(once)
  })
})
