import * as z from 'zod'
import { minute } from '../model/time.ts'
import { duration } from '../policy/values.ts'

/** What the fallbacks of services and of families have in common in longshore.yml. */

export const provider = z
  .string()
  .regex(/^[\w-]{1,255}$/, 'Write the name of a capacity provider, such as FARGATE.')

export const atLeast = (leastMs: number, preset: string) =>
  duration.refine(ms => ms >= leastMs, `At least ${leastMs / minute}m.`).prefault(preset)

export const isAnother = ({ from, to }: { from: string; to: string }): boolean => from !== to
export const sameProvider = { message: 'from and to are the same.', path: ['to'] }
