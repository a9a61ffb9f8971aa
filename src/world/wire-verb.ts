import * as z from 'zod'
import type { Answer } from '../model/reading.ts'
import { type WireError, wireError } from './wire-errors.ts'

/** What every verb on the wire is made of: a request that is read, an answer or an error in AWS's form, pages. */

export type Reply = { body: Record<string, unknown> } | { error: WireError }

/** `operation` as in `ecs:RunTask`. */
export type Verb = (input: unknown) => Promise<Reply>
export type Verbs = Record<string, Verb>

/** Reads the request; what cannot be read is refused with the service's own word for it. */
export const verb =
  <S extends z.ZodType>(invalidType: string, request: S, run: (input: z.output<S>) => Promise<Reply>): Verb =>
  async input => {
    const read = request.safeParse(input)
    return read.success ? run(read.data) : refusal(invalidType, sentenceOf(read.error))
  }

/** An answer of a port as a reply. */
export const reply = <T>(
  operation: string,
  answer: Answer<T>,
  body: (value: T) => Record<string, unknown>,
): Reply => (answer.ok ? { body: body(answer.value) } : { error: wireError(operation, answer.failure) })

export const refusal = (type: string, message: string): Reply => ({ error: { status: 400, type, message } })

/** A number of results that a request asks for, as AWS bounds it. */
export const pageSize = (max: number, usual = max) => z.int().min(1).max(max).default(usual)

/** A page of what is known now, and the token of the next. Null: the token is none of ours. */
export function pageOf<T>(
  items: T[],
  token: string | undefined,
  size: number,
): { items: T[]; next: string | undefined } | null {
  const start = token === undefined ? 0 : offsetOf(token)
  if (start === null) return null
  const end = start + size
  return { items: items.slice(start, end), next: end < items.length ? tokenOf(end) : undefined }
}

/** Opaque, as AWS wants tokens to be treated. */
export const tokenOf = (offset: number): string => Buffer.from(`from:${offset}`).toString('base64url')

export function offsetOf(token: string): number | null {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())
  return match ? Number(match[1]) : null
}

/** AWS JSON tells instants as epoch seconds. */
export const epochSeconds = (atMs: number | null): number | undefined =>
  atMs === null ? undefined : atMs / 1_000

const sentenceOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`).join('; ')
