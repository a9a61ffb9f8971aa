import type * as z from 'zod'
import type { JsonSchema } from './json-schema.ts'

/** Mappings that come in several kinds, of which the first key tells which: `- cpu: 65%`, `- alarm: …`. */

/** The key that tells the kind. */
export const kindKey = ({ properties = {} }: JsonSchema): string | undefined => Object.keys(properties)[0]

/** Which of the kinds a value is: the first whose key it has, or the only mapping among them; null when it is none. */
export function kindAt(options: readonly JsonSchema[], value: unknown): number | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const at = options.findIndex(option => {
    const key = kindKey(option)
    return key !== undefined && Object.hasOwn(value, key)
  })
  if (at >= 0) return at
  const mappings = options.filter(({ properties }) => properties)
  const [only, ...others] = mappings
  return only && others.length === 0 ? options.indexOf(only) : null
}

type Issue = z.core.$ZodIssue

/**
 * What is wrong with a value of several kinds, as if there were only the kind it is. Without a kind, or with a sentence of its
 * own, the issue stays as it is.
 */
export function ofOneKind(
  issues: readonly Issue[],
  optionsAt: (path: readonly PropertyKey[]) => readonly JsonSchema[] | undefined,
  valueAt: (path: readonly PropertyKey[]) => unknown,
): Issue[] {
  return issues.flatMap(issue => {
    if (issue.code !== 'invalid_union' || issue.message !== '') return [issue]
    const options = optionsAt(issue.path)
    const kind = options ? kindAt(options, valueAt(issue.path)) : null
    const inner = kind === null ? undefined : issue.errors[kind]
    if (!inner) return [issue]
    const placed = inner.map((each): Issue => ({ ...each, path: [...issue.path, ...each.path] }))
    return ofOneKind(placed, optionsAt, valueAt)
  })
}
