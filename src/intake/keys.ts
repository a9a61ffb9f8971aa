import { isRecord } from './lenient.ts'

/** Deeper than anything read of a task; a bound, because a message may be nested as deep as it is long. */
const depthMax = 6

/** Whether a key of its own begins with a capital letter. */
export const hasCapitals = (value: unknown): boolean =>
  isRecord(value) && Object.keys(value).some(key => /^[A-Z]/.test(key))

/** Step Functions writes `TaskArn` and `ExitCode`: the same object with camelCase keys. */
export function camelKeys(value: unknown, depth = 0): unknown {
  if (depth > depthMax) return null
  if (Array.isArray(value)) return value.map(each => camelKeys(each, depth + 1))
  if (!isRecord(value) || !isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      camelKeys(each, depth + 1),
    ]),
  )
}

/** Not a Date, which the SDK gives for times. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
