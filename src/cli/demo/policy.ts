import type { Policy } from '../../policy/policy.ts'
import { renderProblems } from '../../policy/problem.ts'
import { readPolicy } from '../../policy/read.ts'

/** What the owner in the demo has written. */
export const demoPolicyText = `version: 1
mode: act
slack: { channel: "#ops", token: /longshore/slack-token }
services:
  - match: { cluster: prod, service: checkout }
    scale:
      min: 2
      max: 10
      triggers:
        - { alarm: checkout-cpu-high, steps: [{ from: 0, add: 1 }, { from: 15, add: 100% }] }
        - { alarm: checkout-cpu-low, steps: [{ to: 0, remove: 1 }] }
      out: { cooldown: 2m }
      in: { cooldown: 2m }
tasks:
  - match: { cluster: prod, family: etl-* }
    heal: { restart: { on: [crash, oom, spot, host, start], attempts: 5, backoff: 10s..5m } }
  - match: { cluster: prod, family: thumbnailer }
    heal: { restart: { on: [crash, oom, spot, host, start] } }
    discover: { namespace: jobs.internal, service: thumbnailer, port: 8080 }
`

export function policyIn(text: string): Policy {
  const read = readPolicy(text, 'demo')
  if (!read.ok) throw new Error(renderProblems(read.problems))
  return read.policy
}
