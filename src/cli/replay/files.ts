import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The JSON files that a path names: itself, or those in the folder and below, in the order of their names. A sentence when there are none. */
export async function eventFiles(path: string): Promise<string[] | { problem: string }> {
  const found = await stat(path).catch(() => null)
  if (!found)
    return { problem: `${path}: no such file or folder. Name an event, as in: longshore replay events/` }
  if (!found.isDirectory()) return [path]
  const names = await readdir(path, { recursive: true })
  const files = names.filter(name => name.endsWith('.json')).sort()
  return files.length > 0
    ? files.map(name => join(path, name))
    : { problem: `${path}: no .json file in this folder. An event is one JSON file.` }
}
