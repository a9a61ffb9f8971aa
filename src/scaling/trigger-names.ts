import type { ScalePolicy, Trigger } from './policy.ts'

/** What triggers are called, and the alarms and queues they name. */

export const nameOf = (trigger: Trigger): string => (trigger.kind === 'step' ? trigger.alarm : trigger.name)

/** Names of alarms, each once, in the order of the policy. */
export const alarmsOf = ({ triggers }: Pick<ScalePolicy, 'triggers'>): string[] => [
  ...new Set(triggers.flatMap(trigger => (trigger.kind === 'step' ? [trigger.alarm] : []))),
]

/** Names of SQS queues, in the same way. */
export const queueNamesOf = ({ triggers }: Pick<ScalePolicy, 'triggers'>): string[] => [
  ...new Set(triggers.flatMap(trigger => ('queue' in trigger ? [trigger.queue] : []))),
]
