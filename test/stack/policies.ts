import type { Policy } from '../../src/policy/policy.ts'
import { readPolicy } from '../../src/policy/read.ts'

/** Policies for the stack, from their text. */

export function policyOf(text: string): Policy {
  const read = readPolicy(text, 'longshore.yml')
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.policy
}

/** Rules in the order they are given; `act` unless told otherwise. */
export const policyText = (rules: { services?: string[]; tasks?: string[]; mode?: string }): string =>
  [
    `version: 1\nmode: ${rules.mode ?? 'act'}\n`,
    ...(rules.services ? ['services:\n', ...rules.services] : []),
    ...(rules.tasks ? ['tasks:\n', ...rules.tasks] : []),
  ].join('')

export const scaled = (cluster: string, service: string, alarm = '{cluster}-{service}-high'): string =>
  `  - match: { cluster: "${cluster}", service: "${service}" }
    scale: { min: 1, max: 9, triggers: [{ alarm: ${JSON.stringify(alarm)}, steps: [{ from: 0, add: 1 }] }] }\n`

export const queued = (cluster: string, service: string, queue: string): string =>
  `  - match: { cluster: "${cluster}", service: "${service}" }
    scale: { min: 1, max: 9, triggers: [{ queue: ${JSON.stringify(queue)}, perTask: 10 }] }\n`

export const healed = (cluster: string, family: string): string =>
  `  - { match: { cluster: "${cluster}", family: "${family}" }, heal: { restart: { on: [crash] } } }\n`

export const discovered = (cluster: string, family: string, service: string, namespace: string): string =>
  `  - match: { cluster: "${cluster}", family: "${family}" }
    discover: { namespace: ${JSON.stringify(namespace)}, service: "${service}" }\n`

export const times = (count: number, line: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => line(index))
