import type * as z from 'zod'
import type { JsonSchema } from './json-schema.ts'
import { nearest, oneOf } from './nearest.ts'
import { quote } from './quote.ts'
import { kindKey } from './variants.ts'

/** What was found where, with what belongs there. */
export interface Misfit {
  issue: z.core.$ZodIssue
  value: unknown
  /** The scalar as it was written: `007`, not 7. */
  text: string | null
  schema: JsonSchema | null
}

/** One sentence for each kind of issue that zod tells; the schema's own sentences come first. */
export function sentenceOf({ issue, value, text, schema }: Misfit): string {
  if (issue.message !== '') return issue.message
  if (value === undefined) return `missing.${advice(schema)}`
  if (value === null) return `empty.${advice(schema)}`
  switch (issue.code) {
    case 'invalid_type':
      return typeSentence(schema?.type === 'integer' ? 'int' : issue.expected, value, text)
    case 'invalid_value': {
      const bare = issue.values.find(known => typeof known !== 'string' && String(known) === value)
      if (bare !== undefined) return `${quote(value)} is text. Write ${String(bare)} without quotes.`
      const words = issue.values.map(String)
      const meant = typeof value === 'string' ? nearest(value, words) : null
      return `${quote(value)} is not known. ${meant ? `Did you mean ${meant}?` : `Write ${oneOf(words)}.`}`
    }
    case 'invalid_union': {
      const kinds = (schema?.anyOf ?? []).flatMap(option => kindKey(option) ?? [])
      if (kinds.length === 0 || kinds.length < (schema?.anyOf?.length ?? 0))
        return `${quote(value)} cannot stand here.${advice(schema)}`
      const keys = typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : null
      if (keys === null) return typeSentence('object', value, text)
      const meant = keys.map(key => nearest(key, kinds)).find(kind => kind !== null)
      return `this says nothing to go by. ${meant ? `Did you mean ${meant}?` : `Write one of ${oneOf(kinds)}.`}`
    }
    case 'invalid_key':
      return issue.issues[0]?.message ?? `${quote(value)} has no name that fits.`
    case 'too_small':
      return issue.origin === 'array'
        ? `an empty list. Write at least ${issue.minimum}${issue.minimum === 1 ? ' entry' : ' entries'}.`
        : `${quote(value)} is too small. At least ${issue.minimum}.`
    case 'too_big':
      return issue.origin === 'array' && Array.isArray(value)
        ? `${value.length} entries are too many. At most ${issue.maximum}.`
        : `${quote(value)} is too large. At most ${issue.maximum}.`
    default:
      return `${quote(value)} cannot stand here.${advice(schema)}`
  }
}

const nouns: Record<string, string> = { object: 'a mapping', array: 'a list', string: 'text' }

function typeSentence(expected: string, value: unknown, text: string | null): string {
  if (expected === 'string' && typeof value !== 'object')
    return `${quote(value)} is a ${typeof value}, and text belongs here. Put it in quotes: ${quote(text ?? String(value))}.`
  if (expected === 'boolean') return `${quote(value)} is neither true nor false.`
  if (expected === 'int' || expected === 'number') {
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      return `${quote(value)} is text. Write ${Number(value)} without quotes.`
    return `${quote(value)} is no ${expected === 'int' ? 'whole ' : ''}number.`
  }
  const hint = expected === 'array' ? ' Begin each entry with "- ".' : ''
  return `${quote(value)} stands where ${nouns[expected] ?? expected} belongs.${hint}`
}

/** ` Write …`, with a value that is right here. */
function advice(schema: JsonSchema | null): string {
  if (schema?.const !== undefined) return ` Write ${schema.const}.`
  if (schema?.enum) return ` Write ${oneOf(schema.enum.map(String))}.`
  const [example = typeof schema?.default === 'object' ? undefined : schema?.default] = schema?.examples ?? []
  if (example === undefined) {
    if (schema?.type === 'boolean') return ' Write true or false.'
    return schema?.type === 'object' || schema?.type === 'array' ? ' Write what belongs under it.' : ''
  }
  const written = Array.isArray(example) ? `[${example.join(', ')}]` : String(example)
  return ` For example ${/^[#*{]/.test(written) ? `"${written}"` : written}.`
}
