/** A range of seeds, both ends included. */
export interface SeedRange {
  from: number
  to: number
}

const seedMax = 2 ** 32 - 1

/** `7` or `1..2000`; null when it is neither, or not a range from low to high of whole numbers up to 4,294,967,295. */
export function parseSeeds(text: string): SeedRange | null {
  const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text)
  if (!match) return null
  const from = Number(match[1])
  const to = Number(match[2] ?? match[1])
  return from <= to && to <= seedMax ? { from, to } : null
}
