import type { Refusal } from '../model/signal.ts'
import { isRecord } from './lenient.ts'
import { notOurs, quote } from './refusal.ts'

/**
 * What Slack sends: `{"type":"block_actions","team":{…},"user":{…},"trigger_id":"…","actions":[…]}`, or the HTTP request
 * that carries it as `payload=…`. Longshore speaks to Slack and reads nothing from it.
 */
export function slackRefusal(content: Record<string, unknown>): Refusal | null {
  if (isRecord(content.headers) && isSlackRequest(content))
    return notOurs('slack', 'A request from Slack; Longshore writes to Slack and takes no orders from it.')
  const isInteraction = 'trigger_id' in content || 'api_app_id' in content
  if (!isInteraction || typeof content.type !== 'string') return null
  return notOurs(
    'slack',
    `Slack interaction ${quote(content.type)}; Longshore writes to Slack and takes no orders from it.`,
  )
}

const isSlackRequest = ({ headers, body }: Record<string, unknown>): boolean =>
  Object.keys(isRecord(headers) ? headers : {}).some(name => /^x-slack-/i.test(name)) ||
  (typeof body === 'string' && body.startsWith('payload='))
