import { type SpawnOptions, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How a program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  code: number | null
  /** What it printed on standard output. */
  out: string
  /** What it printed on both, as it came. */
  said: string
}

export interface ProgramOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** Hears each line of both outputs as it is printed. */
  onLine?: (line: string) => void
}

/** Rejects when it cannot be started, and only then. */
export async function end(command: string, args: string[], options: ProgramOptions = {}): Promise<Ended> {
  const { onLine, ...where } = options
  const child = spawn(command, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const said: Buffer[] = []
  child.stdout.on('data', chunk => out.push(chunk))
  for (const input of [child.stdout, child.stderr]) {
    input.on('data', chunk => said.push(chunk))
    if (onLine) createInterface({ input }).on('line', onLine)
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, out: Buffer.concat(out).toString(), said: Buffer.concat(said).toString() }
}

/** Rejects with its last lines when it ends otherwise than well. */
export async function succeed(command: string, args: string[], options?: ProgramOptions): Promise<Ended> {
  const ended = await end(command, args, options)
  if (ended.code === 0) return ended
  const last = ended.said.trimEnd().split('\n').slice(-20).join('\n')
  throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}:\n${last}`)
}
