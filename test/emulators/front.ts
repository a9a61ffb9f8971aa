import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { text } from 'node:stream/consumers'
import { openOnLoopback } from '../../src/world/loopback.ts'
import { xmlError } from '../../src/world/wire-ec2.ts'
import type { WireError } from '../../src/world/wire-errors.ts'
import { jsonError } from '../../src/world/wire-http.ts'

/**
 * What stands before an emulator: passes every call on and notes it. On demand it answers itself what emulators never do (throttling,
 * outages, RunTask without a place), cuts the line before or after the work, or asks the emulator for smaller pages than the adapter did.
 */
export interface Front {
  /** `http://127.0.0.1:<port>` */
  endpoint: string
  /** Every call so far. */
  calls: Call[]
  /** Asked about every call before it is passed on: an answer, `reset` to cut the line, or null. */
  answerInstead: (call: Call) => Instead | null
  /** What the emulator is asked. */
  rewrite: (call: Call) => Call['body']
  /** What the adapter is told, of an answer in JSON; `reset` cuts the line after the work. */
  amend: (call: Call, answer: object) => object | 'reset'
  close(): Promise<void>
}

export interface Call {
  /** `ecs:RunTask` */
  operation: string
  /** EC2's is its form, of strings. */
  body: Record<string, unknown>
}

export type Instead = { error: WireError } | { body: object } | 'reset'

/** By the prefix of `x-amz-target`; a namespace where the service puts one before the names of exceptions. */
const services: Record<string, { name: string; namespace?: string }> = {
  AmazonEC2ContainerServiceV20141113: { name: 'ecs' },
  Route53AutoNaming_v20170314: { name: 'servicediscovery' },
  GraniteServiceVersion20100801: { name: 'cloudwatch', namespace: 'com.amazonaws.cloudwatch' },
  AmazonSQS: { name: 'sqs', namespace: 'com.amazonaws.sqs' },
  AmazonSSM: { name: 'ssm' },
  AmazonEC2ContainerRegistry_V20150921: { name: 'ecr' },
  Logs_20140328: { name: 'logs' },
  DynamoDB_20120810: { name: 'dynamodb', namespace: 'com.amazonaws.dynamodb.v20120810' },
  DynamoDBStreams_20120810: { name: 'dynamodbstreams' },
}

export interface FrontOptions {
  /** For an emulator whose threads get into each other's way. */
  oneAtATime: boolean
}

export async function startFront(target: string, { oneAtATime }: FrontOptions): Promise<Front> {
  const agent = new Agent({ keepAlive: true, ...(oneAtATime ? { maxSockets: 1 } : {}) })
  const onward = (request: IncomingMessage, body: string) => passOn(target, agent, request, body)
  const server = createServer((request, response) => {
    serve(front, onward, request, response).catch(() => response.destroy())
  })
  const front: Front = {
    endpoint: '',
    calls: [],
    answerInstead: () => null,
    rewrite: call => call.body,
    amend: (_, answer) => answer,
    close: async () => {
      agent.destroy()
      await open.close()
    },
  }
  const open = await openOnLoopback(server)
  front.endpoint = open.endpoint
  return front
}

async function serve(
  front: Front,
  onward: (request: IncomingMessage, body: string) => Promise<IncomingMessage>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const protocol = protocolOf(request)
  const call = protocol.read(await text(request))
  front.calls.push(call)
  const instead = front.answerInstead(call)
  if (instead === 'reset') return void request.socket.destroy()
  if (instead !== null) {
    const [status, type, body] = protocol.write(instead)
    if ('error' in instead && protocol.queryError)
      response.setHeader(
        'x-amzn-query-error',
        `${instead.error.type};${status < 500 ? 'Sender' : 'Receiver'}`,
      )
    response.writeHead(status, { 'content-type': type })
    return void response.end(body)
  }
  const answer = await onward(request, protocol.ask(front.rewrite(call)))
  const said = await text(answer)
  // Some answer a call that tells nothing with nothing.
  const isTold = answer.statusCode === 200 && protocol.isJson && said !== ''
  const amended = isTold ? front.amend(call, JSON.parse(said)) : null
  if (amended === 'reset') return void request.socket.destroy()
  const body = amended === null ? said : JSON.stringify(amended)
  const { 'transfer-encoding': _, ...headers } = answer.headers
  response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

interface Protocol {
  isJson: boolean
  queryError: boolean
  read(body: string): Call
  ask(body: Call['body']): string
  write(instead: Exclude<Instead, 'reset'>): [status: number, type: string, body: string]
}

/** AWS JSON, or else EC2's forms and XML. */
function protocolOf({ headers }: IncomingMessage): Protocol {
  const [prefix = '', verb = ''] = String(headers['x-amz-target'] ?? '').split('.')
  const service = services[prefix]
  if (service !== undefined)
    return {
      isJson: true,
      queryError: service.namespace !== undefined,
      read: body => ({ operation: `${service.name}:${verb}`, body: JSON.parse(body) }),
      ask: body => JSON.stringify(body),
      write: instead => [
        'error' in instead ? instead.error.status : 200,
        headers['content-type'] ?? 'application/x-amz-json-1.1',
        'error' in instead
          ? jsonError(instead.error, service.namespace ?? null)
          : JSON.stringify(instead.body),
      ],
    }
  return {
    isJson: false,
    queryError: false,
    read: body => {
      const form = Object.fromEntries(new URLSearchParams(body))
      return { operation: `ec2:${form.Action}`, body: form }
    },
    ask: body => String(new URLSearchParams(body as Record<string, string>)),
    write: instead => {
      if (!('error' in instead)) throw new Error('The front tells no answers of EC2.')
      const { status, type, message } = instead.error
      return [status, 'text/xml', xmlError('front', type, message)]
    },
  }
}

function passOn(
  target: string,
  agent: Agent,
  request: IncomingMessage,
  body: string,
): Promise<IncomingMessage> {
  const { host: _, ...headers } = request.headers
  return new Promise((resolve, reject) => {
    const onward = httpRequest(new URL(request.url ?? '/', target), {
      method: request.method ?? 'POST',
      agent,
      headers: {
        ...headers,
        'content-length': String(Buffer.byteLength(body)),
        // moto takes the account from here; others from the access key.
        'x-moto-account-id': /Credential=(\d{12})\//.exec(headers.authorization ?? '')?.[1] ?? '',
      },
    })
    onward.once('response', resolve)
    onward.once('error', reject)
    onward.end(body)
  })
}
