import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { CloudMapService } from '../model/cloud-map.ts'
import type { Ports } from '../model/ports.ts'
import { type Open, openOnLoopback } from './loopback.ts'
import { cloudMapVerbs } from './wire-cloud-map.ts'
import { cloudWatchVerbs } from './wire-cloudwatch.ts'
import { ec2Verb, xmlAnswer, xmlError } from './wire-ec2.ts'
import { ecrVerbs } from './wire-ecr.ts'
import { ecsVerbs } from './wire-ecs.ts'
import type { WireError } from './wire-errors.ts'
import { jsonError, jsonOf, send, textOf } from './wire-http.ts'
import { logsVerbs } from './wire-logs.ts'
import { type MessageSink, sqsVerbs } from './wire-sqs.ts'
import { depthVerbs } from './wire-sqs-depth.ts'
import { ssmVerbs } from './wire-ssm.ts'
import { type Reply, refusal, type Verbs } from './wire-verb.ts'

/** The face of AWS on loopback, in front of any ports: AWS JSON, and EC2's query protocol. */

export interface WireOptions {
  ports: Pick<Ports, 'clock' | 'ecs' | 'ec2' | 'cloudWatch' | 'cloudMap' | 'queues' | 'images' | 'logs'>
  /** Every Cloud Map service there is, for the lists that the ports have no verb for. */
  cloudMapServices: () => CloudMapService[]
  /** Names of the queues that the port can tell the depth of. Default none. */
  queueNames?: () => string[]
  /** Where SQS messages go. Default: there is no queue. */
  messages?: MessageSink
  /** SSM parameters by name. Default none. */
  parameters?: ReadonlyMap<string, string>
  /** Default: a free one. */
  port?: number
  /** Data points on one page of GetMetricData. Default 100,800, AWS's own bound. */
  metricPointsPerPage?: number
  /** Sees every answer that is no error, as `ecs:RunTask` and the body (EC2: the XML). What it throws becomes a 500. */
  onAnswer?: (operation: string, body: unknown) => void
  /** Asked before every call: `hang` never answers, `reset` cuts the line, an error is answered; null lets it pass. */
  fault?: (operation: string) => 'hang' | 'reset' | WireError | null
}

export type Wire = Open

interface Service {
  name: string
  /** Version of AWS JSON. */
  json: '1.0' | '1.1'
  /** Of the exception names; null where AWS sends them bare. */
  namespace: string | null
  verbs: Verbs
}

export async function startWire(options: WireOptions): Promise<Wire> {
  const services = servicesOf(options)
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const id = `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`
    serve(options, services, id, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      send(
        response,
        500,
        'application/x-amz-json-1.1',
        id,
        jsonError({ status: 500, type: 'InternalFailure', message }, null),
      )
    })
  })
  return openOnLoopback(server, options.port)
}

/** By the prefix of `x-amz-target`. */
const servicesOf = ({ ports, ...options }: WireOptions): Map<string, Service> =>
  new Map<string, Service>([
    [
      'AmazonEC2ContainerServiceV20141113',
      { name: 'ecs', json: '1.1', namespace: null, verbs: ecsVerbs(ports.ecs, ports.clock) },
    ],
    [
      'AmazonEC2ContainerRegistry_V20150921',
      { name: 'ecr', json: '1.1', namespace: null, verbs: ecrVerbs(ports.images) },
    ],
    ['Logs_20140328', { name: 'logs', json: '1.1', namespace: null, verbs: logsVerbs(ports.logs) }],
    [
      'Route53AutoNaming_v20170314',
      {
        name: 'servicediscovery',
        json: '1.1',
        namespace: null,
        verbs: cloudMapVerbs(ports.cloudMap, options.cloudMapServices),
      },
    ],
    [
      'GraniteServiceVersion20100801',
      {
        name: 'cloudwatch',
        json: '1.0',
        namespace: 'com.amazonaws.cloudwatch',
        verbs: cloudWatchVerbs(ports.cloudWatch, options.metricPointsPerPage),
      },
    ],
    [
      'AmazonSQS',
      {
        name: 'sqs',
        json: '1.0',
        namespace: 'com.amazonaws.sqs',
        verbs: {
          ...sqsVerbs(options.messages ?? noQueue),
          ...depthVerbs(ports.queues, options.queueNames ?? (() => [])),
        },
      },
    ],
    [
      'AmazonSSM',
      { name: 'ssm', json: '1.1', namespace: null, verbs: ssmVerbs(options.parameters ?? new Map()) },
    ],
  ])

const noQueue: MessageSink = queue => ({
  ok: false,
  failure: { operation: 'sqs', code: 'not-found', message: `There is no queue ${queue}.` },
})

async function serve(
  options: WireOptions,
  services: Map<string, Service>,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await textOf(request)
  if (text === null) return send(response, 413, 'text/plain', id, 'Too large.')
  const target = String(request.headers['x-amz-target'] ?? '')
  if (target === '') return serveEc2(options, id, text, request, response)

  const [prefix = '', verb = ''] = target.split('.')
  const service = services.get(prefix)
  const operation = `${service?.name ?? prefix}:${verb}`
  const run = service && Object.hasOwn(service.verbs, verb) ? service.verbs[verb] : undefined
  const input = run && jsonOf(text)
  const result = await answered(options, operation, request, async () => {
    if (run === undefined) return refusal('UnknownOperationException', `${target} is not served here.`)
    if (input === undefined) return refusal('SerializationException', 'The request is no JSON.')
    return run(input)
  })
  if (result === null) return
  const type = `application/x-amz-json-${service?.json ?? '1.1'}`
  if ('body' in result) return send(response, 200, type, id, JSON.stringify(result.body))
  const { error } = result
  // CloudWatch and SQS once spoke the query protocol, and still tell its error codes.
  if (service?.namespace)
    response.setHeader('x-amzn-query-error', `${error.type};${error.status < 500 ? 'Sender' : 'Receiver'}`)
  if (error.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(error.retryAfterSeconds))
  send(response, error.status, type, id, jsonError(error, service?.namespace ?? null))
}

async function serveEc2(
  options: WireOptions,
  id: string,
  text: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(text)
  const action = form.get('Action') ?? ''
  const result = await answered(
    options,
    `ec2:${action}`,
    request,
    async () =>
      ec2Verb(options.ports.ec2, form) ??
      refusal('InvalidAction', `The action ${action} is not served here.`),
    body => xmlAnswer(action, id, body),
  )
  if (result === null) return
  if ('error' in result)
    return send(
      response,
      result.error.status,
      'text/xml',
      id,
      xmlError(id, result.error.type, result.error.message),
    )
  send(response, 200, 'text/xml', id, xmlAnswer(action, id, result.body))
}

/** The reply of a verb after faults, seen by `onAnswer`. Null: there will be no answer. */
async function answered(
  { fault, onAnswer }: WireOptions,
  operation: string,
  request: IncomingMessage,
  run: () => Promise<Reply>,
  seen: (body: object) => unknown = body => JSON.parse(JSON.stringify(body)),
): Promise<Reply | null> {
  const planned = fault?.(operation) ?? null
  if (planned === 'reset') request.socket.destroy()
  if (planned === 'hang' || planned === 'reset') return null
  const result = planned === null ? await run() : { error: planned }
  if ('body' in result) onAnswer?.(operation, seen(result.body))
  return result
}
