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
    const unknown = text.match(placeholder)?.find(found => !placeholders.some(known => known === found))
    if (unknown !== undefined)
      context.addIssue({
        code: 'custom',
        message: `${quote(unknown)} is no placeholder. Known: {service} and {cluster}.`,
      })
  })
  .meta({ title: 'alarm name' })
