import { InvalidArgumentError } from 'commander'
import { stopsKeptMs } from '../../model/store-limits.ts'
import { familyTarget, parseTargetKey, serviceTarget, type Target } from '../../model/target.ts'
import { day } from '../../model/time.ts'
import { parseDuration } from '../../policy/values.ts'

/** What may be written behind `longshore history`. Each refuses in one sentence. */

const name = /^[\w-]{1,255}$/

/** `service/prod/checkout` or `family/prod/etl`; `prod/checkout` may be either. */
export function targetsNamed(text: string): Target[] {
  const parts = text.split('/')
  const [cluster = '', last = ''] = parts.slice(-2)
  const isNamed = name.test(cluster) && name.test(last)
  if (isNamed && parts.length === 2) return [serviceTarget(cluster, last), familyTarget(cluster, last)]
  const target = isNamed ? parseTargetKey(text) : null
  if (target === null)
    throw new InvalidArgumentError(
      'Write cluster/name, service/cluster/name or family/cluster/name, as in prod/checkout.',
    )
  return [target]
}

const longestDays = stopsKeptMs / day

/** Milliseconds of `7d`, `12h`, `90m`, up to what is kept. */
export function since(text: string): number {
  const days = /^(\d{1,3})d$/.exec(text)?.[1]
  const ms = days === undefined ? parseDuration(text) : Number(days) * day
  if (ms === null || ms <= 0 || ms > stopsKeptMs)
    throw new InvalidArgumentError(`Write a time up to ${longestDays}d, as in 7d, 12h or 90m.`)
  return ms
}

export function stageName(text: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Write the stage that was deployed, as in --stage prod.')
  return text
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function tableName(text: string): string {
  if (!/^[\w.-]{3,255}$/.test(text))
    throw new InvalidArgumentError('Write the name of the table, not its ARN.')
  return text
}
