import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openOnLoopback } from '../../src/world/loopback.ts'
import { until } from './until.ts'

/** Faces of AWS that others wrote, as processes on loopback. */

export type EmulatorName = 'ministack' | 'moto'

export interface Emulator {
  name: EmulatorName
  /** `http://127.0.0.1:<port>`, for every service. */
  endpoint: string
  /** The last lines that it printed, for a test that fails. */
  said(): string
  /** Ends the process and those that it started (functions that ministack runs). */
  close(): Promise<void>
}

export interface EmulatorOptions {
  /** Path of the Python that has it. */
  python: string
  /** For the emulator's process, beside what it needs. Nothing else of our own environment reaches it. */
  env?: Record<string, string>
}

interface Program {
  module: string
  args(port: number): string[]
  env(port: number): Record<string, string>
  readyPath: string
}

const programs: Record<EmulatorName, Program> = {
  ministack: {
    module: 'ministack',
    args: () => [],
    env: port => ({
      GATEWAY_PORT: String(port),
      // Unless told, it listens on all interfaces, and opens MQTT on all of them and SFTP beside it.
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // Where there is a Docker it would run containers, and end those that another one left: a socket that is none.
      DOCKER_HOST: 'unix:///dev/null/docker.sock',
      LAMBDA_EXECUTOR: 'local',
    }),
    readyPath: '/_ministack/ready',
  },
  moto: {
    module: 'moto.server',
    args: port => ['-H', '127.0.0.1', '-p', String(port)],
    env: () => ({}),
    readyPath: '/moto-api/data.json',
  },
}

const leash = fileURLToPath(new URL('leash.py', import.meta.url))
const startMsMax = 60_000
const leashMsMax = 5_000

/** Answers when it is ready. It ends with `close`, and with this process, however that one ends. */
export async function startEmulator(name: EmulatorName, options: EmulatorOptions): Promise<Emulator> {
  // Between choosing a port and listening on it, another process may take it.
  for (let tries = 1; ; tries++)
    try {
      return await start(name, options)
    } catch (error) {
      if (tries === 3) throw error
    }
}

async function start(name: EmulatorName, { python, env = {} }: EmulatorOptions): Promise<Emulator> {
  const program = programs[name]
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const home = await mkdtemp(join(tmpdir(), `longshore-${name}-`))
  const child = spawn(python, [leash, home, program.module, ...program.args(port)], {
    cwd: home,
    env: {
      // The functions that ministack runs take our Node.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: home,
      TMPDIR: home,
      ...program.env(port),
      ...env,
    },
    // A process group of its own: it ends as one.
    detached: true,
  })
  const lines = lastLines(400)
  for (const stream of [child.stdout, child.stderr]) stream.on('data', lines.add)
  const ended = new Promise<void>(resolve => {
    child.once('error', error => lines.add(error.message))
    child.once('close', () => resolve())
  })
  const close = async () => {
    // The leash does the rest, even if this process ends meanwhile.
    child.stdin.end()
    const isOver = ended.then(() => true)
    if (!(await Promise.race([isOver, wait(leashMsMax, false, { ref: false })]))) endGroup(child.pid)
    await ended
    await rm(home, { recursive: true, force: true })
  }
  // Written to after its end, the pipe would otherwise be an unhandled error.
  child.stdin.on('error', () => {})
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  const isReady = () => answers(`${endpoint}${program.readyPath}`)
  try {
    await until('an answer', isReady, ready => ready || isOver, { msMax: startMsMax })
    if (isOver) throw new Error('it ended by itself')
  } catch (error) {
    await close()
    throw new Error(
      `${name} did not start: ${error instanceof Error ? error.message : error}\n${lines.text()}`,
    )
  }
  return { name, endpoint, said: lines.text, close }
}

/** For a leash that hangs. The processes that it started end with it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function freePort(): Promise<number> {
  const { endpoint, close } = await openOnLoopback(createServer())
  await close()
  return Number(new URL(endpoint).port)
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async response => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )

function lastLines(count: number) {
  let lines: string[] = []
  return {
    add: (chunk: unknown) => {
      lines = [...lines, ...String(chunk).split('\n')].filter(Boolean).slice(-count)
    },
    text: () => lines.join('\n'),
  }
}
