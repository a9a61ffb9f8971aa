import { isLiteral } from './pattern.ts'

/** Names of alarms with placeholders: `{service}-high` is one alarm for each service of a rule with `*`. */

const alarmPlaceholders = /\{(service|cluster)\}/g

interface Names {
  cluster: string
  service: string
}

/** The alarm of one service. */
export const resolveAlarm = (template: string, names: Names): string =>
  template.replace(alarmPlaceholders, (_, key: keyof Names) => names[key])

/**
 * The inverse: the names that an alarm under a rule with this match tells; null when it tells none. Whether that rule
 * holds for them is the caller's question. Exact because a checked policy keeps a character that no name has between
 * two wildcards (`rules.ts`).
 */
export function ownerOfAlarm(template: string, match: Names, alarm: string): Names | null {
  const seen = new Set<string>()
  const source = template
    .split(/(\{(?:service|cluster)\})/)
    .map(part => {
      const key = part === '{service}' ? 'service' : part === '{cluster}' ? 'cluster' : null
      if (key === null || isLiteral(match[key])) return escaped(key === null ? part : match[key])
      if (seen.has(key)) return `\\k<${key}>`
      seen.add(key)
      return `(?<${key}>[A-Za-z0-9_-]+)`
    })
    .join('')
  const found = new RegExp(`^${source}$`, 'u').exec(alarm)
  if (!found) return null
  const cluster = found.groups?.cluster ?? match.cluster
  const service = found.groups?.service ?? match.service
  // A wildcard without placeholder names no single service.
  if (!isLiteral(cluster) || !isLiteral(service)) return null
  return { cluster, service }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
