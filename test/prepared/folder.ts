import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * What is prepared once for this machine and lies outside the tree: `$LONGSHORE_CACHE`, or else `${XDG_CACHE_HOME:-~/.cache}/longshore`.
 * Answers the folder of that name in it. One that is not there yet is made: beside its place, and moved there when it is whole. What tells
 * its own path in itself has to be started in another way.
 */
export async function preparedFolder(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const parent =
    process.env.LONGSHORE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'longshore')
  const folder = join(parent, name)
  if (await exists(folder)) return folder
  await mkdir(parent, { recursive: true })
  const making = await mkdtemp(`${folder}-making-`)
  try {
    await make(making)
    // Somebody else may have been faster.
    await rename(making, folder).catch(async error => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return folder
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
