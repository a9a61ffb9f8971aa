import type { FailureCode } from '../model/reading.ts'
import { span } from '../model/time.ts'
import { aimed, are, asked, breach, count, messages, number, sized, step, tasks } from './phrases.ts'
import type { ScalingReason } from './reason.ts'

/** One sentence per reason, the only place where scaling speaks. */
export function explain(reason: ScalingReason): string {
  switch (reason.code) {
    case 'not-managed':
      return 'No rule scales this.'
    case 'service-missing':
      return 'There is no such service.'
    case 'service-unreadable':
      return `${reason.operation} ${failed[reason.failure]}, so the count stays as it is.`
    case 'count-unreadable':
      return 'The desired count that ECS gave is no number of tasks, so it stays as it is.'
    case 'not-active':
      return `The service is ${reason.status}, so its count is left alone.`
    case 'daemon':
      return 'A DAEMON service has no desired count to change.'
    case 'express-mode':
      return 'The service is in Express mode: ECS itself scales it.'
    case 'task-sets':
      return `CodeDeploy is at work with ${reason.taskSets} task sets, so the count stays as it is.`
    case 'paused':
      return `Scaling is paused (${reason.note}).`
    case 'bounds-crossed':
      return `The minimum of ${count(reason.min)} is above the maximum of ${count(reason.max)}, so the count stays as it is.`
    case 'within-bounds':
      return `${tasks(reason.desired)}, between ${count(reason.min)} and ${count(reason.max)}, and nothing asks for another number.`
    case 'below-min':
      return `${tasks(reason.desired)} ${are(reason.desired)} below the minimum of ${count(reason.min)}.`
    case 'above-max':
      return `${tasks(reason.desired)} ${are(reason.desired)} above the maximum of ${count(reason.max)}.`
    case 'recent-write-not-visible':
      return `Longshore set ${tasks(reason.written)} ${span(reason.ageMs)} ago; ECS still shows ${count(reason.described)}.`
    case 'step-out':
    case 'step-in':
    case 'step-unchanged':
      return `${breach(reason.alarm, reason.measured)}: ${step(reason)}.`
    case 'at-max':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but ${count(reason.max)} is the maximum.`
    case 'at-min':
      return `${reason.trigger} asks for ${tasks(Math.max(0, reason.wanted))}, but ${count(reason.min)} is the minimum.`
    case 'cooldown-out':
      return `${reason.alarm} asks for ${tasks(reason.wanted)}, counted from the ${count(reason.base)} before the cooldown, and ${count(reason.desired)} ${are(reason.desired)} there; the cooldown ends in ${span(reason.remainingMs)}.`
    case 'cooldown-in':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but the cooldown after scaling ${reason.after} ends in ${span(reason.remainingMs)}.`
    case 'deployment-in-progress':
      return reason.wanted > reason.desired
        ? `${reason.trigger ?? 'The minimum'} asks for ${tasks(reason.wanted)}, but nothing is added to ${count(reason.desired)} while a deployment is in progress.`
        : `${reason.trigger ?? 'The maximum'} asks for ${tasks(reason.wanted)}, but nothing is taken from ${count(reason.desired)} while a deployment is in progress.`
    case 'scale-in-unsure':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but ${reason.unsure} cannot be judged, and it might ask for more.`
    case 'alarm-ok':
      return `${reason.alarm} is OK.`
    case 'alarm-insufficient-data':
      return `${reason.alarm} has insufficient data, so it asks for nothing.`
    case 'alarm-missing':
      return `There is no alarm ${reason.alarm}.`
    case 'alarm-unreadable':
      return `${reason.operation} ${failed[reason.failure]}, so the state of ${reason.alarm} is unknown.`
    case 'alarm-actions-disabled':
      return `${reason.alarm} is in ALARM with its actions disabled, so it asks for nothing.`
    case 'alarm-muted':
      return `${reason.alarm} is in ALARM and muted for another ${span(reason.remainingMs)}.`
    case 'alarm-suppressed':
      return `${reason.alarm} is in ALARM and suppressed (${reason.by}).`
    case 'alarm-without-metric':
      return reason.steps === 0
        ? `${reason.alarm} is in ALARM, but no step is on its side of the threshold.`
        : `${reason.alarm} is in ALARM without a single metric that could choose among ${reason.steps} steps.`
    case 'metric-missing':
      return `${reason.alarm} is in ALARM, but its metric has no recent data point.`
    case 'metric-unreadable':
      return `${reason.operation} ${failed[reason.failure]}, so how far ${reason.alarm} is from its threshold is unknown.`
    case 'metric-stale':
      return `${reason.alarm} is in ALARM, but its newest data point is ${span(reason.ageMs)} old, more than ${span(reason.limitMs)}.`
    case 'metric-not-finite':
      return `${reason.alarm} is in ALARM, but its metric is no finite number.`
    case 'no-step-matches':
      return `${breach(reason.alarm, reason.measured)}: no step covers that.`
    case 'schedule-floor':
      return `${tasks(reason.desired)} ${are(reason.desired)} below the ${count(reason.min)} of ${reason.trigger}.`
    case 'schedule-ceiling':
      return `${tasks(reason.desired)} ${are(reason.desired)} above the ${count(reason.max)} of ${reason.trigger}.`
    case 'target-out':
    case 'target-in':
    case 'target-met':
      return `${aimed(reason)}: ${asked(reason)}.`
    case 'queue-out':
    case 'queue-in':
    case 'queue-met':
      return `${reason.queue} has ${messages(reason.messages)}, and one task is to have ${number(reason.perTask)}: ${asked(reason)}.`
    case 'slo-out':
    case 'slo-in':
    case 'slo-met':
      return `${sized(reason.figures)}: ${asked(reason)}.`
    case 'fallback':
      return `${reason.trigger} could not be judged for ${span(reason.failedForMs)}: its fallback (${reason.use}) asks for ${asked(reason)}.`
    case 'idle':
      return `Nothing was active for ${span(reason.idleForMs)}: ${asked(reason)}.`
    case 'not-idle-yet':
      return `${reason.trigger} is inactive; the last task stays for another ${span(reason.remainingMs)}.`
    case 'inactive':
      return `No trigger with an activation threshold is active, and ${reason.trigger} alone keeps no task.`
    case 'starting-suffices':
      return `${reason.trigger} is over its target, but ${tasks(reason.starting)} ${are(reason.starting)} starting: ${tasks(reason.desired)} ${are(reason.desired)} enough.`
    case 'new-ones-suffice':
      return `${reason.trigger} was over its target before ${tasks(reason.unmeasured)} joined: ${tasks(reason.desired)} ${are(reason.desired)} enough.`
    case 'asked-too-briefly':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but not for ${span(reason.windowMs)} yet.`
    case 'paused-direction':
      return `${reason.trigger ?? bounds[reason.direction]} asks for ${tasks(reason.wanted)}, but scaling ${reason.direction} is paused (${reason.note}).`
    case 'rate-limit':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but within this time the count may not move further than ${count(reason.desired)}.`
    case 'tasks-starting':
      return `${reason.trigger} asks for ${tasks(reason.wanted)}, but ${tasks(reason.starting)} ${are(reason.starting)} starting already; ${count(reason.most)} may at a time.`
    case 'signal-missing':
      return `There is nothing to read for ${reason.trigger}, so it asks for nothing.`
    case 'signal-unreadable':
      return `${reason.operation} ${failed[reason.failure]}, so ${reason.trigger} cannot be judged.`
    case 'signal-stale':
      return `What ${reason.trigger} reads is ${span(reason.ageMs)} old, more than ${span(reason.limitMs)}.`
    case 'signal-not-finite':
      return `What ${reason.trigger} reads is no number from 0 on.`
    case 'none-ready':
      return `No task is ready yet, so ${reason.trigger} cannot be judged.`
    case 'capacity-unknown':
      return `How much one task can do is not known yet, so ${reason.trigger} asks for nothing.`
    case 'suspicious-fall':
      return `What ${reason.trigger} reads fell suddenly: nothing is removed for another ${span(reason.remainingMs)}.`
  }
}

const failed: Record<FailureCode, string> = {
  throttled: 'was throttled',
  unavailable: 'gave no answer',
  denied: 'was denied',
  'not-found': 'found nothing',
  conflict: 'met a conflict',
  quota: 'hit a quota',
  invalid: 'was refused as invalid',
}

const bounds = { out: 'The minimum', in: 'The maximum' }
