import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

/** Python 3.10 is what the emulators ask for. */
const probe =
  'import sys, venv, ensurepip; assert sys.version_info >= (3, 10), sys.version; print(sys.version, sys.prefix)'

/**
 * The Python of a virtual environment that holds the emulators; made if there is none yet (about 45 s and 330 MB).
 * It lies outside the tree, in `$LONGSHORE_EMULATORS` or else `${XDG_CACHE_HOME:-~/.cache}/longshore`, in a folder named after what is
 * installed and the Python that runs it: a change of either makes a new one. `python3` of the PATH is used, and pip as the machine sets it.
 */
export async function emulatorPython(tell: (line: string) => void): Promise<string> {
  const base = await run('python3', ['-c', probe], () => {}).catch(error => {
    throw new Error(`The emulators need python3 (3.10 or newer) with venv on the PATH: ${error.message}`)
  })
  const wanted = await readFile(requirements, 'utf8')
  const hash = createHash('sha256').update(base).update(wanted).digest('hex').slice(0, 12)
  const parent = process.env.LONGSHORE_EMULATORS ?? join(cacheFolder(), 'longshore')
  const folder = join(parent, `emulators-${hash}`)
  if (!(await exists(folder))) await prepare(parent, folder, wanted, tell)
  return join(folder, 'bin', 'python')
}

/** Whole or not at all: made beside its place, then moved there. Nothing in it may be started by path but `python`: the rest names the old place. */
async function prepare(
  parent: string,
  folder: string,
  wanted: string,
  tell: (line: string) => void,
): Promise<void> {
  tell(`preparing the emulators in ${folder}, once`)
  await mkdir(parent, { recursive: true })
  const making = await mkdtemp(`${folder}-making-`)
  try {
    await run('python3', ['-m', 'venv', making], () => {})
    const total = wanted.split('\n').filter(line => line.includes('==')).length
    let seen = 0
    const install = ['-m', 'pip', 'install', '--progress-bar', 'off', '-r', requirements]
    await run(join(making, 'bin', 'python'), install, line => {
      const name = line.match(/^Collecting (\S+)/)?.[1]
      if (name !== undefined) tell(`${++seen}/${total} ${name}`)
      else if (/^Installing/.test(line)) tell('installing')
      else if (/warn|error|retry/i.test(line)) tell(line)
    })
    // Somebody else may have been faster.
    await rename(making, folder).catch(async error => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

const cacheFolder = (): string => process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** What it printed on standard output. */
async function run(command: string, args: string[], onLine: (line: string) => void): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const out: string[] = []
  const all: string[] = []
  createInterface({ input: child.stdout }).on('line', line => out.push(line))
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', line => {
      all.push(line)
      onLine(line)
    })
  const code = await ended(child)
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${all.slice(-20).join('\n')}`)
  return out.join('\n')
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
