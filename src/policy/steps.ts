import * as z from 'zod'
import type { Adjustment, Step } from '../scaling/policy.ts'
import { mostTasks } from './limits.ts'
import { tasksOrPercent } from './values.ts'

/** Steps as an owner writes them, with bounds left out, become steps as AWS defines them, with every bound told. */

const step = z
  .strictObject({
    from: z
      .number()
      .optional()
      .meta({
        description:
          'Where the step begins, as a distance from the threshold of the alarm: metric minus threshold. Left out: at the end of the step below, or no lower bound.',
        examples: [0],
      }),
    to: z
      .number()
      .optional()
      .meta({
        description:
          'Where it ends, in the same way. Left out: at the beginning of the step above, or no upper bound.',
        examples: [0],
      }),
    add: tasksOrPercent.optional().meta({
      description: 'Tasks to add, or a share of the present count.',
      examples: [2, '25%'],
    }),
    remove: tasksOrPercent.optional().meta({
      description: 'Tasks to remove, or a share of the present count.',
      examples: [1, '10%'],
    }),
    set: z
      .int()
      .min(0)
      .max(mostTasks)
      .optional()
      .meta({ description: 'The exact number of tasks.', examples: [4] }),
  })
  .transform(({ from, to, add, remove, set }, context) => {
    const refuse = (message: string, path: string[] = []): never => {
      context.addIssue({ code: 'custom', message, path })
      return z.NEVER
    }
    const [adjustment, ...more] = [
      add === undefined ? [] : [signed(add, 1)],
      remove === undefined ? [] : [signed(remove, -1)],
      set === undefined ? [] : [{ kind: 'exact', tasks: set } satisfies Adjustment],
    ].flat()
    if (from === undefined && to === undefined)
      refuse(
        'a step without bounds. Write from: 0 when the alarm watches for high values, to: 0 for low ones.',
      )
    if (!adjustment) return refuse('a step that changes nothing. Write one of add, remove and set.')
    if (more.length > 0) return refuse('several changes in one step. Write one of add, remove and set.')
    if (adjustment.kind === 'percent' && adjustment.percent < -100)
      return refuse('more than 100% cannot be removed.', ['remove'])
    return { from, to, adjustment }
  })
  .meta({
    oneOf: [{ required: ['add'] }, { required: ['remove'] }, { required: ['set'] }],
    anyOf: [{ required: ['from'] }, { required: ['to'] }],
  })

type Written = z.output<typeof step>

/** Ascending steps without gaps, as PutScalingPolicy asks for (https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html). */
export const steps = z
  .array(step)
  .min(1)
  .max(20)
  .transform((written, context): Step[] => {
    const ladder = ascending(written)
    const flaw = flawOf(ladder)
    if (flaw === null)
      return ladder.map(({ from, to, written: { adjustment } }) => ({ from, to, adjustment }))
    const { rung, key, sentence } = flaw
    const path = rung.written[key] === undefined ? [rung.index] : [rung.index, key]
    context.addIssue({ code: 'custom', path, message: sentence })
    return z.NEVER
  })

interface Rung {
  /** Position in the file. */
  index: number
  written: Written
  from: number | null
  to: number | null
}

function ascending(written: Written[]): Rung[] {
  const start = ({ from, to }: Written): number => from ?? to ?? 0
  const sorted = written
    .map((each, index) => ({ index, written: each }))
    // `to: 0` and `from: 0` touch: the one that only ends there lies below.
    .sort(
      (a, b) =>
        start(a.written) - start(b.written) ||
        Number(a.written.from !== undefined) - Number(b.written.from !== undefined) ||
        a.index - b.index,
    )
  return sorted.map((rung, at) => ({
    ...rung,
    from: rung.written.from ?? sorted[at - 1]?.written.to ?? null,
    to: rung.written.to ?? sorted[at + 1]?.written.from ?? null,
  }))
}

interface Flaw {
  rung: Rung
  key: 'from' | 'to'
  sentence: string
}

function flawOf(ladder: Rung[]): Flaw | null {
  // A step that is wrong by itself is told before what it does to its neighbours.
  const alone = ladder.filter(({ written: { from, to } }) => from !== undefined && to !== undefined)
  const flaw =
    alone.map(inverted).find(flaw => flaw !== null) ??
    ladder
      .slice(1)
      .map((rung, at) => seam(ladder[at], rung))
      .find(flaw => flaw !== null) ??
    ladder.map(inverted).find(flaw => flaw !== null)
  if (flaw) return flaw
  const [lowest, highest] = [ladder[0], ladder.at(-1)]
  if (lowest && lowest.from !== null && lowest.from < 0)
    return {
      rung: lowest,
      key: 'from',
      sentence: `nothing is said about values further below than ${lowest.from}. Leave out the from of the lowest step.`,
    }
  if (highest && highest.to !== null && highest.to > 0)
    return {
      rung: highest,
      key: 'to',
      sentence: `nothing is said about values further above than ${highest.to}. Leave out the to of the highest step.`,
    }
  return null
}

/** What is wrong where two neighbours meet. */
function seam(below: Rung | undefined, above: Rung): Flaw | null {
  if (!below) return null
  if (below.written.from !== undefined && below.written.from === above.written.from)
    return { rung: above, key: 'from', sentence: `two steps begin at ${above.written.from}.` }
  if (below.written.to !== undefined && below.written.to === above.written.to)
    return { rung: above, key: 'to', sentence: `two steps end at ${above.written.to}.` }
  if (below.to === null || above.from === null)
    return { rung: above, key: 'to', sentence: 'where the step below ends is not told. Write a from here.' }
  if (below.to < above.from)
    return {
      rung: above,
      key: 'from',
      sentence: `no step covers ${below.to} to ${above.from}. Let one step begin where the other ends.`,
    }
  if (below.to > above.from)
    return {
      rung: above,
      key: 'from',
      sentence: `two steps cover ${above.from} to ${below.to}. Let one step begin where the other ends.`,
    }
  return null
}

const inverted = (rung: Rung): Flaw | null =>
  rung.from !== null && rung.to !== null && rung.from >= rung.to
    ? {
        rung,
        key: rung.written.from === undefined ? 'to' : 'from',
        sentence: `the step begins at ${rung.from} and ends at ${rung.to}. from must be below to.`,
      }
    : null

/** Plus zero: removing 0 must not become -0. */
const signed = (amount: { tasks: number } | { percent: number }, sign: 1 | -1): Adjustment =>
  'tasks' in amount
    ? { kind: 'change', tasks: sign * amount.tasks + 0 }
    : { kind: 'percent', percent: sign * amount.percent + 0 }
