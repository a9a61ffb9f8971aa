import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WireError } from './wire-errors.ts'

/** Bodies on the wire. */

const bodyBytesMax = 1_048_576

/** Null when it is too large. */
export async function textOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** Undefined when it is no JSON; an empty body is an empty request. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text || '{}')
  } catch {
    return undefined
  }
}

/** AWS JSON puts the exception's name into the body; with a namespace where the service does. */
export const jsonError = ({ type, message, members }: WireError, namespace: string | null): string =>
  JSON.stringify({ __type: namespace === null ? type : `${namespace}#${type}`, message, ...members })

export function send(response: ServerResponse, status: number, type: string, id: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': id })
  response.end(body)
}
