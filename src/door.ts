import middy from '@middy/core'
import type { Context } from 'aws-lambda'

/** What every door has in common: metrics leave with the invocation, also with a failed one. */
export const door = <E, R>(handle: (event: E, timeLeftMs: () => number) => Promise<R>, flush: () => void) =>
  middy(async (event: E, context: Context) => handle(event, () => context.getRemainingTimeInMillis())).use({
    after: flush,
    onError: flush,
  })
