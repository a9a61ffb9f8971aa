import { describe, expect, it } from 'vitest'
import { nextInLineage, stopInstant } from '../../src/healing/lineage.ts'
import { crashed, now } from './healing-tasks.ts'

describe('a lineage', () => {
  it('that never ran did not run long enough, however short that is', () => {
    const never = crashed('a', { startedBy: 'longshore/r/1', startedAtMs: null })
    expect(nextInLineage(never, 0, now)).toEqual({ rootTaskId: 'r', attempt: 2 })
  })

  it.each([
    ['this very millisecond', now, now],
    ['before', now - 1, now - 1],
    ['ahead of our clock', now + 1, null],
  ])('stopped %s', (_, stoppedAtMs, instant) => {
    expect(stopInstant(crashed('a', { stoppedAtMs }), now)).toBe(instant)
  })

  it('stopped at a time that nobody tells', () => {
    expect(stopInstant(crashed('a', { stoppedAtMs: null, stoppingAtMs: null }), now)).toBeNull()
  })
})
