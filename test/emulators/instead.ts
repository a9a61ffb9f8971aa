import type { FailureCode } from '../../src/model/reading.ts'
import { wireError } from '../../src/world/wire-errors.ts'
import type { Front, Instead } from './front.ts'

/** Answers the next `times` calls of the operation itself, and passes on what comes after. */
export function insteadOfNext(front: Front, operation: string, instead: Instead, times = 1): void {
  let left = times
  const before = front.answerInstead
  front.answerInstead = call =>
    call.operation === operation && left > 0 && left-- > 0 ? instead : before(call)
}

/** As AWS words it. */
export const errorOf = (operation: string, code: FailureCode): Instead => ({
  error: wireError(operation, { operation, code, message: `${code}, as asked` }),
})
