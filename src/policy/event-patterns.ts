import { alarmsOf } from '../scaling/trigger-names.ts'
import { isLiteral } from './pattern.ts'
import type { Policy } from './policy.ts'

/** Which events the policy has any use for, in EventBridge's words. Read by stack/rules.yml. */
export interface EventPatterns {
  /** Whether rules for services and for standalone tasks come in at all. */
  services: RuleState
  tasks: RuleState
  alarms: RuleState
  /** Whether anybody asks about machines, and where: of services, and of standalone tasks. */
  serviceMachines: RuleState
  taskMachines: RuleState
  serviceMachineClusters: Match[]
  taskMachineClusters: Match[]
  /** Of `detail.clusterArn`. */
  serviceClusters: Match[]
  taskClusters: Match[]
  /** Of `detail.alarmName`. */
  alarmNames: Match[]
}

type RuleState = 'ENABLED' | 'DISABLED'
type Match = string | { suffix: string } | { prefix: string } | { wildcard: string } | { exists: true }

/** A whole pattern may have 2,048 characters (docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). */
const charactersMax = 1_500

/** EventBridge refuses rules that are «too complex», and tells no number: far fewer than it is known to take. */
const wildcardsMax = 5

export function eventPatternsOf(policy: Policy): EventPatterns {
  const alarms = policy.services.flatMap(({ match, scale }) =>
    (scale ? alarmsOf(scale) : []).map(alarm => alarmGlob(alarm, match)),
  )
  const serviceMachines = policy.services.filter(({ heal }) => heal?.host)
  const taskMachines = policy.tasks.filter(({ heal }) => heal?.host)
  return {
    serviceMachines: state(serviceMachines),
    taskMachines: state(taskMachines),
    serviceMachineClusters: clustersOf(serviceMachines),
    taskMachineClusters: clustersOf(taskMachines),
    services: state(policy.services),
    tasks: state(policy.tasks),
    alarms: state(alarms),
    serviceClusters: clustersOf(policy.services),
    taskClusters: clustersOf(policy.tasks),
    alarmNames: listed(alarms),
  }
}

const clustersOf = (rules: { match: { cluster: string } }[]): Match[] =>
  listed(rules.map(({ match }) => clusterGlob(match.cluster)))

const state = (reasons: unknown[]): RuleState => (reasons.length > 0 ? 'ENABLED' : 'DISABLED')

/** Text with wildcards between its parts. */
type Glob = string[]

const clusterGlob = (cluster: string): Glob =>
  /^\*+$/.test(cluster) ? everything : ['', ...`:cluster/${cluster}`.split(/\*+/)]

const everything: Glob = ['', '']

/** The alarms of all services of a rule; a name may itself hold a `*`. */
function alarmGlob(template: string, match: { cluster: string; service: string }): Glob {
  const glob: Glob = ['']
  for (const part of template.split(/(\{(?:service|cluster)\})/)) {
    const name = part === '{service}' ? match.service : part === '{cluster}' ? match.cluster : null
    const [first = '', ...rest] = name === null || isLiteral(name) ? [name ?? part] : name.split(/\*+/)
    glob.push(`${glob.pop() ?? ''}${first}`, ...rest)
  }
  // The framework would put a variable's value there, an environment variable's too.
  return glob.flatMap(text => text.split(/\$(?=\{)/))
}

/** Too many to be listed, or one that everything matches: whatever comes. The workers look for themselves. */
function listed(globs: Glob[]): Match[] {
  const matches = [...new Map(globs.map(glob => [JSON.stringify(glob), matchOf(glob)])).values()]
  const isComplex = matches.filter(match => isWildcard(match)).length > wildcardsMax
  if (matches.length === 0 || isComplex || charactersOf(matches) > charactersMax) return [whatever]
  return matches.includes(whatever) ? [whatever] : matches
}

const whatever = { exists: true } as const

/** One wildcard at an end costs EventBridge nothing; others count against a rule's complexity. */
function matchOf(parts: Glob): Match {
  // EventBridge refuses two wildcards in a row.
  const glob = parts.filter((text, at) => text !== '' || at === 0 || at === parts.length - 1)
  const [first = '', last = ''] = [glob[0], glob.at(-1)]
  if (glob.length === 1) return first
  if (glob.length > 2) return { wildcard: wildcards(glob) }
  if (first === '' && last === '') return whatever
  if (first === '') return { suffix: last }
  return last === '' ? { prefix: first } : { wildcard: wildcards(glob) }
}

const wildcards = (glob: Glob): string => glob.map(text => text.replace(/[\\*]/g, '\\$&')).join('*')

const isWildcard = (match: Match): boolean => typeof match === 'object' && 'wildcard' in match

/** With letters beyond ASCII written as `\u0000`, the longest way that they are counted. */
const charactersOf = (matches: Match[]): number =>
  JSON.stringify(matches).replace(/[^ -~]/g, '\\u0000').length
