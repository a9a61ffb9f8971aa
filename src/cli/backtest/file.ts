import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Files that are there whole or not at all. Both answer a sentence when it does not work, else null. */

/** Asked before the work, which may be long. */
export async function cannotWrite(path: string): Promise<string | null> {
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) return 'this is a folder. Name a file in it.'
  if (there && !there.isFile()) return 'this is no file.'
  const folder = await stat(dirname(path)).catch(() => null)
  if (!folder?.isDirectory()) return 'there is no such folder.'
  return access(dirname(path), constants.W_OK).then(
    () => null,
    error => refusal(error),
  )
}

/** Under another name first, so that nobody ever reads a half of it. */
export async function writeWhole(path: string, text: string): Promise<string | null> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`)
  try {
    await writeFile(unfinished, text)
    await rename(unfinished, path)
    return null
  } catch (error) {
    await rm(unfinished, { force: true })
    return refusal(error)
  }
}

const refusal = (error: unknown): string =>
  `the file cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'}).`
