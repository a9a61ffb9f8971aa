import { span } from '../model/time.ts'
import type { Limit, Measured, SloFigures, StepReason, TargetReason } from './reason.ts'
import { distance } from './step.ts'

/** The parts of scaling's sentences. */

/** What cut a change: `, limited to the maximum of 40`. */
function cutBy(limit: Limit | null): string {
  if (!limit) return ''
  const { bound, tasks } = limit
  switch (bound) {
    case 'min':
    case 'max':
      return `, limited to the ${bound}imum of ${count(tasks)}`
    case 'rate':
      return `, limited to ${count(tasks)} for now by the rate`
    case 'starting':
      return `, limited to ${count(tasks)} while tasks are starting`
    case 'window':
      return `, ${count(tasks)} for now, because it asked for that for long enough`
  }
}

/** `13 tasks, limited to the maximum of 10`. */
export const asked = ({ wanted, limit }: { wanted: number; limit: Limit | null }): string =>
  `${tasks(wanted)}${cutBy(limit)}`

/** `cpu is at 81 %, aimed at 65 %`. */
export function aimed({ trigger, signal, per, measured }: TargetReason): string {
  if (!measured) return `${trigger} is away from its target`
  const unit = signal === 'requests' ? ' requests/s' : signal === 'metric' ? '' : ' %'
  const aim =
    per === 'task'
      ? `, aimed at ${number(measured.target)} per task`
      : `, aimed at ${number(measured.target)}${unit}`
  return `${trigger} is at ${number(measured.value)}${unit}${aim}`
}

/** The load and what one task can do of it. */
export function sized(figures: SloFigures): string {
  const capacity = `${number(figures.capacityPerSecond)}/s per task`
  if (figures.of === 'queue')
    return `${figures.queue} has ${messages(figures.messages)} to be done in ${span(1_000 * figures.withinSeconds)} with ${capacity}`
  const { perSecond, slackPerSecond, ageMs } = figures
  return `${number(perSecond)} requests/s (${span(ageMs)} old) and ${number(slackPerSecond)}/s of slack with ${capacity}`
}

export const messages = (n: number): string => `${count(n)} ${n === 1 ? 'message' : 'messages'}`

/** `checkout-p99-high is 620 over its threshold of 500 (1,120)`. */
export function breach(alarm: string, measured: Measured | null): string {
  if (!measured) return `${alarm} is in ALARM`
  const { metric, threshold } = measured
  const delta = distance(metric, threshold)
  const side = delta > 0 ? 'over' : delta < 0 ? 'under' : null
  if (side === null) return `${alarm} is at its threshold of ${number(threshold)}`
  return `${alarm} is ${number(Math.abs(delta))} ${side} its threshold of ${number(threshold)} (${number(metric)})`
}

export function step({ code, adjustment, atLeastTasks, base, cooling, limit }: StepReason): string {
  if (code === 'step-unchanged') return `the step leaves ${tasks(base)}`
  const cut = cutBy(limit)
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

export const tasks = (n: number): string => `${count(n)} ${n === 1 ? 'task' : 'tasks'}`
export const are = (n: number): string => (n === 1 ? 'is' : 'are')
const counts = new Intl.NumberFormat('en-US')
export const count = (n: number): string => counts.format(n)

/** Two decimals, or three digits for small numbers: `1,120`, `0.25`, `0.00123`. */
const numbers = new Intl.NumberFormat('en-US', {
  maximumFractionDigits: 2,
  maximumSignificantDigits: 3,
  roundingPriority: 'morePrecision',
})
export const number = (n: number): string => numbers.format(n)
