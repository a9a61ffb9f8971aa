import { lastSegment } from '../model/arn.ts'
import type { JournalEntry } from '../model/decision.ts'
import type { RunTaskRequest, RunTaskResult, SlackMessage, StopTaskRequest } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import type { EventBridgeEvent } from '../world/events.ts'
import { canary } from './account.ts'
import { isChange } from './operations.ts'
import type { Invocation } from './sandbox.ts'

/** The lines of a story. */

export const short = (taskId: string): string => lastSegment(taskId).slice(0, 8)

/** `family:revision`. */
export const shortRevision = (taskDefinitionArn: string): string => lastSegment(taskDefinitionArn)

export function toldEvent({ 'detail-type': type, detail }: EventBridgeEvent): string {
  if (type === 'ECS Task State Change') {
    const { taskArn, group, startedBy, lastStatus, desiredStatus, version, stopCode } = detail
    const by = String(startedBy ?? '').startsWith('longshore/') ? ` as ${lineage(String(startedBy))}` : ''
    const wanted = lastStatus !== 'STOPPED' && desiredStatus === 'STOPPED' ? ', is to stop' : ''
    return `ECS: task ${short(String(taskArn))} (${group})${by} ${lastStatus}${wanted}${stopCode ? `, ${stopCode}` : ''} (version ${version})`
  }
  if (type === 'CloudWatch Alarm State Change') {
    const { alarmName, state, muteDetail } = detail as {
      alarmName: string
      state: { value: string }
      muteDetail?: object
    }
    return `CloudWatch: ${alarmName} is ${state.value}${muteDetail ? ', muted' : ''}`
  }
  if (type.startsWith('ECS Container Instance')) {
    const { agentConnected, status, overallStatus } = detail
    return `ECS: machine ${short(String(detail.containerInstanceArn))} ${overallStatus ?? status}${agentConnected === false ? ', its agent is silent' : ''}`
  }
  return `${type}: ${detail.eventName ?? detail.status ?? ''}`
}

/** What a call was and what came of it; null for a read that went well. */
export function toldCall(
  { name }: Invocation,
  operation: string,
  args: unknown[],
  applied: unknown,
  heard: unknown,
): string | null {
  const { ok, failure } = heard as { ok: boolean; failure?: { code: string } }
  const what = deed(operation, args, applied as Answer<unknown> | null)
  const isLost = !ok && applied !== null && (applied as Answer<unknown>).ok
  if (!ok)
    return `${name} ${what ?? `calls ${operation}`}: ${failure?.code}${isLost ? ', although it was done' : ''}`
  return what && `${name} ${what}`
}

function deed(operation: string, args: unknown[], applied: Answer<unknown> | null): string | null {
  switch (operation) {
    case 'store.writeJournal':
      return toldLine(args[0] as JournalEntry)
    case 'slack.post':
      return `posts: ${(args[0] as SlackMessage).text.split('\n')[0]}`
    case 'ecs.updateService': {
      const { service, desiredCount } = args[0] as { service: string; desiredCount: number }
      return `sets ${service} to ${desiredCount} tasks`
    }
    case 'ecs.runTask': {
      const { spec, startedBy } = args[0] as RunTaskRequest
      const result = applied?.ok ? (applied.value as RunTaskResult) : null
      const started = result?.taskArns[0]
      const end = started ? `: task ${short(started)}` : (result?.failures[0]?.reason ?? '')
      return `runs ${lastSegment(spec.taskDefinitionArn)} as ${lineage(startedBy)}${started || !result ? end : `: not placed, ${end}`}`
    }
    case 'ecs.stopTask': {
      const { task, reason } = args[0] as StopTaskRequest
      return `stops task ${short(lastSegment(task))}: ${reason}`
    }
    case 'cloudMap.registerInstance':
      return `registers task ${short(args[1] as string)} in Cloud Map`
    case 'cloudMap.deregisterInstance':
      return `takes task ${short(args[1] as string)} out of Cloud Map`
    case 'cloudMap.setInstanceHealth':
      return `tells Cloud Map that task ${short(args[1] as string)} is ${args[2]}`
    default:
      return isChange(operation)
        ? `${operation} ${JSON.stringify(args).replaceAll(canary, '***').slice(0, 160)}`
        : null
  }
}

function toldLine({ about, sentence, outcome, failure }: JournalEntry): string {
  const of = about ? ` about ${short(about)}` : ''
  const end = outcome === 'held' || outcome === 'done' ? '' : ` [${outcome}${failure ? `: ${failure}` : ''}]`
  return `writes${of}: ${sentence}${end}`
}

/** `longshore/<task>/2` → restart 2 of <task>. */
function lineage(startedBy: string): string {
  const [, root, attempt] = startedBy.split('/')
  return `restart ${attempt} of ${short(root ?? '')}`
}
