import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { xmlError } from '../../src/world/wire-ec2.ts'
import type { WireError } from '../../src/world/wire-errors.ts'
import { jsonError, jsonOf, textOf } from '../../src/world/wire-http.ts'

/**
 * What stands before an emulator: passes every call on and notes it. On demand it answers itself what emulators never do (throttling,
 * outages, RunTask without a place, a cut line), or asks the emulator for smaller pages than the adapter did.
 */
export interface Front {
  /** `http://127.0.0.1:<port>` */
  endpoint: string
  /** Every call so far. EC2's body is its form. */
  calls: Call[]
  /** Asked about every call before it is passed on: an answer, `reset` to cut the line, or null. */
  answerInstead: (call: Call) => Instead | null
  /** What the emulator is asked. */
  rewrite: (call: Call) => Record<string, unknown>
  close(): Promise<void>
}

export interface Call {
  /** `ecs:RunTask` */
  operation: string
  body: Record<string, unknown>
}

export type Instead = { error: WireError } | { body: object } | 'reset'

/** Prefixes of `x-amz-target`; `namespaced`: the service puts a namespace before exception names. */
const services: Record<string, { name: string; namespace?: string }> = {
  AmazonEC2ContainerServiceV20141113: { name: 'ecs' },
  Route53AutoNaming_v20170314: { name: 'servicediscovery' },
  GraniteServiceVersion20100801: { name: 'cloudwatch', namespace: 'com.amazonaws.cloudwatch' },
  AmazonSQS: { name: 'sqs', namespace: 'com.amazonaws.sqs' },
  AmazonSSM: { name: 'ssm' },
  DynamoDB_20120810: { name: 'dynamodb', namespace: 'com.amazonaws.dynamodb.v20120810' },
  DynamoDBStreams_20120810: { name: 'dynamodbstreams' },
}

export async function startFront(target: string): Promise<Front> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    serve(front, target, agent, request, response).catch(() => response.destroy())
  })
  const front: Front = {
    endpoint: '',
    calls: [],
    answerInstead: () => null,
    rewrite: call => call.body,
    close: () =>
      new Promise(resolve => {
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The front does not listen.')
  front.endpoint = `http://127.0.0.1:${address.port}`
  return front
}

async function serve(
  front: Front,
  target: string,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = (await textOf(request)) ?? ''
  const [prefix = '', verb = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
  const service = services[prefix]
  if (!service) {
    const form = Object.fromEntries(new URLSearchParams(text))
    const call = { operation: `ec2:${form.Action}`, body: form }
    front.calls.push(call)
    const instead = front.answerInstead(call)
    if (instead !== null) return reply(request, response, instead, null)
    return forward(target, agent, request, response, text)
  }
  const call = { operation: `${service.name}:${verb}`, body: jsonOf(text) as Record<string, unknown> }
  front.calls.push(call)
  const instead = front.answerInstead(call)
  if (instead !== null) return reply(request, response, instead, service)
  forward(target, agent, request, response, JSON.stringify(front.rewrite(call)))
}

/** `service` is null for EC2, which speaks XML. */
function reply(
  request: IncomingMessage,
  response: ServerResponse,
  instead: Instead,
  service: { namespace?: string } | null,
): void {
  if (instead === 'reset') return void request.socket.destroy()
  const status = 'error' in instead ? instead.error.status : 200
  const headers = { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1' }
  if (service === null) {
    if (!('error' in instead)) throw new Error('No answer of EC2 is told by the front.')
    response.writeHead(status, { 'content-type': 'text/xml' })
    return void response.end(xmlError('front', instead.error.type, instead.error.message))
  }
  if (!('error' in instead)) {
    response.writeHead(status, headers)
    return void response.end(JSON.stringify(instead.body))
  }
  const { error } = instead
  if (service.namespace)
    response.setHeader('x-amzn-query-error', `${error.type};${status < 500 ? 'Sender' : 'Receiver'}`)
  response.writeHead(status, headers)
  response.end(jsonError(error, service.namespace ?? null))
}

function forward(
  target: string,
  agent: Agent,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): void {
  const { host, ...headers } = request.headers
  const onward = httpRequest(new URL(request.url ?? '/', target), {
    method: request.method ?? 'POST',
    agent,
    headers: {
      ...headers,
      'content-length': String(Buffer.byteLength(body)),
      // moto takes the account from here; others from the access key.
      'x-moto-account-id': accountOf(headers.authorization),
    },
  })
  onward.on('response', answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  onward.end(body)
}

const accountOf = (authorization = ''): string => /Credential=(\d{12})\//.exec(authorization)?.[1] ?? ''
