import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { openOnLoopback } from '../../src/world/loopback.ts'

/**
 * Lambda's side of a sandbox: hands out one event after the other and takes what becomes of it
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
export interface RuntimeApi {
  /** `127.0.0.1:<port>`, as in AWS_LAMBDA_RUNTIME_API. */
  address: string
  /** Settled when the function asks for its first event, or says that it cannot start. */
  started: Promise<null | RuntimeError>
  /** `timeoutMs`: what the function is told to have. */
  invoke(event: unknown, timeoutMs: number): Promise<{ answer: unknown } | { error: RuntimeError }>
  close(): Promise<void>
}

/** As the runtime client reports it. */
export interface RuntimeError {
  errorType: string
  errorMessage: string
}

const path = /^\/2018-06-01\/runtime\/(?:invocation\/)?([^/]+)(?:\/(\w+))?$/

type Outcome = Awaited<ReturnType<RuntimeApi['invoke']>>

export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  let settle: (failure: null | RuntimeError) => void
  const started = new Promise<null | RuntimeError>(resolve => {
    settle = resolve
  })
  const outcomes = new Map<string, (outcome: Outcome) => void>()
  const events: { id: string; body: string; timeoutMs: number }[] = []
  let waiting: ServerResponse | null = null

  function handOut(): void {
    const event = waiting && events.shift()
    if (!waiting || !event) return
    // Without a content type the client waits for ever.
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': event.id,
      'lambda-runtime-deadline-ms': String(Date.now() + event.timeoutMs),
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
    })
    waiting.end(event.body)
    waiting = null
  }

  const server = createServer(async (request, response) => {
    const [, id = '', verb] = path.exec(request.url ?? '') ?? []
    const body = await text(request)
    if (id === 'next') {
      waiting = response
      settle(null)
      return handOut()
    }
    if (id === 'init' && verb === 'error') settle(JSON.parse(body))
    else if (verb === 'response') outcomes.get(id)?.({ answer: JSON.parse(body || 'null') })
    else if (verb === 'error') outcomes.get(id)?.({ error: JSON.parse(body) })
    else return response.writeHead(404).end()
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
  })
  const { endpoint, close } = await openOnLoopback(server)

  return {
    address: new URL(endpoint).host,
    started,
    invoke: (event, timeoutMs) =>
      new Promise(resolve => {
        const id = randomUUID()
        outcomes.set(id, resolve)
        events.push({ id, body: JSON.stringify(event), timeoutMs })
        handOut()
      }),
    close,
  }
}
