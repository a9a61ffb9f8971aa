import type { Refusal, Signal } from '../model/signal.ts'
import { parseTargetKey, type Target, targetKey } from '../model/target.ts'
import { notOurs, poison, quote } from './refusal.ts'

/** Our own wake-up, as the tick and the workers send it: `{"longshore":"look","target":"service/prod/checkout"}`. */
export const lookMessage = (target: Target): string =>
  JSON.stringify({ longshore: 'look', target: targetKey(target) })

/** Null when the message is not one of ours. */
export function lookSignal(content: Record<string, unknown>): Signal | Refusal | null {
  if (!('longshore' in content)) return null
  if (content.longshore !== 'look')
    return notOurs(
      'unknown',
      `Our own message ${quote(content.longshore)} is no wake-up; a wake-up says "look".`,
    )
  const target = typeof content.target === 'string' ? parseTargetKey(content.target) : null
  if (target) return { kind: 'look', target }
  return poison(
    'look',
    `Wake-up for ${quote(content.target)}; a target is service/<cluster>/<service> or family/<cluster>/<family>.`,
  )
}
