import type { Finding, Path } from './problem.ts'
import { holdsSecret } from './quote.ts'

/** Where a parameter's name belongs, its own sentence says the same. */
const told = ['slack.token', 'slack.webhook']

/** The file is packaged with the functions: a secret of Slack must stand nowhere in it, whatever the value is for. */
export function secretFindings(data: unknown, path: Path = []): Finding[] {
  if (typeof data === 'string')
    return holdsSecret(data) && !told.includes(path.join('.'))
      ? [{ path, sentence: 'a secret of Slack stands here. Revoke it, and take it out of the file.' }]
      : []
  if (Array.isArray(data)) return data.flatMap((each, index) => secretFindings(each, [...path, index]))
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, each]) => secretFindings(each, [...path, key]))
}
