import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { singleLine } from '../../model/single-line.ts'

/** The JSON files that a path names: itself, or those in the folder and below, in the order of their names. A sentence when there are none. */
export async function eventFiles(path: string): Promise<string[] | { problem: string }> {
  const named = singleLine(path)
  const found = await stat(path).catch(() => null)
  if (!found)
    return { problem: `${named}: no such file or folder. Name an event, as in: longshore replay events/` }
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true }).catch(() => null)
  if (!names) return { problem: `${named}: the folder cannot be read.` }
  const files = names.filter(name => name.endsWith('.json')).sort()
  return files.length > 0
    ? files.map(name => join(path, name))
    : { problem: `${named}: no .json file in this folder. An event is one JSON file.` }
}
