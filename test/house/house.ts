import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The house as text: its files, and what each imports. */

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const filesIn = (folder: string, extension: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(extension))
    .map(file => normalize(join(folder, file)))
    .sort()

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Code without comments, so that a law is not broken by a word about it. */
export const codeOf = (file: string): string =>
  textOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')

export const sources = [...filesIn('src', '.ts'), ...filesIn('handlers', '.ts')]

/** Files of ours that a file imports, relative to the root. */
export const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:from|import)\s+'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(root, join(root, dirname(file), path)),
  )

/** Everything a file reaches through imports. */
export function reach(file: string, seen = new Set<string>()): Set<string> {
  for (const imported of importsOf(file)) {
    if (seen.has(imported)) continue
    seen.add(imported)
    reach(imported, seen)
  }
  return seen
}

/** Everything a file loads when it runs: imports of types alone are gone by then. */
export function loadedBy(file: string, seen = new Set<string>([file])): Set<string> {
  const text = textOf(file).replace(/^(?:im|ex)port type [^']*'[^']*'$/gm, '')
  for (const [, path = ''] of text.matchAll(/(?:from|import)\s+'(\.[^']+)'/g)) {
    const loaded = relative(root, join(root, dirname(file), path))
    if (seen.has(loaded)) continue
    seen.add(loaded)
    loadedBy(loaded, seen)
  }
  return seen
}

export const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/')
