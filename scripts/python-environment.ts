import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The Python of a virtual environment with what a requirements file names; made if there is none yet. It lies outside the tree, in
 * `${XDG_CACHE_HOME:-~/.cache}/longshore`, in a folder named after `name`, what is installed, and the Python that runs it. `python3` of
 * the PATH is used, and pip as the machine sets it. Rejects, with what pip said, when it cannot be made.
 */
export async function pythonEnvironment(
  name: string,
  requirements: string,
  tell: (line: string) => void,
): Promise<string> {
  const base = await said('python3', ['-c', probe]).catch(error => {
    throw new Error(`python3 (3.10 or newer) with venv is needed on the PATH. ${error.message}`)
  })
  const hash = createHash('sha256')
    .update(base)
    .update(await readFile(requirements))
  const parent = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'longshore')
  const folder = join(parent, `${name}-${hash.digest('hex').slice(0, 12)}`)
  if (!(await exists(folder))) {
    tell(`preparing ${name} in ${folder}, once`)
    await mkdir(parent, { recursive: true })
    await make(folder, requirements)
  }
  return join(folder, 'bin', 'python')
}

const probe =
  'import sys, venv, ensurepip; assert sys.version_info >= (3, 10), sys.version; print(sys.version, sys.prefix)'

/** Whole or not at all: made beside its place, then moved there. Only `python` may be started by path: the rest names the old place. */
async function make(folder: string, requirements: string): Promise<void> {
  const making = await mkdtemp(`${folder}-making-`)
  try {
    await said('python3', ['-m', 'venv', making])
    await said(join(making, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements])
    // Somebody else may have been faster.
    await rename(making, folder).catch(async error => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** What a program printed on standard output. */
function said(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const out: string[] = []
  const all: string[] = []
  child.stdout.on('data', chunk => out.push(String(chunk)))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => all.push(String(chunk)))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code =>
      code === 0
        ? resolve(out.join(''))
        : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${all.join('')}`)),
    )
  })
}
