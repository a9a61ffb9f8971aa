import { minute, second } from '../model/time.ts'

/** RunTask's `failures[]`: a call that succeeded and placed nothing (ECS Developer Guide, api_failures_messages). */

/** The n-th call that placed nothing is followed by the next after 10 s, doubling up to 5 minutes. */
export const placementRetryMs = (failures: number): number =>
  Math.min(10 * second * 2 ** (failures - 1), 5 * minute)

/** A container instance each may say something else: one that may free up is enough to try again. */
export function isPlacementPermanent(message: string): boolean {
  const mayPass = /\bRESOURCE\b|\bAGENT\b|capacity|NO ACTIVE INSTANCES/i.test(message)
  return !mayPass && /\b(ATTRIBUTE|LOCATION|MISSING|INACTIVE)\b|placement constraint/i.test(message)
}

/** The reason's own word, as far as it is one of AWS's: `RESOURCE:MEMORY`; never free text. */
export function placementWord(message: string): string {
  const words =
    /\b(RESOURCE(:[A-Z_]+)?|AGENT|ATTRIBUTE|LOCATION|MISSING|INACTIVE|NO ACTIVE INSTANCES|EMPTY CAPACITY PROVIDER)\b/
  if (/capacity is unavailable/i.test(message)) return 'no capacity'
  return words.exec(message)?.[0] ?? 'no place'
}
