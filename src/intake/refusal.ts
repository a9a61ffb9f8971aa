import { tellable } from '../model/redaction.ts'
import type { Refusal, SignalKind } from '../model/signal.ts'

/** Can never be understood, however often it is tried: for the dead letters. */
export const poison = (kind: SignalKind, sentence: string): Refusal => ({
  refused: kind,
  sentence,
  poison: true,
})

/** Understood well enough to know that it is none of our business: to be acknowledged. */
export const notOurs = (kind: SignalKind, sentence: string): Refusal => ({
  refused: kind,
  sentence,
  poison: false,
})

/** A piece of the message in a sentence: quoted, short, without secrets. */
export function quote(piece: unknown): string {
  if (typeof piece === 'string') return `"${tellable(piece, 80)}"`
  if (piece === undefined) return 'nothing'
  if (piece === null) return 'null'
  if (Array.isArray(piece)) return 'a list'
  return typeof piece === 'object' ? 'an object' : `a ${typeof piece}`
}
