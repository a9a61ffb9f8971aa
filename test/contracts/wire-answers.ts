import type { Answer, FailureCode } from '../../src/model/reading.ts'

/** The value of an answer that must be one. */
export function told<T>(answer: Answer<T>): T {
  if (!answer.ok)
    throw new Error(`${answer.failure.operation} ${answer.failure.code}: ${answer.failure.message}`)
  return answer.value
}

/** Null when it is no failure. */
export const failureCode = (answer: Answer<unknown>): FailureCode | null =>
  answer.ok ? null : answer.failure.code
