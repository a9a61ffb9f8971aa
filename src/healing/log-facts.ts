import type { Fact } from '../model/decision.ts'

/** What a container wrote last. */
export interface LastLines {
  container: string
  /** Safe to tell, oldest first; a text: why there are none. */
  lines: string[] | string
}

export function logFacts({ container, lines }: LastLines): Fact[] {
  const label = `Log of ${container}`
  return typeof lines === 'string'
    ? [{ label, value: lines }]
    : lines.map(value => ({ label, value, isLine: true }))
}
