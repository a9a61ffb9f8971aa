import type { Refusal, Signal } from '../model/signal.ts'
import { alarmConfiguration, alarmSignal, bareAlarm, contributorSignal } from './alarm.ts'
import { containerInstanceSignal } from './container-instance.ts'
import { deploymentSignal } from './deployment.ts'
import { open } from './envelope.ts'
import { type Event, eventOf } from './event.ts'
import { healthSignal } from './health.ts'
import { isRecord } from './lenient.ts'
import { lookSignal } from './look.ts'
import { notOurs, poison, quote } from './refusal.ts'
import { serviceActionSignal } from './service-action.ts'
import { slackRefusal } from './slack.ts'
import { taskSignal } from './task.ts'

type Reader = (event: Event) => Signal | Refusal

/** By `detail-type` in lower case. */
const readers: Record<string, Reader> = {
  'ecs task state change': taskSignal,
  'ecs service action': serviceActionSignal,
  'ecs daemon service action': serviceActionSignal,
  'ecs deployment state change': deploymentSignal,
  'ecs daemon deployment state change': deploymentSignal,
  'daemon deployment state change': deploymentSignal,
  'ecs container instance state change': containerInstanceSignal,
  'ecs container instance health change': containerInstanceSignal,
  'cloudwatch alarm state change': alarmSignal,
  'cloudwatch alarm contributor state change': contributorSignal,
  'cloudwatch alarm configuration change': alarmConfiguration,
  'aws health event': healthSignal,
}

/**
 * What one message from outside tells: a queue's body, an event, or anything else in any wrapping. Never throws; what it
 * cannot use is refused in one sentence. Several messages in one delivery are taken apart by `messagesOf` first.
 */
export function understand(message: unknown): Signal | Refusal {
  const opened = open(message)
  if ('refused' in opened) return opened
  const { content } = opened
  const event = eventOf(content)
  if (event) return readEvent(event)
  return (
    lookSignal(content) ??
    slackRefusal(content) ??
    bareAlarm(content) ??
    bareTask(content) ??
    poison('unknown', 'No message we know: it has no "detail-type", as events of EventBridge do.')
  )
}

function readEvent(event: Event): Signal | Refusal {
  const reader = Object.hasOwn(readers, event.detailType) ? readers[event.detailType] : undefined
  if (reader) return reader(event)
  const sentence = `Event ${quote(event.detailType)} from ${quote(event.source)}, which tells nothing we use.`
  return /^(aws\.|longshore)/.test(event.source ?? '')
    ? notOurs('unknown', sentence)
    : poison('unknown', sentence)
}

/** A task without its event: a bare detail, or an answer of the API. */
function bareTask(content: Record<string, unknown>): Signal | Refusal | null {
  const detail = isRecord(content.detail) ? content.detail : content
  const isTask = ['taskArn', 'TaskArn', 'taskDefinitionArn', 'TaskDefinitionArn'].some(key => key in detail)
  return isTask ? taskSignal({ detail, resources: [] }) : null
}
