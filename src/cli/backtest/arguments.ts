import { InvalidArgumentError } from 'commander'
import type { PeerName } from '../../backtest/peer.ts'
import { peers } from '../../backtest/peers.ts'
import { nearest, oneOf } from '../../policy/nearest.ts'
import { parseDuration } from '../../policy/values.ts'

/** What may be written behind the options of `longshore backtest`. Each refuses in one sentence. */

export const peerNames = Object.keys(peers) as PeerName[]

const isPeerName = (name: string): name is PeerName => Object.hasOwn(peers, name)

/** `all`, `none`, or names by commas, each once. */
export function against(text: string): PeerName[] {
  if (text === 'all') return peerNames
  if (text === 'none') return []
  const names = text.split(',').map(part => {
    const name = part.trim()
    if (isPeerName(name)) return name
    const meant = nearest(name, peerNames)
    throw new InvalidArgumentError(
      `"${name}" is no peer. ${meant ? `Did you mean ${meant}?` : `Write all, none, or some of ${peerNames.join(', ')}.`}`,
    )
  })
  return [...new Set(names)]
}

export const choice =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word => {
    const found = words.find(word => word === text)
    if (found !== undefined) return found
    const meant = nearest(text, words)
    throw new InvalidArgumentError(meant ? `Did you mean ${meant}?` : `Write ${oneOf(words)}.`)
  }

/** Age class of the metrics, seconds. */
export const signals = (text: string): 10 | 20 | 60 =>
  (({ '10': 10, '20': 20, '60': 60 }) as const)[choice(['60', '20', '10'] as const)(text)]

/** A number above 0, up to a million. */
export function amount(text: string): number {
  const value = Number(text)
  if (!/^\d{1,7}(\.\d{1,6})?$/.test(text) || value <= 0 || value > 1e6)
    throw new InvalidArgumentError('Write requests a second, as in 50 or 0.5.')
  return value
}

/** Seconds of `1s`, `2m`, `500ms`. */
export function deadline(text: string): number {
  const milliseconds = /^(\d{1,6})ms$/.exec(text)?.[1]
  const ms = milliseconds === undefined ? parseDuration(text) : Number(milliseconds)
  if (ms === null || ms <= 0) throw new InvalidArgumentError('Write a duration, as in 1s, 2m or 500ms.')
  return ms / 1_000
}

/** A share of `0.1%`: 0.001. */
export function lateShare(text: string): number {
  const percent = Number(/^(\d{1,2}(?:\.\d{1,4})?) ?%$/.exec(text)?.[1])
  if (!(percent > 0 && percent <= 50))
    throw new InvalidArgumentError('Write a share above 0% and up to 50%, as in --late 0.1%.')
  // Of 0.1 / 100, what a person wrote.
  return Number((percent / 100).toPrecision(12))
}

export interface ServiceName {
  cluster: string
  name: string
}

/** `cluster/name`, as ECS names them. */
export function serviceName(text: string): ServiceName {
  const [, cluster, name] = /^([\w-]{1,255})\/([\w-]{1,255})$/.exec(text) ?? []
  if (cluster === undefined || name === undefined)
    throw new InvalidArgumentError('Write the cluster and the service, as in prod/checkout.')
  return { cluster, name }
}

/** A name of SQS, not a URL. */
export function queueName(text: string): string {
  if (!/^[\w-]{1,80}(\.fifo)?$/.test(text))
    throw new InvalidArgumentError('Write the name of the queue, as in orders or orders.fifo.')
  return text
}

export const whole =
  (least: number, most: number, what: string) =>
  (text: string): number => {
    if (!/^\d{1,10}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`Write ${what} from ${least} to ${most}.`)
    return Number(text)
  }
