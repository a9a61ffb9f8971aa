import type { Score } from './score.ts'
import type { Action, Run } from './service/replay.ts'
import { waitQuantile } from './service/wait-histogram.ts'

const flapSeconds = 600
const breachShare = 0.01

/** What a run is worth, all of it after the warm-up. */
export function scoreOf(run: Run, policy: string, setting: string, optimumTaskSeconds: number): Score {
  const { load, ledger, conditions, actions, waits, billedTaskSeconds, lateAtEnd } = run
  const { arrived, seconds, demand } = load
  const from = conditions.warmUpSeconds
  const requests = (arrived[seconds] as number) - (arrived[from] as number)
  const late = (ledger.late[seconds] as number) - (ledger.late[from] as number) + lateAtEnd
  const counted = actions.filter(({ at }) => at >= from)
  const days = (seconds - from) / 86_400
  const outs = counted.filter(isOut).length
  return {
    policy,
    setting,
    lateShare: requests === 0 ? 0 : late / requests,
    relativeCost: billedTaskSeconds / optimumTaskSeconds,
    floorRatio: (billedTaskSeconds * demand.capacityPerTask) / requests,
    taskHours: billedTaskSeconds / 3600,
    actionsPerDay: counted.length / days,
    outsPerDay: outs / days,
    insPerDay: (counted.length - outs) / days,
    flapsPerDay: flapsOf(counted) / days,
    waitSeconds: {
      p50: waitQuantile(waits, 0.5),
      p95: waitQuantile(waits, 0.95),
      p99: waitQuantile(waits, 0.99),
    },
    longestBreachMinutes: longestBreachMinutes(run),
  }
}

const isOut = ({ from, to }: Action): boolean => to > from

/** Scale-ins that were followed by a scale-out within ten minutes. */
function flapsOf(actions: readonly Action[]): number {
  let nextOut = Number.POSITIVE_INFINITY
  let flaps = 0
  for (const action of actions.toReversed()) {
    if (isOut(action)) nextOut = action.at
    else if (nextOut - action.at <= flapSeconds) flaps++
  }
  return flaps
}

/** Longest run of minutes in which more than 1 % of what left was late, or nothing left although the oldest was overdue. */
function longestBreachMinutes({ load, ledger, conditions }: Run): number {
  const { arrived, seconds, demand } = load
  let longest = 0
  let current = 0
  for (let from = conditions.warmUpSeconds; from + 60 <= seconds; from += 60) {
    const to = from + 60
    const gone = (ledger.gone[to] as number) - (ledger.gone[from] as number)
    const late = (ledger.late[to] as number) - (ledger.late[from] as number)
    const due = arrived[Math.max(0, to - Math.ceil(demand.deadlineSeconds))] as number
    const stuck = gone === 0 && due > (ledger.gone[to] as number)
    current = stuck || late > breachShare * gone ? current + 1 : 0
    longest = Math.max(longest, current)
  }
  return longest
}
