import * as z from 'zod'
import type { Path } from './problem.ts'
import { policySchema } from './schema.ts'
import { kindAt } from './variants.ts'

/** The schema as data: for editors, for the documentation, and to tell which keys are known where. */

export interface JsonSchema {
  $schema?: string
  $id?: string
  title?: string
  description?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  default?: unknown
  examples?: unknown[]
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  additionalProperties?: boolean | JsonSchema
}

/** Of the input: what an owner writes. Draft 7 is what editors understand best. */
export const policyJsonSchema = (): JsonSchema =>
  z.toJSONSchema(policySchema, { io: 'input', target: 'draft-07' }) as JsonSchema

/** The kinds that a mapping at this place can be; undefined where there is one only. */
export const kindsAt = (root: JsonSchema, path: Path, data: unknown): JsonSchema[] | undefined =>
  found(root, path, data)?.schema.anyOf

/** Null where the schema knows nothing. Of several kinds, that of the file's data. */
export function schemaAt(root: JsonSchema, path: Path, data: unknown): JsonSchema | null {
  const place = found(root, path, data)
  return place && ofKind(place.schema, place.value)
}

function found(root: JsonSchema, path: Path, data: unknown): { schema: JsonSchema; value: unknown } | null {
  let here: JsonSchema | undefined = root
  let value = data
  for (const part of path) {
    const { properties = {}, items, additionalProperties }: JsonSchema = ofKind(here, value)
    here =
      typeof part === 'number'
        ? items
        : Object.hasOwn(properties, part)
          ? properties[part]
          : typeof additionalProperties === 'object'
            ? additionalProperties
            : undefined
    if (!here) return null
    value = fieldOf(value, part)
  }
  return { schema: here, value }
}

/** The schema of the kind that the value is; itself where there is one kind only, or none fits. */
function ofKind(schema: JsonSchema, value: unknown): JsonSchema {
  const kind = schema.anyOf ? kindAt(schema.anyOf, value) : null
  return kind === null ? schema : (schema.anyOf?.[kind] ?? schema)
}

const fieldOf = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined
