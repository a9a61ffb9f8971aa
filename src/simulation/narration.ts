import type { EventBridgeEvent } from '../world/events.ts'
import { canary } from './stage.ts'

/** The lines of a story. */

export function toldEvent({ 'detail-type': type, detail }: EventBridgeEvent): string {
  if (type === 'ECS Task State Change') {
    const id = String(detail.taskArn).split('/').at(-1)?.slice(0, 8)
    return `task ${id} (${detail.group}) ${detail.lastStatus}, wanted ${detail.desiredStatus}, version ${detail.version}${detail.stopCode ? `, ${detail.stopCode}` : ''}`
  }
  if (type === 'CloudWatch Alarm State Change')
    return `alarm ${detail.alarmName}: ${(detail.state as { value: string }).value}`
  return `${type}: ${detail.eventName ?? detail.status ?? ''}`
}

export const shortArgs = (args: unknown[]): string =>
  JSON.stringify(args).replaceAll(canary, '***').slice(0, 160)
