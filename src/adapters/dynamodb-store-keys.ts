import { parseTargetKey, type Target, targetKey } from '../model/target.ts'
import { second } from '../model/time.ts'
import { dueShards } from './table.ts'

/** Where things lie in the table. */

export interface Key {
  pk: string
  sk: string
}

const keyOf =
  (prefix: string) =>
  (target: Target, id = ''): Key => ({ pk: targetKey(target), sk: `${prefix}${id}` })

export const stateKey = keyOf('state')
export const evidenceKey = keyOf('evidence#')
export const launchSpecKey = keyOf('spec#')
export const journalKey = keyOf('journal#')

/** Null for every item that is no line of the journal. */
export const journalIdOf = (sk: string): string | null =>
  sk.startsWith('journal#') ? sk.slice('journal#'.length) : null

export function targetOfKey(pk: string): Target {
  const target = parseTargetKey(pk)
  if (!target) throw new Error(`no target key: ${pk}`)
  return target
}

/** FNV-1a over the target's key: a target and its notices lie in one shard. */
export function dueShardOf(target: Target): string {
  let hash = 0x811c9dc5
  for (const character of targetKey(target)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return String(hash % dueShards)
}

/** Epoch seconds for the TTL attribute. */
export const expiresAt = (fromMs: number, lifetimeMs: number): number =>
  Math.ceil((fromMs + lifetimeMs) / second)
