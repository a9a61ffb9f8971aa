import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml'
import type { Finding, Path, Position } from './problem.ts'
import { printable } from './quote.ts'
import { syntaxSentence } from './yaml-syntax.ts'

/** longshore.yml as plain data that remembers where each value stood. */
export interface YamlSource {
  data: unknown
  /** What was left out of the data because this file does not use it: aliases, tags, doubled keys. */
  findings: Finding[]
  /** Of the value, or of its key; of the nearest mapping above when the path does not exist. */
  positionOf(path: Path, atKey?: boolean): Position
  /** A scalar as it was written; null for lists and mappings. */
  textOf(path: Path): string | null
}

/** The schema is 8 deep. */
const deepest = 20

/** The data, or the first place where the text stops being YAML: what follows it would be guesswork. */
export function readYaml(text: string): YamlSource | { position: Position; sentence: string } {
  const lines = new LineCounter()
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    // Numbers and null as keys are words too; doubled keys are found below, with their path.
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const [first] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  if (first) return { position: position(first.pos[0]), sentence: syntaxSentence(first) }
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2')
    return { position: position(0), sentence: 'only YAML 1.2 is read. Remove the %YAML directive.' }
  return walk(document, position)
}

interface Place {
  keyAt: number | null
  valueAt: number
  text: string | null
}

function walk(document: Document.Parsed, position: (offset: number) => Position): YamlSource {
  const findings: Finding[] = []
  const places = new Map<string, Place>()
  const id = (path: Path): string => JSON.stringify(path)

  const read = (node: ParsedNode | null, path: Path, keyAt: number | null): unknown => {
    const valueAt = node?.range[0] ?? keyAt ?? 0
    places.set(id(path), { keyAt, valueAt, text: isScalar(node) ? (node.source ?? null) : null })
    if (node === null) return null
    if (isAlias(node)) {
      const written = printable(`*${node.source}`)
      findings.push({
        path,
        sentence: `${written} without quotes is a YAML alias, which is not read. Write "${written}".`,
      })
      return undefined
    }
    if (node.anchor !== undefined)
      findings.push({ path, sentence: 'anchors (&) are not read. Write the value where it is needed.' })
    if (node.tag !== undefined)
      findings.push({ path, sentence: 'tags (!) are not read. Write the value alone.' })
    if (path.length > deepest) {
      findings.push({ path, sentence: 'nested too deeply.' })
      return undefined
    }
    if (isSeq(node)) return node.items.map((item, index) => read(item as ParsedNode, [...path, index], null))
    if (!isMap(node)) return node.value
    const entries = new Map<string, unknown>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value ?? '') : ''
      const inner = [...path, name]
      const at = (key as ParsedNode | null)?.range[0] ?? valueAt
      if (entries.has(name)) {
        const { line } = position(places.get(id(inner))?.keyAt ?? at)
        findings.push({
          path: inner,
          position: position(at),
          sentence: `this key stands in line ${line} already.`,
        })
      } else entries.set(name, read(value as ParsedNode | null, inner, at))
    }
    return Object.fromEntries(entries)
  }
  const data = read(document.contents, [], null)

  return {
    data,
    findings,
    positionOf(path, atKey = false) {
      for (let length = path.length; length >= 0; length--) {
        const place = places.get(id(path.slice(0, length)))
        if (!place) continue
        const wantKey = atKey || length < path.length
        return position(wantKey ? (place.keyAt ?? place.valueAt) : place.valueAt)
      }
      return position(0)
    },
    textOf: path => places.get(id(path))?.text ?? null,
  }
}
