import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'

/** What comes through a door that nobody built it for. */

/**
 * How often a property is tried: `runs` in every test run, by the same seed, so that what fails here fails everywhere.
 * `LONGSHORE_FUZZ_RUNS=20000` and `LONGSHORE_FUZZ_SEED=7` look further; a failure prints the seed and the path to it.
 */
export const tried = (runs: number, seed: number) => ({
  numRuns: Number(process.env.LONGSHORE_FUZZ_RUNS ?? runs),
  seed: Number(process.env.LONGSHORE_FUZZ_SEED ?? seed),
})

/** For a test that tries so often; the everyday one takes a second or two. */
export const longMs = process.env.LONGSHORE_FUZZ_RUNS ? 3_600_000 : 20_000

export const oddTexts = [
  '',
  ' ',
  '\n',
  'null',
  'NaN',
  'true',
  '-1',
  '1e999',
  '0x10',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '/',
  'a/b',
  '..',
  ':',
  '*',
  'arn:aws:ecs:eu-west-1:111122223333:task/',
  'arn:aws:ecs:eu-west-1:111122223333:cluster/',
  'arn:aws:ecs:::task/a/b/c',
  'service:',
  'family:',
  'longshore/a/99999999999999999999',
  '\ud800',
  'a\udc00b',
  '\u0000',
  '\u202etxt.exe',
  '\u001b[31mred',
  '<!channel>',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00.000Z',
  '+999999-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '1e12',
  '99999999999999999999',
  '😀'.repeat(300),
  'x'.repeat(5_000),
  'a_'.repeat(3_000),
  '{"',
  '{}',
  '[]',
]

const oddNumbers = [
  0,
  -0,
  -1,
  1.5,
  1e-200,
  1e21,
  1e300,
  8.64e15,
  9e15,
  253_402_300_800_000,
  2 ** 53,
  -(2 ** 53),
]

/** As deep as it is long. */
const deep = (levels: number): unknown => {
  let value: unknown = 'deep'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value }
  return value
}

/** An own key, as JSON brings it. */
const prototypeKeys = (): unknown =>
  JSON.parse(
    '{"__proto__":{"detail-type":"x","Records":[]},"constructor":{"prototype":{"a":1}},"toString":1}',
  )

export const oddText = fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary', maxLength: 60 }))

/** Any value that JSON can carry. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(...oddNumbers, null, true, false),
  fc.constantFrom(10, 100, 1_000).map(deep),
  fc.constant(null).map(prototypeKeys),
  fc.jsonValue({ maxDepth: 3 }),
)

type Place = { holder: Record<string | number, unknown>; key: string | number }

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found
  const holder = value as Place['holder']
  for (const key of Object.keys(holder)) {
    found.push({ holder, key: Array.isArray(value) ? Number(key) : key })
    placesIn(holder[key], found)
  }
  return found
}

const ways = ['replace', 'delete', 'wrap', 'rename', 'double', 'text', 'copy', 'swap case'] as const

interface Damage {
  place: number
  other: number
  way: (typeof ways)[number]
  value: unknown
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.nat(10_000),
  other: fc.nat(10_000),
  way: fc.constantFrom(...ways),
  value: oddValue,
})

function damaged(payload: unknown, damages: Damage[]): unknown {
  const root = { payload: structuredClone(payload) }
  for (const { place, other, way, value } of damages) {
    const places = placesIn(root)
    const at = places[place % places.length]
    const from = places[other % places.length]
    if (at && from) applied(at, from, way, value)
  }
  // What JSON cannot carry, such as a named member of a list, cannot come in.
  return JSON.parse(JSON.stringify(root)).payload
}

function applied({ holder, key }: Place, from: Place, way: Damage['way'], value: unknown): void {
  const old = holder[key]
  switch (way) {
    case 'replace':
      holder[key] = value
      return
    case 'delete':
      delete holder[key]
      return
    case 'wrap':
      holder[key] = typeof old === 'string' ? JSON.stringify({ body: old }) : [old]
      return
    case 'rename':
      delete holder[key]
      Object.defineProperty(holder, typeof value === 'string' ? value : '__proto__', property(old))
      return
    case 'double':
      holder[key] = [old, structuredClone(old)]
      return
    case 'text':
      holder[key] = JSON.stringify(old) ?? ''
      return
    case 'copy':
      holder[key] = structuredClone(from.holder[from.key])
      return
    case 'swap case':
      if (typeof old === 'string')
        holder[key] = old === old.toUpperCase() ? old.toLowerCase() : old.toUpperCase()
  }
}

const property = (value: unknown) => ({ value, enumerable: true, writable: true, configurable: true })

/** Real payloads: those of the repository, and those from beside it when they are there. */
export const payloads: unknown[] = [
  ...payloadsIn(new URL('../../events/', import.meta.url)),
  ...payloadsIn(new URL('../../../shared/events/', import.meta.url)),
]

function payloadsIn(folder: URL): unknown[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort()
      .map(name => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  } catch {
    return []
  }
}

/** The value with a few places changed; undefined where nothing of it is left. */
export const damagedValue = (value: unknown): fc.Arbitrary<unknown> =>
  fc.array(damage, { minLength: 1, maxLength: 3 }).map(damages => damaged(value, damages))

/** One of them with a few places changed. */
export const damagedPayload: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom(...payloads), fc.array(damage, { minLength: 1, maxLength: 5 }))
  .map(([payload, damages]) => damaged(payload, damages))

/** What a sentence to a person must be, wherever it is said: one line, short, and about something. */
export function faultOf(sentence: string, max = 400): string | null {
  if (!/^\S.*\S$/su.test(sentence)) return 'is empty or padded'
  if (sentence.length > max) return `has ${sentence.length} characters`
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u.test(sentence)) return 'breaks its line'
  if (/undefined|\[object|\bat .*\.ts:\d|Cannot read prop|is not (a function|iterable)/.test(sentence))
    return 'is a programmer’s'
  return /[.?…]$/.test(sentence) ? null : 'ends nowhere'
}
