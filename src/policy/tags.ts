import type { ScalePolicy } from '../scaling/policy.ts'
import { mostTasks } from './limits.ts'
import { nearest } from './nearest.ts'
import type { ServicePolicy } from './policy.ts'
import { printable, quote } from './quote.ts'

/** ECS tags by which the owner of one service overrides its rule from their own infrastructure code. */
export const overrideTags = [
  'longshore:min',
  'longshore:max',
  'longshore:paused',
  'longshore:paused-in',
  'longshore:paused-out',
] as const
const prefix = 'longshore:'

/** ECS takes no longer ones (API reference, Tag). */
const keyMax = 128
const valueMax = 256

/** A rule after the tags had their say. `tags` null = they could not be read. */
export function withTags(scale: ScalePolicy | null, tags: Record<string, string> | null): ServicePolicy {
  // Unknown is not "not paused": acting on a service that its owner has paused is worse than waiting.
  if (tags === null)
    return { scale, paused: 'its tags could not be read, so a pause cannot be ruled out', problems: [] }
  const bounds = scale && boundsOf(scale, tags)
  const pause = scale && {
    all: pauseOf(tags, 'longshore:paused') ?? scale.pause.all,
    in: pauseOf(tags, 'longshore:paused-in') ?? scale.pause.in,
    out: pauseOf(tags, 'longshore:paused-out') ?? scale.pause.out,
  }
  return {
    scale: scale && bounds && pause && { ...scale, min: bounds.min, max: bounds.max, pause },
    paused: pause ? pause.all : pauseOf(tags, 'longshore:paused'),
    problems: [...(bounds ? bounds.problems : []), ...unknownTags(tags)],
  }
}

/** By its tag, as far as that can be read. */
export const isPaused = (tags: Record<string, string> | null): boolean =>
  tags !== null && pauseOf(tags, 'longshore:paused') !== null

/** `false` = not paused; `true` or nothing = paused; anything else is the reason. */
function pauseOf(tags: Record<string, string>, tag: (typeof overrideTags)[number]): string | null {
  const text = tags[tag]?.trim() ?? 'false'
  if (text.toLowerCase() === 'false') return null
  return text === '' || text.toLowerCase() === 'true' ? `tag ${tag}` : printable(text.slice(0, valueMax))
}

function boundsOf(
  { min, max }: ScalePolicy,
  tags: Record<string, string>,
): { min: number; max: number; problems: string[] } {
  const wanted = { min: countOf(tags['longshore:min']), max: countOf(tags['longshore:max']) }
  const problems: string[] = []
  for (const key of ['min', 'max'] as const)
    if (wanted[key] === null)
      problems.push(
        `Tag longshore:${key} is ${quote(tags[`longshore:${key}`])}, no whole number from 0 to ${mostTasks}. The rule's ${key} ${key === 'min' ? min : max} holds.`,
      )
  const bounds = { min: wanted.min ?? min, max: wanted.max ?? max }
  if (bounds.min <= bounds.max) return { ...bounds, problems }
  return {
    min,
    max,
    problems: [
      ...problems,
      `The tags make min ${bounds.min} and max ${bounds.max}: min is above max. The rule's min ${min} and max ${max} hold.`,
    ],
  }
}

/** Undefined without the tag, null when it is unusable. */
function countOf(value: string | undefined): number | null | undefined {
  if (value === undefined) return undefined
  return /^\d{1,5}$/.test(value.trim()) && Number(value) <= mostTasks ? Number(value) : null
}

const unknownTags = (tags: Record<string, string>): string[] =>
  Object.keys(tags)
    .filter(key => key.startsWith(prefix) && !overrideTags.some(known => known === key))
    .sort()
    .map(key => {
      const meant = nearest(key, overrideTags)
      return `Tag ${printable(key.slice(0, keyMax))} is not known. ${meant ? `Did you mean ${meant}?` : `Known: ${overrideTags.join(', ')}.`}`
    })
