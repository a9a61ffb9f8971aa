import type { Course } from '../../autoscaler.ts'

/**
 * A stand-in for the forecast of AWS predictive scaling, whose model is not public: for every hour of the next 48 the mean of the same hours of the week, as far as
 * there are any, else of the day. From 24 hours of history on, over at most 14 days, made anew every 6 hours
 * (Application Auto Scaling user guide, "How predictive scaling works").
 */
export interface HourlyForecast {
  /** Mean load of the hour that `second` lies in, in tasks that are never idle; null when there is no forecast for it. */
  loadAt(course: Course, second: number): number | null
}

const hour = 3600
const day = 24
const week = 7 * day
const historyHours = 14 * day
const aheadHours = 2 * day
const refreshSeconds = 6 * hour

/** `delaySeconds`: how late the load of an hour is known. */
export function hourlyForecast(delaySeconds: number): HourlyForecast {
  let madeAt = Number.NEGATIVE_INFINITY
  let firstHour = 0
  let loads: (number | null)[] = []

  function refresh(course: Course): void {
    const known = Math.floor((course.now - delaySeconds) / hour)
    if (known < day) return
    const oldest = Math.max(0, known - historyHours)
    madeAt = course.now
    firstHour = known
    loads = Array.from({ length: aheadHours }, (_, ahead) => {
      const at = known + ahead
      return meanBefore(course, at, week, oldest, known) ?? meanBefore(course, at, day, oldest, known)
    })
  }

  return {
    loadAt(course, second) {
      if (course.now >= madeAt + refreshSeconds) refresh(course)
      return loads[Math.floor(second / hour) - firstHour] ?? null
    },
  }
}

/** Mean load of the hours `at - k × season` in [oldest, known); null when there is none. */
function meanBefore(
  course: Course,
  at: number,
  season: number,
  oldest: number,
  known: number,
): number | null {
  let [sum, hours] = [0, 0]
  for (let past = at - season; past >= oldest; past -= season) {
    if (past >= known) continue
    sum += loadOf(course, past * hour, (past + 1) * hour)
    hours++
  }
  return hours > 0 && Number.isFinite(sum) ? sum / hours : null
}

/** ALBRequestCount where there is a load balancer, else the total CPU of the service. */
function loadOf({ service, arrived, busyTaskSeconds }: Course, from: number, end: number): number {
  const [sums, perTask] = service.kind === 'web' ? [arrived, service.capacityPerTask] : [busyTaskSeconds, 1]
  return ((sums[end] ?? Number.NaN) - (sums[from] ?? Number.NaN)) / (end - from) / perTask
}
