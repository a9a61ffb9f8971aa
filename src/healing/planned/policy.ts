import * as z from 'zod'
import { minute } from '../../model/time.ts'
import { duration } from '../../policy/values.ts'
import type { DailyWindow } from './window.ts'
import { dailyWindow } from './window-notation.ts'

/** Tasks that live and are replaced all the same: AWS will stop them, or their machine is in trouble. */

export interface RetirementPolicy {
  window: DailyWindow
  /** Replacements that start at the same time, at most. */
  atOnce: number
  /** What becomes of the old task once its replacement runs; absent: it is left to AWS. */
  old?: 'stop' | 'leave' | undefined
}

export interface HostPolicy {
  /** A machine's trouble counts once it has lasted so long, in every look. */
  afterMs: number
  remedy: 'replace' | 'notify'
  /** Absent: at any time. */
  window?: DailyWindow | undefined
  atOnce: number
}

export const atOnce = z.int().min(1).max(20).default(1)

/** For how long a machine's trouble has to last. */
export const troubleAfter = duration
  .refine(ms => ms >= 5 * minute, 'Agents disconnect for minutes several times an hour. At least 5m.')
  .prefault('10m')

const sharedBudget =
  'Retirements and machines of one family share it: a replacement counts until it has run for a minute.'

export const retirement = z
  .strictObject({
    window: dailyWindow.meta({
      description:
        'When replacements may be started and old tasks be stopped: from and to every day, and the time zone (IANA name).',
      examples: ['02:00-05:00 Europe/Berlin'],
    }),
    atOnce: atOnce.meta({
      description: `Replacements of one family that start at the same time, at most. ${sharedBudget}`,
    }),
    // biome-ignore lint/suspicious/noThenProperty: a key of longshore.yml, which nobody awaits.
    then: z.enum(['replace', 'leave']).default('replace').meta({
      description:
        'What becomes of the old task. replace: it is stopped once its replacement has run for a minute and, with discover, stands in Cloud Map in its place. leave: it runs on beside its replacement until AWS stops it, for days.',
    }),
  })
  .transform(
    ({ then, ...rest }): RetirementPolicy => ({ ...rest, old: then === 'replace' ? 'stop' : 'leave' }),
  )

export const host = z
  .strictObject({
    after: troubleAfter.meta({
      description:
        'A machine counts as lost once its agent has been disconnected, its health IMPAIRED or the machine DRAINING for so long, in every look of each minute. One look that finds it well begins anew.',
    }),
    window: dailyWindow.optional().meta({
      description:
        'When replacements may be started and old tasks be stopped: from and to every day, and the time zone (IANA name). Left out: at any time.',
      examples: ['02:00-05:00 Europe/Berlin'],
    }),
    atOnce: atOnce.meta({
      description: `Replacements of one family that start at the same time, at most. ${sharedBudget}`,
    }),
    // biome-ignore lint/suspicious/noThenProperty: a key of longshore.yml, which nobody awaits.
    then: z.enum(['replace', 'notify']).default('replace').meta({
      description:
        'replace: another task is started elsewhere, and the old one stopped once that runs. notify: it is told, once per machine and trouble.',
    }),
  })
  .transform(({ after, then, ...rest }): HostPolicy => ({ ...rest, afterMs: after, remedy: then }))
