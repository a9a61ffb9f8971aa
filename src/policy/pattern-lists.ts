import { covers } from './pattern.ts'

/** Lists of patterns, without those that say nothing more. */

export type Pair = readonly [cluster: string, name: string]

/** Without those that another pattern covers. */
export const distinct = (patterns: string[]): string[] => {
  const once = [...new Set(patterns.map(shortest))]
  return once.filter(pattern => !once.some(other => other !== pattern && covers(other, pattern)))
}

/** The names in each cluster, without those that another pair of patterns covers. */
export function byCluster(pairs: Pair[]): Map<string, string[]> {
  const short = pairs.map(([cluster, name]): Pair => [shortest(cluster), shortest(name)])
  const once = [...new Map(short.map(pair => [pair.join('/'), pair])).values()]
  return grouped(
    once.filter(
      pair => !once.some(other => other !== pair && covers(other[0], pair[0]) && covers(other[1], pair[1])),
    ),
  )
}

export function grouped(pairs: Pair[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}

/** Two patterns that match the same are the same text. */
const shortest = (pattern: string): string => pattern.replace(/\*+/g, '*')
