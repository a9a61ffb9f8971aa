import { describe, expect, it } from 'vitest'
import { explain } from '../../src/healing/explain.ts'
import type { HealingReason } from '../../src/healing/reason.ts'
import type { StopCause } from '../../src/healing/stop-cause.ts'
import { now } from './healing-tasks.ts'

/** A restart's own numbers stand in its sentence; what cannot be mended says what a person does. */
describe('healing explains', () => {
  it.each<[HealingReason, string]>([
    [
      { code: 'restart', cause: 'oom', attempt: 2, attempts: 5, waitedMs: 20_400 },
      'Stopped: out of memory. Run again, attempt 2 of 5, 20 s after the stop.',
    ],
    [
      { code: 'backoff', cause: 'oom', attempt: 2, attempts: 5, waitMs: 20_000, untilMs: now + 20_000 },
      'Stopped: out of memory. Attempt 2 of 5 waits 20 s and follows at 02:10:20 UTC.',
    ],
    [{ code: 'user-stop' }, 'Stopped by a user: left alone.'],
    [
      { code: 'permanent', cause: 'image-not-found' },
      'Stopped: image not found. Not run again, it would fail the same way. Push the image, or register a revision that names an existing one.',
    ],
    [
      { code: 'not-in-policy', cause: 'health-check-container', group: 'health' },
      'Stopped: container health check failed. Left alone: heal.restart.on in longshore.yml does not name health.',
    ],
    [
      { code: 'attempts-exhausted', cause: 'app-crash', attempts: 5 },
      'Stopped: application crashed. All 5 attempts are used up: given up. Find the cause in the log of the last task, then run it again by hand.',
    ],
    [
      { code: 'launch-spec-unsure', cause: 'oom', gaps: ['network-interface-gone', 'ebs-volume'] },
      'Stopped: out of memory. Not run again, because it could not be run exactly as it was: its network interface was gone before its security groups were read; no answer of AWS tells what its EBS volume was made from. Run it again by hand.',
    ],
    [
      {
        code: 'placement-failed-retry',
        placement: 'RESOURCE:MEMORY',
        failures: 2,
        attempts: 5,
        untilMs: now,
      },
      'ECS found no place for it (RESOURCE:MEMORY): try 3 of 6 follows at 02:10:00 UTC.',
    ],
    [
      { code: 'placement-failed-retry', placement: null, failures: 1, attempts: 5, untilMs: now },
      'ECS found no place for it: try 2 of 6 follows at 02:10:00 UTC.',
    ],
  ])('$code', (reason, sentence) => {
    expect(explain(reason)).toBe(sentence)
  })

  const permanent: StopCause[] = [
    'image-not-found',
    'image-auth',
    'secrets',
    'log-driver',
    'placement',
    'start-timeout',
  ]
  it('what to do, different for each cause that nothing but a person mends', () => {
    const sentences = permanent.map(cause => explain({ code: 'permanent', cause }).split('same way. ')[1])
    expect(new Set(sentences).size).toBe(permanent.length)
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].+\.$/)
  })
})
