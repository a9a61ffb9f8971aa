import { isLiteral } from './pattern.ts'
import type { Policy } from './policy.ts'

/** Which events the policy has any use for, in EventBridge's words. Read by stack/rules.yml. */
export interface EventPatterns {
  /** Whether rules for services and for standalone tasks come in at all. */
  services: RuleState
  tasks: RuleState
  alarms: RuleState
  /** Of `detail.clusterArn`. */
  serviceClusters: Match[]
  taskClusters: Match[]
  /** Of `detail.alarmName`. */
  alarmNames: Match[]
}

type RuleState = 'ENABLED' | 'DISABLED'
type Match = string | { suffix: string } | { prefix: string } | { wildcard: string } | { exists: true }

/** A whole pattern may have 2,048 characters. */
const listMax = 1_500

export function eventPatternsOf(policy: Policy): EventPatterns {
  const alarms = policy.services.flatMap(({ match, scale }) =>
    (scale?.triggers ?? []).map(({ alarm }) => alarmGlob(alarm, match)),
  )
  return {
    services: state(policy.services),
    tasks: state(policy.tasks),
    alarms: state(alarms),
    serviceClusters: listed(policy.services.map(({ match }) => clusterGlob(match.cluster))),
    taskClusters: listed(policy.tasks.map(({ match }) => clusterGlob(match.cluster))),
    alarmNames: listed(alarms),
  }
}

const state = (reasons: unknown[]): RuleState => (reasons.length > 0 ? 'ENABLED' : 'DISABLED')

/** Text with wildcards between its parts. */
type Glob = string[]

const clusterGlob = (cluster: string): Glob => ['', ...`:cluster/${cluster}`.split(/\*+/)]

/** The alarms of all services of a rule; a name may itself hold a `*`. */
function alarmGlob(template: string, match: { cluster: string; service: string }): Glob {
  const glob: Glob = ['']
  for (const part of template.split(/(\{(?:service|cluster)\})/)) {
    const name = part === '{service}' ? match.service : part === '{cluster}' ? match.cluster : null
    const [first = '', ...rest] = name === null || isLiteral(name) ? [name ?? part] : name.split(/\*+/)
    glob.push(`${glob.pop() ?? ''}${first}`, ...rest)
  }
  return glob
}

/** Too many to be listed, or one that everything matches: whatever comes. The workers look for themselves. */
function listed(globs: Glob[]): Match[] {
  const matches = [...new Map(globs.map(glob => [JSON.stringify(glob), matchOf(glob)])).values()]
  if (matches.length === 0 || JSON.stringify(matches).length > listMax) return [{ exists: true }]
  return matches
}

/** One wildcard at an end costs EventBridge nothing; others count against a rule's complexity. */
function matchOf(parts: Glob): Match {
  // EventBridge refuses two wildcards in a row.
  const glob = parts.filter((text, at) => text !== '' || at === 0 || at === parts.length - 1)
  const [first = '', last = ''] = [glob[0], glob.at(-1)]
  if (glob.length === 1) return first
  if (glob.length > 2) return { wildcard: wildcards(glob) }
  if (first === '' && last === '') return { exists: true }
  if (first === '') return { suffix: last }
  return last === '' ? { prefix: first } : { wildcard: wildcards(glob) }
}

const wildcards = (glob: Glob): string => glob.map(text => text.replace(/[\\*]/g, '\\$&')).join('*')
