import type { AlarmState } from '../model/alarm.ts'

/**
 * The rule of a composite alarm: `ALARM("a")`, `OK("a")`, `INSUFFICIENT_DATA("a")`, `TRUE`, `FALSE`, `AND`, `OR`, `NOT` and parentheses;
 * names with or without quotes (API reference, PutCompositeAlarm, AlarmRule).
 */
export interface CompositeRule {
  holds(stateOf: (alarmName: string) => AlarmState): boolean
  alarmNames: string[]
}

type Node = (stateOf: (alarmName: string) => AlarmState) => boolean

const states: readonly AlarmState[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA']

/** Throws when the text is no rule. */
export function parseCompositeRule(text: string): CompositeRule {
  const tokens = text.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? []
  const alarmNames: string[] = []
  let position = 0

  const take = (expected?: string): string => {
    const token = tokens[position++]
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(
        `no alarm rule: ${text}: ${expected ?? 'more'} expected after ${tokens.slice(0, position - 1).join(' ')}`,
      )
    }
    return token
  }
  const either = (): Node => {
    let left = both()
    while (tokens[position] === 'OR') {
      take()
      const [first, second] = [left, both()]
      left = stateOf => first(stateOf) || second(stateOf)
    }
    return left
  }
  const both = (): Node => {
    let left = one()
    while (tokens[position] === 'AND') {
      take()
      const [first, second] = [left, one()]
      left = stateOf => first(stateOf) && second(stateOf)
    }
    return left
  }
  const one = (): Node => {
    const token = take()
    if (token === 'NOT') {
      const negated = one()
      return stateOf => !negated(stateOf)
    }
    if (token === 'TRUE') return () => true
    if (token === 'FALSE') return () => false
    if (token === '(') {
      const inner = either()
      take(')')
      return inner
    }
    const state = states.find(candidate => candidate === token)
    if (!state) throw new Error(`no alarm rule: ${text}: ${token} is no state`)
    take('(')
    const name = take().replace(/^"|"$/g, '')
    take(')')
    alarmNames.push(name)
    return stateOf => stateOf(name) === state
  }

  const root = either()
  if (position < tokens.length) throw new Error(`no alarm rule: ${text}: ${tokens[position]} is too much`)
  return { holds: root, alarmNames }
}
