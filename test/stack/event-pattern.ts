/**
 * Whether EventBridge, or a Lambda event filter, lets an event pass: the comparisons that our patterns use, and an error for
 * any other (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 */
export function passes(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) throw new Error('EventBridge refuses an empty list')
    return pattern.some(rule => [event].flat().some(value => compares(rule, value)))
  }
  return Object.entries(recordOf(pattern)).every(([key, inner]) =>
    key === '$or'
      ? (inner as unknown[]).some(each => passes(each, event))
      : passes(inner, typeof event === 'object' && event !== null ? recordOf(event)[key] : undefined),
  )
}

function compares(rule: unknown, value: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return rule === value
  const [[kind, wanted] = ['', null], ...others] = Object.entries(rule)
  if (others.length > 0) throw new Error(`two comparisons in one: ${JSON.stringify(rule)}`)
  switch (kind) {
    case 'exists':
      return (value !== undefined) === wanted
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(wanted))
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(wanted))
    case 'wildcard':
      return typeof value === 'string' && wildcard(String(wanted)).test(value)
    case 'anything-but': {
      const excluded = Array.isArray(wanted) ? wanted : [wanted]
      return value !== undefined && !excluded.some(each => compares(each, value))
    }
    default:
      throw new Error(`no comparison of ours: ${JSON.stringify(rule)}`)
  }
}

/** `\\*` and `\\\\` stand for themselves. */
function wildcard(text: string): RegExp {
  if (/(?<!\\)(\\\\)*\*\*/.test(text)) throw new Error(`EventBridge refuses two wildcards in a row: ${text}`)
  const source = text.replace(/\\([\\*])|\*|[.+?^${}()|[\]/]/g, (found, escaped?: string) =>
    escaped === undefined ? (found === '*' ? '.*' : `\\${found}`) : `\\${escaped}`,
  )
  return new RegExp(`^${source}$`, 's')
}

const recordOf = (value: unknown): Record<string, unknown> => value as Record<string, unknown>
