import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('found.json', import.meta.url))

/**
 * The seed in which each mutant was found last, by its name: tried first, so that a run takes a few minutes instead of twenty.
 * Written anew by each run. A seed that no longer shows its mutant costs time and nothing else: all are looked through then.
 */
export const readFound = (): Map<string, number> =>
  new Map(
    existsSync(path) ? Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>) : [],
  )

export function writeFound(seeds: [name: string, seed: number | undefined][]): void {
  const known = seeds.filter(([, seed]) => seed !== undefined)
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`)
}
