import { resolveAlarm } from './alarm-name.ts'
import { mostRules } from './limits.ts'
import { isLiteral, matches } from './pattern.ts'
import type { Finding } from './problem.ts'

/**
 * What no single value shows: rules that hide each other, alarms that would move several services.
 * Reads the file's plain data, whatever else is wrong with it, so that all problems are told at once.
 */
export const ruleFindings = (data: unknown): Finding[] => [
  ...hiddenRules(data, 'services', 'service'),
  ...hiddenRules(data, 'tasks', 'family'),
  ...alarmFindings(data),
]

interface Match {
  cluster: string
  name: string
}

function hiddenRules(data: unknown, list: 'services' | 'tasks', noun: 'service' | 'family'): Finding[] {
  const rules = listOf(fieldOf(data, list)).map(rule => matchOf(rule, noun))
  return rules.flatMap((match, index): Finding[] => {
    if (!match) return []
    const covering = rules
      .slice(0, index)
      .findIndex(
        earlier => earlier && matches(earlier.cluster, match.cluster) && matches(earlier.name, match.name),
      )
    const earlier = rules[covering]
    if (!earlier) return []
    const same = earlier.cluster === match.cluster && earlier.name === match.name
    const sentence = same
      ? `${list}[${covering}] has the same match, and the first one wins. Put both into one rule.`
      : `${list}[${covering}] matches all of this already, so this rule never holds. Put it above that one.`
    return [{ path: [list, index, 'match'], sentence }]
  })
}

function alarmFindings(data: unknown): Finding[] {
  return listOf(fieldOf(data, 'services')).flatMap((rule, index) => {
    const match = matchOf(rule, 'service')
    if (!match) return []
    const alarms = listOf(fieldOf(fieldOf(rule, 'scale'), 'triggers')).map(trigger =>
      fieldOf(trigger, 'alarm'),
    )
    const names = alarms.map(alarm => (typeof alarm === 'string' ? resolved(alarm, match) : null))
    return names.flatMap((name, at): Finding[] => {
      if (name === null) return []
      const path = ['services', index, 'scale', 'triggers', at, 'alarm']
      const twin = names.indexOf(name)
      if (twin < at)
        return [{ path, sentence: `triggers[${twin}] has the same alarm. Put the steps into one trigger.` }]
      const sentence = ambiguity(name, match)
      return sentence === null ? [] : [{ path, sentence }]
    })
  })
}

/** Placeholders of names that the rule tells are filled in. */
const resolved = (alarm: string, { cluster, name }: Match): string =>
  resolveAlarm(alarm, {
    cluster: isLiteral(cluster) ? cluster : '{cluster}',
    service: isLiteral(name) ? name : '{service}',
  })

/** Why this alarm would not belong to exactly one service; null when it does. */
function ambiguity(alarm: string, { cluster, name }: Match): string | null {
  if (!isLiteral(name) && !alarm.includes('{service}'))
    return `one alarm would move every service that "${name}" matches. Write {service} into its name.`
  if (!isLiteral(cluster) && !alarm.includes('{cluster}'))
    return `one alarm would move services in every cluster that "${cluster}" matches. Write {cluster} into its name.`
  const between = alarm.split(/\{(?:service|cluster)\}/).slice(1, -1)
  if (between.some(text => !/[^A-Za-z0-9_-]/.test(text)))
    return 'where one name ends and the next begins cannot be told. Put a character between them that names never have, such as / or a dot.'
  return null
}

function matchOf(rule: unknown, noun: 'service' | 'family'): Match | null {
  const match = fieldOf(rule, 'match')
  const [cluster, name] = [fieldOf(match, 'cluster'), fieldOf(match, noun)]
  return typeof cluster === 'string' && typeof name === 'string' ? { cluster, name } : null
}

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, mostRules) : [])
