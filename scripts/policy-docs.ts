import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type JsonSchema, policyJsonSchema } from '../src/policy/json-schema.ts'
import { oneOf } from '../src/policy/nearest.ts'
import { kindKey } from '../src/policy/variants.ts'

/**
 * Writes docs/policy.md and docs/longshore.schema.json from the schema of longshore.yml and what lies in policy-docs/.
 *
 *     node scripts/policy-docs.ts
 */

const root = new URL('..', import.meta.url)
const textOf = (file: string): string => readFileSync(new URL(`policy-docs/${file}`, import.meta.url), 'utf8')

/** What the files must hold, by path from the repository's root. */
export const policyDocs = (): { path: string; text: string }[] => {
  const schema = policyJsonSchema()
  return [
    { path: 'docs/policy.md', text: markdown(schema) },
    { path: 'docs/longshore.schema.json', text: `${JSON.stringify(schema, null, 2)}\n` },
  ]
}

/** Every key there is, in one policy. */
export const fullExample = textOf('example.yml')

const markdown = (schema: JsonSchema): string =>
  textOf('page.md')
    .replace('{{keys}}', () => sections('', schema).join('\n'))
    .replace('{{example}}', () => fullExample)

/**
 * One table per mapping, outer ones first; one per kind where a mapping comes in several. A table that has been told already is not
 * told again.
 */
function sections(path: string, schema: JsonSchema, told = new Set<string>(), kind?: string): string[] {
  const entries = Object.entries(schema.properties ?? {})
  const rows = entries.map(([key, value]) => {
    const cells = [`\`${key}\``, typeOf(value), preset(schema, key, value), value.description ?? '']
    return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  const title = path === '' ? 'The file' : `\`${path}\`${kind ? `, with \`${kind}\`` : ''}`
  const table = `| key | type | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`
  const inner = entries.flatMap(([key, value]) => {
    const at = value.title === 'metric' ? 'metric' : path === '' ? key : `${path}.${key}`
    const { items = {}, additionalProperties: others } = value
    return [
      ...kindsOf(at, value, told),
      ...kindsOf(`${at}[]`, items, told),
      ...(typeof others === 'object' ? kindsOf(`${at}.*`, others, told) : []),
    ]
  })
  if (told.has(table)) return inner
  told.add(table)
  return [`### ${title}\n\n${table}`, ...inner]
}

function kindsOf(path: string, schema: JsonSchema, told: Set<string>): string[] {
  if (schema.properties) return sections(path, schema, told)
  const kinds = (schema.anyOf ?? []).filter(({ properties }) => properties)
  return kinds.flatMap(kind => sections(path, kind, told, kinds.length > 1 ? kindKey(kind) : undefined))
}

function typeOf(schema: JsonSchema): string {
  if (schema.title) return schema.title
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return oneOf(schema.enum.map(value => `\`${value}\``))
  if (schema.type === 'integer')
    return `whole number, ${schema.minimum} to ${schema.maximum?.toLocaleString('en')}`
  if (schema.type === 'boolean') return '`true` or `false`'
  if (schema.type === 'array')
    return `list of ${schema.items?.properties ? 'mappings' : typeOf(schema.items ?? {})}`
  return { object: 'mapping', string: 'text', number: 'number' }[schema.type ?? ''] ?? ''
}

function preset(parent: JsonSchema, key: string, schema: JsonSchema): string {
  if (parent.required?.includes(key)) return 'required'
  if (schema.default === undefined || typeof schema.default === 'object') return ''
  return `\`${schema.default}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of policyDocs()) {
    const file = new URL(path, root)
    const before = existing(file)
    writeFileSync(file, text)
    process.stdout.write(`${path}: ${before === text ? 'unchanged' : 'written'}\n`)
  }
}

function existing(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
