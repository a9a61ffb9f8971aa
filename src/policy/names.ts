import * as z from 'zod'
import { quote } from './quote.ts'

/** Names of ECS and CloudWatch as an owner writes them. Each refuses with one sentence. */

/**
 * Cluster, service or family, with `*`. Up to 255 letters, digits, `-` and `_`
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html).
 */
export const namePattern = (noun: 'cluster' | 'service' | 'family') =>
  z
    .string()
    .regex(/^[A-Za-z0-9_*-]{1,255}$/, {
      error: ({ input }) => {
        const text = String(input)
        if (text.startsWith('arn:')) return `an ARN is not read here. Write the ${noun}'s name.`
        if (noun === 'family' && /^[\w*-]+:\d+$/.test(text))
          return `${quote(text)} names a revision. Write the family alone.`
        return `${quote(text)} is no ${noun} name. Letters, digits, - and _; * stands for any run of them.`
      },
    })
    .meta({ title: 'name with *' })

/** SQS: up to 80 letters, digits, - and _; `.fifo` at the end of some. `{service}` and `{cluster}` may stand in it. */
export const queueName = z
  .string()
  .regex(/^(?:[A-Za-z0-9_-]|\{service\}|\{cluster\}){1,80}(?:\.fifo)?$/, {
    error: ({ input }) => {
      const text = String(input)
      return /^(?:arn:|https?:)/.test(text)
        ? 'an ARN or a URL is not read here. Write the queue’s name.'
        : `${quote(text)} is no queue name. Letters, digits, - and _; {service} and {cluster} may stand in it.`
    },
  })
  .meta({ title: 'queue name' })

/** Text in which `{service}` and `{cluster}` may stand, 1 to 255 characters. */
export const withPlaceholders = (noun: string) =>
  z
    .string()
    .regex(/^[^\p{Cc}]{1,255}$/u, {
      error: ({ input }) => `${quote(input)} is no ${noun}. 1 to 255 characters.`,
    })
    .superRefine((text, context) => refusePlaceholders(text, context))

const placeholder = /\{[^{}]*\}/g
export const placeholders = ['{service}', '{cluster}'] as const

/** Name of a CloudWatch alarm, up to 255 characters, with `{service}` and `{cluster}`. */
export const alarmName = z
  .string()
  .regex(/^[^\p{Cc}]{1,255}$/u, {
    error: ({ input }) => `${quote(input)} is no alarm name. 1 to 255 characters.`,
  })
  .superRefine((text, context) => {
    if (text.startsWith('arn:'))
      context.addIssue({ code: 'custom', message: `an ARN is not read here. Write the alarm's name.` })
    refusePlaceholders(text, context)
  })
  .meta({ title: 'alarm name' })

function refusePlaceholders(text: string, context: z.RefinementCtx<string>): void {
  const unknown = text.match(placeholder)?.find(found => !placeholders.some(known => known === found))
  if (unknown === undefined) return
  context.addIssue({
    code: 'custom',
    message: `${quote(unknown)} is no placeholder. Known: {service} and {cluster}.`,
  })
}
