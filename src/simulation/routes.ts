import type { EventBridgeEvent } from '../world/events.ts'

/** The queue that an event goes to by the event patterns of stack/rules.yml; null = no rule wants it. */
export function routeOf({ 'detail-type': type, detail }: EventBridgeEvent): 'services' | 'tasks' | null {
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
