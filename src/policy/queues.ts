import { resolveAlarm } from './alarm-name.ts'
import { distinct } from './pattern-lists.ts'
import type { Policy } from './policy.ts'

/** What of a trigger says which signals it reads; a trigger of alarms alone reads none. */
interface Reading {
  kind?: string
  queue?: string
}

const triggersOf = (policy: Policy): { match: { cluster: string; service: string }; trigger: Reading }[] =>
  policy.services.flatMap(({ match, scale }) =>
    (scale?.triggers ?? []).map(trigger => ({ match, trigger: trigger as Reading })),
  )

/** Names of the SQS queues that triggers read, placeholders filled in: with `*` where the rule's match has one. */
export const queuesOf = (policy: Policy): string[] =>
  distinct(
    triggersOf(policy).flatMap(({ match, trigger: { queue } }) =>
      queue === undefined ? [] : [resolveAlarm(queue, match)],
    ),
  )

/** Clusters in which the tasks of a service are looked at: those of rules with a trigger that is more than an alarm. */
export const clustersOfTasks = (policy: Policy): string[] =>
  distinct(
    triggersOf(policy)
      .filter(({ trigger: { kind = 'step' } }) => kind !== 'step' && kind !== 'schedule')
      .map(({ match }) => match.cluster),
  )
