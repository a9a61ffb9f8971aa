import type { FailureCode } from '../model/reading.ts'
import { span } from '../model/time.ts'
import type { Measured, ScalingReason, StepReason } from './reason.ts'
import { distance } from './step.ts'

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
      return `${tasks(reason.desired)}, between ${count(reason.min)} and ${count(reason.max)}, and no alarm asks for another number.`
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
      return `${reason.alarm} asks for ${tasks(reason.wanted)}, but ${count(reason.max)} is the maximum.`
    case 'at-min':
      return `${reason.alarm} asks for ${tasks(Math.max(0, reason.wanted))}, but ${count(reason.min)} is the minimum.`
    case 'cooldown-out':
      return `${reason.alarm} asks for ${tasks(reason.wanted)}, counted from the ${count(reason.base)} before the cooldown, and ${count(reason.desired)} ${are(reason.desired)} there; the cooldown ends in ${span(reason.remainingMs)}.`
    case 'cooldown-in':
      return `${reason.alarm} asks for ${tasks(reason.wanted)}, but the cooldown after scaling ${reason.after} ends in ${span(reason.remainingMs)}.`
    case 'deployment-in-progress':
      return `${reason.alarm ?? 'The maximum'} asks for ${tasks(reason.wanted)}, but nothing is taken from ${count(reason.desired)} while a deployment is in progress.`
    case 'scale-in-unsure':
      return `${reason.alarm} asks for ${tasks(reason.wanted)}, but ${reason.unsure} cannot be judged, and it might ask for more.`
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

const boundNames = { min: 'minimum', max: 'maximum' }

/** `checkout-p99-high is 620 over its threshold of 500 (1,120)`. */
function breach(alarm: string, measured: Measured | null): string {
  if (!measured) return `${alarm} is in ALARM`
  const { metric, threshold } = measured
  const delta = distance(metric, threshold)
  const side = delta > 0 ? 'over' : delta < 0 ? 'under' : null
  if (side === null) return `${alarm} is at its threshold of ${number(threshold)}`
  return `${alarm} is ${number(Math.abs(delta))} ${side} its threshold of ${number(threshold)} (${number(metric)})`
}

function step({ code, adjustment, atLeastTasks, base, cooling, limit }: StepReason): string {
  if (code === 'step-unchanged') return `the step leaves ${tasks(base)}`
  const cut = limit ? `, limited to the ${boundNames[limit.bound]} of ${count(limit.tasks)}` : ''
  if (adjustment.kind === 'exact') return `the step sets ${tasks(adjustment.tasks)}${cut}`
  const amount = adjustment.kind === 'percent' ? adjustment.percent : adjustment.tasks
  // Stryker disable next-line EqualityOperator: a step of nothing changes nothing, and has been told above.
  const [verb, preposition] = amount > 0 ? ['adds', 'to'] : ['removes', 'from']
  const start = cooling ? `the ${count(base)} before the cooldown` : count(base)
  if (adjustment.kind === 'change')
    return `the step ${verb} ${tasks(Math.abs(amount))} ${preposition} ${start}${cut}`
  const least = (base * Math.abs(amount)) / 100 < atLeastTasks ? `, at least ${count(atLeastTasks)}` : ''
  return `the step ${verb} ${number(Math.abs(amount))} % of ${cooling ? start : tasks(base)}${least}${cut}`
}

const tasks = (n: number): string => `${count(n)} ${n === 1 ? 'task' : 'tasks'}`
const are = (n: number): string => (n === 1 ? 'is' : 'are')
const counts = new Intl.NumberFormat('en-US')
const count = (n: number): string => counts.format(n)

/** Two decimals, or three digits for small numbers: `1,120`, `0.25`, `0.00123`. */
const numbers = new Intl.NumberFormat('en-US', {
  maximumFractionDigits: 2,
  maximumSignificantDigits: 3,
  roundingPriority: 'morePrecision',
})
const number = (n: number): string => numbers.format(n)
