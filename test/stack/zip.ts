import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'

/** The names in a zip. */
export const filesInZip = (zip: Uint8Array): string[] => Object.keys(unzipSync(zip)).sort()

/** Puts the files of a zip into a folder, as Lambda does into /var/task. */
export async function unzip(zip: Uint8Array, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    await mkdir(join(folder, dirname(name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

/** The same zip without one of its files, which must be there. */
export function without(zip: Uint8Array, name: string): Uint8Array {
  const { [name]: left, ...files } = unzipSync(zip)
  if (!left) throw new Error(`${name} is not in the zip: ${Object.keys(files).join(', ')}`)
  return zipSync(files)
}
