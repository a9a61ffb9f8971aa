import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Slack, SlackMessage } from '../../src/model/ports.ts'

/** What every Slack of ours must do: the production adapter against a server, and the world's. */

/** One Slack to try, with a control panel. */
export interface SlackStand {
  slack: Slack
  /** Does a post answer the `ts` by which the message can be found again? */
  tellsTs: boolean
  /** Texts that arrived in the channel, in order. */
  arrived(): string[]
  /** How the next post is answered. */
  next(fault: 'throttled for 30 s' | 'outage' | 'unknown channel'): void
  close(): Promise<void>
}

export const sayHello: SlackMessage = {
  channel: '#ops',
  text: '● etl (prod): Longshore ran a stopped task again',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*● etl (prod)*', verbatim: true } }],
}

export function slackContract(name: string, open: () => Promise<SlackStand>): void {
  describe(`Slack contract: ${name}`, () => {
    let stand: SlackStand
    beforeEach(async () => {
      stand = await open()
    })
    afterEach(() => stand.close())

    it('a message arrives once and is answered with its ts, or null where there is none', async () => {
      const posted = await stand.slack.post(sayHello)
      expect(posted).toEqual({ ok: true, value: { ts: stand.tellsTs ? expect.any(String) : null } })
      expect(stand.arrived()).toEqual([sayHello.text])
    })

    it('posting is not idempotent: the same message twice arrives twice, with two ts', async () => {
      const first = await stand.slack.post(sayHello)
      const second = await stand.slack.post(sayHello)
      expect(stand.arrived()).toHaveLength(2)
      if (stand.tellsTs) expect(first).not.toEqual(second)
    })

    it('too many messages: throttled, with the time to wait, and nothing arrives', async () => {
      stand.next('throttled for 30 s')
      const posted = await stand.slack.post(sayHello)
      expect(posted).toMatchObject({ ok: false, failure: { code: 'throttled', retryAfterMs: 30_000 } })
      expect(stand.arrived()).toEqual([])
    })

    it('an outage: unavailable, and the next message arrives', async () => {
      stand.next('outage')
      expect(await stand.slack.post(sayHello)).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
      expect(await stand.slack.post(sayHello)).toMatchObject({ ok: true })
      expect(stand.arrived()).toEqual([sayHello.text])
    })

    it('an unknown channel: not found', async () => {
      stand.next('unknown channel')
      const posted = await stand.slack.post(sayHello)
      expect(posted).toMatchObject({ ok: false, failure: { code: 'not-found' } })
      expect(stand.arrived()).toEqual([])
    })
  })
}
