export { singleLine } from '../model/single-line.ts'

/** Text from outside (names, reasons, what AWS answered) made safe to show: in Slack's mrkdwn and on a terminal. */

/** What mrkdwn gives a meaning to: with these escaped, `<!channel>`, `<@U…>` and `<https://…|…>` are only letters (https://docs.slack.dev/messaging/formatting-message-text). */
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const ellipsis = '…'

/** At most `limit` UTF-16 units, never half a character; what was cut off shows as an ellipsis. */
export const shortened = (text: string, limit: number): string => shorten(text, limit, piece => piece)

/** As `shortened`, with `&`, `<` and `>` escaped; the limit counts what is sent, and no entity is cut in two. */
export const slackText = (text: string, limit: number): string =>
  shorten(text, limit, piece => entities[piece] ?? piece)

/** Escaped text whose addresses of the Service Quotas console can be clicked. No other address is ever made a link. */
export const withQuotaLinks = (escaped: string): string =>
  escaped.replace(
    /https:\/\/(?:[a-z0-9-]+\.)?console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)\/servicequotas\/[a-z/]+/g,
    '<$&>',
  )

function shorten(text: string, limit: number, written: (character: string) => string): string {
  let whole = ''
  let cut = ''
  for (const character of text) {
    whole += written(character)
    if (whole.length > limit) return `${cut}${ellipsis}`
    if (whole.length <= limit - ellipsis.length) cut = whole
  }
  return whole
}
