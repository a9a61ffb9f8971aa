import type { EventBridgeEvent } from '../world/events.ts'

type QueueName = 'services' | 'tasks'

/** The queues that an event goes to by the event patterns of stack/rules.yml. */
export function routesOf(event: EventBridgeEvent): QueueName[] {
  const { 'detail-type': type, detail } = event
  // Whose tasks it is about, each worker finds out.
  if (type === 'AWS Health Event') return ['services', 'tasks']
  if (type.startsWith('ECS Container Instance')) return isTrouble(detail) ? ['services', 'tasks'] : []
  const queue = routeOf(event)
  return queue === null ? [] : [queue]
}

const isTrouble = ({ agentConnected, status, overallStatus }: Record<string, unknown>): boolean =>
  agentConnected === false ||
  ['DRAINING', 'DEREGISTERING'].includes(String(status)) ||
  overallStatus === 'IMPAIRED'

function routeOf({ 'detail-type': type, detail }: EventBridgeEvent): QueueName | null {
  if (type !== 'ECS Task State Change') return otherTypes.has(type) ? 'services' : null
  const isService = String(detail.group ?? '').startsWith('service:')
  const quiet = isService ? ['PROVISIONING', 'PENDING', 'ACTIVATING'] : ['PROVISIONING']
  if (quiet.includes(String(detail.lastStatus))) return null
  return isService ? 'services' : 'tasks'
}

const otherTypes = new Set([
  'ECS Service Action',
  'ECS Deployment State Change',
  'CloudWatch Alarm State Change',
])
