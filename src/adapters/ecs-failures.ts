import type { Failure } from '@aws-sdk/client-ecs'
import { lastSegment } from '../model/arn.ts'
import { type Answer, refused } from '../model/reading.ts'
import { redact } from '../model/redaction.ts'

/** What ECS says beside what it was asked for. */

/** Adds what AWS calls MISSING to `missing`, in the caller's own words; returns the first failure of any other reason. */
export function sortFailures(
  failures: Failure[] | undefined,
  asked: string[],
  missing: string[],
): Failure | undefined {
  for (const failure of failures ?? []) {
    if (failure.reason !== 'MISSING') return failure
    const id = lastSegment(failure.arn ?? '')
    missing.push(asked.find(name => lastSegment(name) === id) ?? id)
  }
  return undefined
}

/** Neither described nor missing: unknown, and unknown is a failed reading. */
export const strangeFailure = (operation: string, failure: Failure): Answer<never> =>
  refused(
    operation,
    'unavailable',
    redact([failure.arn, failure.reason, failure.detail].filter(Boolean).join(': ')),
  )

export const unreadable = (operation: string, what: string): Answer<never> =>
  refused(operation, 'unavailable', `AWS answered with ${what}.`)
