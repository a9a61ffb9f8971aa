import * as z from 'zod'
import type { Path } from './problem.ts'
import { policySchema } from './schema.ts'

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
}

/** Of the input: what an owner writes. Draft 7 is what editors understand best. */
export const policyJsonSchema = (): JsonSchema =>
  z.toJSONSchema(policySchema, { io: 'input', target: 'draft-07' }) as JsonSchema

/** Null where the schema knows nothing. */
export function schemaAt(root: JsonSchema, path: Path): JsonSchema | null {
  let here: JsonSchema | undefined = root
  for (const part of path) {
    const { properties = {} }: JsonSchema = here
    here =
      typeof part === 'number' ? here.items : Object.hasOwn(properties, part) ? properties[part] : undefined
    if (!here) return null
  }
  return here
}
