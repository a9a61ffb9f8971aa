import type { AlarmState } from '../model/alarm.ts'
import { dayTime } from './alarm-times.ts'
import type { MetricPoint } from './metrics.ts'

/** CloudWatch user guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing data". Pure. */
export interface AlarmRule {
  operator:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold'
  threshold: number
  evaluationPeriods: number
  datapointsToAlarm: number
  treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
}

export interface Evaluated {
  state: AlarmState
  reason: string
  /** The data points the state rests on, newest first. */
  used: MetricPoint[]
}

/** CloudWatch looks further back than the evaluation periods; how far is not fixed. The guide's examples have two more. */
export const extraPeriods = 2

/**
 * The state that `range` asks for, oldest first, null = missing, `evaluationPeriods + extraPeriods` entries; null = stay.
 * Enough real points: the newest `evaluationPeriods` of them decide, and missing ones are passed over. Too few: the rest
 * is filled in as `treatMissingData` says.
 */
export function evaluate(rule: AlarmRule, range: (MetricPoint | null)[], from: AlarmState): Evaluated | null {
  const real = range.filter(point => point !== null)
  const used = real.slice(-rule.evaluationPeriods).reverse()
  const breaching = used.filter(({ value }) => crosses(rule, value))
  const filled = rule.evaluationPeriods - used.length
  const { treatMissingData, datapointsToAlarm } = rule
  const at = (state: AlarmState, reason: string): Evaluated => ({ state, reason, used })

  if (used.length === 0 && treatMissingData === 'missing') {
    return at(
      'INSUFFICIENT_DATA',
      `Insufficient Data: ${count(filled, 'datapoint')} ${were(filled)} unknown.`,
    )
  }
  if (used.length === 0 && treatMissingData === 'ignore') return null

  const asBreaching = treatMissingData === 'breaching' ? filled : 0
  if (breaching.length + asBreaching >= datapointsToAlarm) {
    return at('ALARM', thresholdCrossed(rule, breaching, filled, 'ALARM', from))
  }
  // All that is known breaches. If it reaches back far enough, missing data hides nothing better; if not, it is too early to say.
  const passesOver = treatMissingData === 'missing' || treatMissingData === 'ignore'
  if (passesOver && filled > 0 && breaching.length === used.length) {
    const reachesBack = range.length - range.findIndex(point => point !== null) >= datapointsToAlarm
    if (!reachesBack || treatMissingData === 'ignore') return null
    return at('ALARM', thresholdCrossed(rule, breaching, filled, 'ALARM', from))
  }
  const calm = used.filter(point => !breaching.includes(point))
  return at('OK', thresholdCrossed(rule, calm, filled, 'OK', from))
}

export function crosses({ operator, threshold }: AlarmRule, value: number): boolean {
  if (operator === 'GreaterThanThreshold') return value > threshold
  if (operator === 'GreaterThanOrEqualToThreshold') return value >= threshold
  if (operator === 'LessThanThreshold') return value < threshold
  return value <= threshold
}

const words: Record<AlarmRule['operator'], string> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

/** CloudWatch's sentence, as recorded events have it. */
function thresholdCrossed(
  rule: AlarmRule,
  deciding: MetricPoint[],
  filled: number,
  to: AlarmState,
  from: AlarmState,
): string {
  const periods = rule.evaluationPeriods
  if (deciding.length === 0) {
    const as = rule.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'
    return `Threshold Crossed: no datapoints were received for ${count(filled, 'period')} and ${count(filled, 'missing datapoint')} ${were(filled)} treated as [${as}].`
  }
  const values = deciding.map(({ atMs, value }) => `${decimal(value)} (${dayTime(atMs)})`).join(', ')
  const needed = to === 'ALARM' ? rule.datapointsToAlarm : periods - rule.datapointsToAlarm + 1
  const verb = `${were(deciding.length)}${to === 'ALARM' ? '' : ' not'}`
  return (
    `Threshold Crossed: ${deciding.length} out of the last ${periods} datapoints [${values}] ${verb} ` +
    `${words[rule.operator]} the threshold (${decimal(rule.threshold)}) ` +
    `(minimum ${count(needed, 'datapoint')} for ${from} -> ${to} transition).`
  )
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
const were = (number: number): string => (number === 1 ? 'was' : 'were')
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))
