/** A CloudWatch alarm: so many data points in a row on one side of its threshold. */
export interface Alarm {
  /** Evaluation periods = data points to alarm. */
  points: number
  breaches(value: number): boolean
}

/**
 * In how many more periods than it needs an alarm looks for points when some are missing: five for three in AWS's own table
 * (CloudWatch user guide, alarms and missing data).
 */
const fartherPeriods = 2

/**
 * Whether the alarm is in ALARM. `valueAt(0)` is the newest period's value, `valueAt(1)` the one before; null = no data point. Missing ones are
 * passed over, as by treatMissingData: missing: in ALARM when every point that is there breaches and one of them is old enough.
 * None at all is INSUFFICIENT_DATA.
 */
export function isInAlarm(
  { points, breaches }: Alarm,
  valueAt: (periodsAgo: number) => number | null,
): boolean {
  for (let ago = 0; ago < points + fartherPeriods; ago++) {
    const value = valueAt(ago)
    if (value === null) continue
    if (!breaches(value)) return false
    if (ago >= points - 1) return true
  }
  return false
}
