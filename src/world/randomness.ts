/** Seeded pseudo-random numbers: the same seed gives the same world. Never for secrets. */
export interface Randomness {
  /** [0, 1) with 32 bits. */
  fraction(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  /** Lower-case hexadecimal digits. */
  hex(length: number): string
  /** Decimal digits, the first not zero. */
  digits(length: number): string
  /** Version 4, as AWS writes event ids. */
  uuid(): string
  /** One of them; they must not be empty. */
  pick<T>(items: readonly T[]): T
  /** An independent stream: what one part of the world draws does not shift another's. */
  fork(name: string): Randomness
}

/** SplitMix32 (Steele, Lea, Flood 2014, in its 32-bit form with MurmurHash3's finaliser). */
export function createRandomness(seed: number): Randomness {
  let state = Math.trunc(seed) >>> 0

  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const fraction = (): number => word() / 2 ** 32
  const between = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1))
  const hex = (length: number): string => {
    let digits = ''
    while (digits.length < length) digits += between(0, 15).toString(16)
    return digits
  }
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new Error('nothing to pick from')
    return items[between(0, items.length - 1)] as T
  }
  const origin = state

  return {
    fraction,
    between,
    hex,
    pick,
    digits: length => Array.from({ length }, (_, position) => between(position === 0 ? 1 : 0, 9)).join(''),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`,
    fork: name => createRandomness(origin ^ hashOf(name)),
  }
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
