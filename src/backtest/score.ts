/** How well an autoscaler did on one history. Late requests and task-seconds of the first hour are left out: nobody has learned anything by then. */
export interface Score {
  policy: string
  setting: string
  /** V: late or dropped requests / all requests, a fraction. */
  lateShare: number
  /** C: billed task-seconds / those of the clairvoyant optimum at the same deadline. */
  relativeCost: number
  /** F: billed task-seconds × capacity / total work: free of any argument about the optimum. */
  floorRatio: number
  /** Billed: launch decision to end of drain, at least a minute per task. */
  taskHours: number
  /** Changes of the desired count a day. */
  actionsPerDay: number
  outsPerDay: number
  insPerDay: number
  /** Scale-ins that were followed by a scale-out within ten minutes, a day. */
  flapsPerDay: number
  /** Wait from arrival to start of service, seconds, over all requests. */
  waitSeconds: { p50: number; p95: number; p99: number }
  /** Longest run of minutes in which more than 1 % were late. */
  longestBreachMinutes: number
}

/** 1 % late costs as much as 10 % of the optimal bill. */
export const lateWeight = 10

/** J = C + 10 V. */
export const judgement = ({ relativeCost, lateShare }: Pick<Score, 'relativeCost' | 'lateShare'>): number =>
  relativeCost + lateWeight * lateShare
