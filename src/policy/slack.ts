import * as z from 'zod'
import type { SlackPolicy } from './policy.ts'
import { holdsSecret, quote } from './quote.ts'

/** `slack` of longshore.yml. Secrets never stand in the file: it names the SSM parameters that hold them. */

/** Full name of an SSM parameter (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html). */
const parameterName = z.string().regex(/^(?!\/(?:aws|ssm))(?:\/[A-Za-z0-9_.-]+)+$/i, {
  error: ({ input }) => {
    const text = String(input)
    // Never repeated: the sentence ends up in terminals and build logs.
    if (holdsSecret(text) || /^https?:/i.test(text))
      return 'a secret stands here. Revoke it, store a new one as an SSM SecureString, and write the name of the parameter, such as /longshore/slack.'
    if (/^\/(?:aws|ssm)/i.test(text))
      return 'names that begin with /aws or /ssm belong to AWS. Choose another.'
    return `${quote(text)} is no full name of an SSM parameter. Write it as /longshore/slack-token.`
  },
})

export const slack = z
  .strictObject({
    channel: z
      .string({
        error: ({ input }) =>
          input === null ? 'empty, because # begins a comment in YAML. Put it in quotes: "#ops".' : undefined,
      })
      .regex(/^\S{1,81}$/, {
        error: ({ input }) => `${quote(input)} is no channel. Write "#ops" or an id such as C024BE91L.`,
      })
      .optional()
      .meta({
        description: 'Channel for messages, by name or id. Needs token.',
        examples: ['#ops'],
      }),
    token: parameterName.optional().meta({
      title: 'parameter name',
      description:
        'Name of the SSM SecureString parameter that holds the bot token (xoxb-…). Needs channel; the app needs the right chat:write.',
      examples: ['/longshore/slack-token'],
    }),
    webhook: parameterName.optional().meta({
      title: 'parameter name',
      description:
        'Name of the SSM SecureString parameter that holds the address of an incoming webhook, instead of channel and token.',
      examples: ['/longshore/slack-webhook'],
    }),
  })
  .transform(({ channel, token, webhook }, context): SlackPolicy => {
    const refuse = (message: string, path: string[] = []): never => {
      context.addIssue({ code: 'custom', message, path })
      return z.NEVER
    }
    if (webhook !== undefined) {
      if (token !== undefined) return refuse('token and webhook exclude each other. Keep one.', ['webhook'])
      if (channel !== undefined)
        return refuse('a webhook posts to its own channel. Remove channel.', ['channel'])
      return { channel: null, tokenParameter: null, webhookParameter: webhook }
    }
    if (token === undefined && channel === undefined)
      return refuse('how to post is not told. Write channel and token, or webhook.')
    if (token === undefined) return refuse('token is missing. Write token: /longshore/slack-token.')
    if (channel === undefined) return refuse('channel is missing. Write channel: "#ops".')
    return { channel, tokenParameter: token, webhookParameter: null }
  })
  .meta({ oneOf: [{ required: ['channel', 'token'] }, { required: ['webhook'] }] })
