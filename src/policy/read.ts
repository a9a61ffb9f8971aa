import { type JsonSchema, kindsAt, policyJsonSchema, schemaAt } from './json-schema.ts'
import { longestFile } from './limits.ts'
import { nearest } from './nearest.ts'
import type { Policy } from './policy.ts'
import { type Finding, type Path, type Position, type Problem, renderPath } from './problem.ts'
import { ruleFindings } from './rules.ts'
import { policySchema } from './schema.ts'
import { secretFindings } from './secrets.ts'
import { sentenceOf } from './sentence.ts'
import { kindKey, ofOneKind } from './variants.ts'
import { readYaml, type YamlSource } from './yaml-source.ts'

export type PolicyReading =
  | {
      ok: true
      policy: Policy
      /** Where a value of the policy stands in the file. */
      positionOf: (path: Path) => Position
    }
  | { ok: false; problems: Problem[] }

/** The owner's file as a policy, or everything that is wrong with it, in the order of the file. Never throws. */
export function readPolicy(text: string, file: string): PolicyReading {
  const refused = (position: Position, sentence: string): PolicyReading => ({
    ok: false,
    problems: [{ file, ...position, path: '', sentence }],
  })
  const start = { line: 1, column: 1 }
  if (text.length > longestFile)
    return refused(start, `the file has more than ${longestFile.toLocaleString('en')} characters.`)
  const source = readYaml(text)
  if ('sentence' in source) return refused(source.position, source.sentence)
  if (source.data === null || source.data === undefined)
    return refused(start, 'the file is empty. Begin with version: 1 and mode: observe.')

  const checked = policySchema.safeParse(source.data, { error: () => '' })
  const wrong = [
    ...source.findings,
    ...(checked.success ? [] : schemaFindings(checked.error.issues, source)),
    ...ruleFindings(source.data),
  ]
  const places = new Set(wrong.map(({ path }) => renderPath(path)))
  // What is refused already is not named twice.
  const secrets = secretFindings(source.data).filter(({ path }) => !places.has(renderPath(path)))
  const findings = [...wrong, ...secrets]
  if (checked.success && findings.length === 0)
    return { ok: true, policy: checked.data, positionOf: source.positionOf }
  return { ok: false, problems: ordered(findings, source, file) }
}

type Issue = Parameters<typeof sentenceOf>[0]['issue']

function schemaFindings(found: Issue[], source: YamlSource): Finding[] {
  const root = policyJsonSchema()
  // Keys of another version's notation would all be unknown: only the version is told.
  const version = found.find(issue => issue.path.join() === 'version' && issue.message !== '')
  if (version) return [{ path: ['version'], sentence: version.message }]

  const at = (path: readonly PropertyKey[]): JsonSchema | null => schemaAt(root, plain(path), source.data)
  const issues = ofOneKind(
    found,
    path => kindsAt(root, plain(path), source.data),
    path => valueAt(source.data, plain(path)),
  )
  const typos = issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? unknownKeys(pathOf(issue), issue.keys, at(issue.path), kindsAt(root, pathOf(issue), source.data))
      : [],
  )
  // What is missing because it is misspelt, and what its mapping lacks therefore, is told once.
  const told = new Set(
    typos.flatMap(({ path, meant }) => [
      renderPath(path.slice(0, -1)),
      renderPath([...path.slice(0, -1), meant ?? '']),
    ]),
  )
  const values = issues
    .filter(issue => issue.code !== 'unrecognized_keys')
    .map(issue => {
      const path = pathOf(issue)
      const value = valueAt(source.data, path)
      const sentence = sentenceOf({ issue, value, text: source.textOf(path), schema: at(path) })
      return { path, sentence, lacks: value === undefined || issue.code === 'custom' }
    })
    .filter(({ path, lacks }) => !lacks || !told.has(renderPath(path)))
  return [...typos, ...values]
}

interface UnknownKey extends Finding {
  meant: string | null
}

function unknownKeys(
  parent: Path,
  keys: string[],
  schema: JsonSchema | null,
  kinds: JsonSchema[] | undefined,
): UnknownKey[] {
  const known = Object.keys(schema?.properties ?? {})
  const others = new Set(kinds?.map(kindKey))
  return keys.map(key => {
    const path = [...parent, key]
    if (others.has(key))
      return {
        path,
        atKey: true,
        meant: null,
        sentence: 'this is another kind. Begin a new entry with "- ".',
      }
    const meant = nearest(key, known)
    const hint = meant ? `Did you mean ${meant}?` : `Known here: ${known.join(', ')}.`
    return { path, atKey: true, meant, sentence: `no such key. ${hint}` }
  })
}

const pathOf = (issue: Issue): Path => plain(issue.path)

const plain = (path: readonly PropertyKey[]): Path =>
  path.map(part => (typeof part === 'number' ? part : String(part)))

function valueAt(data: unknown, path: Path): unknown {
  let here = data
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<string | number, unknown>)[part]
  }
  return here
}

function ordered(findings: Finding[], source: YamlSource, file: string): Problem[] {
  // What the YAML kept back looks missing or wrong to everything that reads the data, and so does its mapping.
  const kept = new Set(
    source.findings.flatMap(({ path }) => [renderPath(path), renderPath(path.slice(0, -1))]),
  )
  return findings
    .filter(finding => source.findings.includes(finding) || !kept.has(renderPath(finding.path)))
    .map(({ path, atKey, position, sentence }) => ({
      file,
      ...(position ?? source.positionOf(path, atKey)),
      path: renderPath(path),
      sentence,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
}
