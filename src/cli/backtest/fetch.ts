import {
  type FetchedHistory,
  historyRequest,
  type Source,
  sumsOf,
} from '../../backtest/cloudwatch-history.ts'
import type { Ports } from '../../model/ports.ts'
import type { AwsFailure } from '../../model/reading.ts'

/** The part of AWS that a history is fetched from. Reads only. */
export interface HistoryAws {
  ecs: Pick<Ports['ecs'], 'describeServices'>
  cloudWatch: Pick<Ports['cloudWatch'], 'getMetricData'>
}

export interface FetchOptions {
  /** Null: the queue alone. */
  service: { cluster: string; name: string } | null
  /** Null: what the service's target groups count. */
  queue: string | null
  days: number
  capacityPerTask: number
  deadlineSeconds: number
  nowMs: number
}

type Fetched<T> = { ok: true; value: T } | { ok: false; problem: string }

const problem = (sentence: string): { ok: false; problem: string } => ({ ok: false, problem: sentence })

/** The history, or in one sentence why there is none. */
export async function fetchHistory(aws: HistoryAws, options: FetchOptions): Promise<Fetched<FetchedHistory>> {
  const { service, queue, days, capacityPerTask, deadlineSeconds, nowMs } = options
  const source = await sourceOf(aws, service, queue)
  if (!source.ok) return source
  const request = historyRequest(source.value, days, nowMs)
  const answer = await aws.cloudWatch.getMetricData(request.queries, request.fromMs, request.toMs)
  if (!answer.ok) return problem(refusal(answer.failure))
  const broken = answer.value.find(({ status }) => status !== 'Complete')
  if (broken)
    return problem(
      `CloudWatch gave only a part of the history (${broken.status}). Try again, or ask for fewer days.`,
    )
  const found = sumsOf(answer.value, request)
  if (found === null) return problem(nothing(source.value, days))
  return {
    ok: true,
    value: {
      name: service ? `${service.cluster}/${service.name}` : (queue ?? ''),
      source: source.value,
      ...found,
      periodSeconds: request.periodSeconds,
      capacityPerTask,
      deadlineSeconds,
    },
  }
}

async function sourceOf(
  { ecs }: HistoryAws,
  service: FetchOptions['service'],
  queue: string | null,
): Promise<Fetched<Source>> {
  if (queue !== null) return { ok: true, value: { kind: 'queue', name: queue } }
  if (service === null) return problem('name a service or a queue.')
  const { cluster, name } = service
  const answer = await ecs.describeServices(cluster, [name])
  if (!answer.ok)
    return problem(
      answer.failure.code === 'not-found' ? `there is no cluster ${cluster}.` : refusal(answer.failure),
    )
  const [found] = answer.value.services
  if (!found) return problem(`there is no service ${name} in cluster ${cluster}.`)
  if (found.targetGroupArns.length === 0)
    return problem(
      `service ${cluster}/${name} is behind no target group, so nobody counts its requests. If it works off a queue, name it with --queue.`,
    )
  return { ok: true, value: { kind: 'target-groups', arns: found.targetGroupArns } }
}

const nothing = (source: Source, days: number): string =>
  source.kind === 'queue'
    ? `CloudWatch has no NumberOfMessagesSent of queue ${source.name} in the last ${days === 1 ? 'day' : `${days} days`}: no such queue in this Region, or nothing was sent.`
    : `CloudWatch has no RequestCount of the service's target groups in the last ${days === 1 ? 'day' : `${days} days`}: no requests came, or the load balancer is no Application Load Balancer.`

const refusal = ({ operation, code, message }: AwsFailure): string =>
  `AWS did not answer ${operation} (${code}): ${message.replace(/\.$/, '')}.`
