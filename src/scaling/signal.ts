import type { MetricQuery } from '../model/alarm.ts'

export type { QueueDepth } from '../model/queues.ts'

/** What triggers ask to be read before they are asked themselves, and how it comes back. */

export type Read =
  | {
      kind: 'metric'
      /** Names the signal in the view; the same key is read once. */
      key: string
      /** Exactly one with `returnData`, which answers a single series. */
      queries: MetricQuery[]
      periodMs: number
      /** From when on, epoch ms: the first period that is wanted begins here or later. */
      fromMs: number
    }
  | { kind: 'queue'; key: string /** Name of an SQS queue in this account and Region. */; queue: string }

/** Data points of one metric, oldest first, only periods that are over. Gaps stay gaps. */
export interface Series {
  periodMs: number
  points: { /** End of the period, epoch ms. */ endMs: number; value: number }[]
}

/** One task of the service, as far as scaling needs it. */
export interface ServiceTask {
  taskId: string
  /** `ecs-svc/<deployment>` of the deployment that started it. */
  startedBy: string | null
  phase:
    | 'starting' /** PROVISIONING to ACTIVATING, or RUNNING and not yet healthy though it has a health check. */
    | 'ready' /** RUNNING, and HEALTHY where it has a health check. */
    | 'stopping'
  createdAtMs: number | null
  /** RUNNING since; null before. */
  startedAtMs: number | null
}
