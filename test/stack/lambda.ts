import { execFile } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Nothing but the bundle, the event and the environment, as in a fresh sandbox. */
const bootstrap = `const { handler } = await import(process.argv[1])
const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 30000 })
process.stdout.write('\\nANSWER ' + JSON.stringify(answer ?? null))`

export interface Invocation {
  answer: unknown
  /** What it printed: log lines and metrics, each an object. */
  lines: Record<string, unknown>[]
}

/** Runs the handler of a bundle in a process of its own. */
export async function invoke(
  bundle: string,
  event: unknown,
  env: Record<string, string>,
): Promise<Invocation> {
  const argv = ['--input-type=module', '-e', bootstrap, pathToFileURL(bundle).href, JSON.stringify(event)]
  const { stdout, stderr } = await run(process.execPath, argv, { env })
  if (stderr !== '') throw new Error(stderr)
  const at = stdout.lastIndexOf('\nANSWER ')
  const lines = stdout.slice(0, at).split('\n').filter(Boolean)
  return { answer: JSON.parse(stdout.slice(at + 8)), lines: lines.map(line => JSON.parse(line)) }
}
