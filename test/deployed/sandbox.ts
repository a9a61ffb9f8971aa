import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzip } from '../stack/zip.ts'
import { type RuntimeError, startRuntimeApi } from './runtime-api.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the runtime client's program. */
    runtimeClient: string
  }
}

/** A sandbox as Lambda makes it from a function of the template: its zip, its handler, its environment, and the runtime client of AWS. */
export interface Sandbox {
  /** Null: it waits for events. Otherwise why it could not start. */
  failure: RuntimeError | null
  /** From the start of the process to the first question for an event, or to its failure. */
  startMs: number
  invoke(event: unknown): Promise<{ outcome: { answer: unknown } | { error: RuntimeError }; tookMs: number }>
  /** Log lines and metrics that it printed, each an object; what is no JSON, as text. */
  lines(): unknown[]
  close(): Promise<void>
}

/** What the template says of a function, references resolved. */
export interface FunctionInTemplate {
  name: string
  handler: string
  memoryMb: number
  timeoutSeconds: number
  variables: Record<string, string>
}

export interface SandboxOptions {
  /** Path of the runtime client's program. */
  client: string
  zip: Uint8Array
  in: FunctionInTemplate
  /** How AWS is reached: Region, credentials, endpoints. */
  aws: Record<string, string>
}

export async function startSandbox({ client, zip, in: fn, aws }: SandboxOptions): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), `longshore-${fn.name}-`))
  await unzip(zip, folder)
  const api = await startRuntimeApi(`arn:aws:lambda:${aws.AWS_REGION}:111122223333:function:${fn.name}`)
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...lambdaFlags, client], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...lambdaVariables(fn, folder, api.address), ...aws, ...fn.variables },
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      printed += String(chunk)
    })
  const ended = new Promise<RuntimeError>(resolve => {
    child.once('error', ({ message }) => resolve({ errorType: 'Runtime.ExitError', errorMessage: message }))
    child.once('close', () => resolve({ errorType: 'Runtime.ExitError', errorMessage: printed }))
  })
  const failure = await Promise.race([api.started, ended])
  return {
    failure,
    startMs: performance.now() - startedAt,
    async invoke(event) {
      const invokedAt = performance.now()
      const over = ended.then(error => ({ error }))
      const outcome = await Promise.race([api.invoke(event, fn.timeoutSeconds * 1_000), over])
      return { outcome, tookMs: performance.now() - invokedAt }
    },
    lines: () => printed.split('\n').filter(Boolean).map(parsed),
    async close() {
      child.kill('SIGKILL')
      await ended
      await api.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Lambda sets them for nodejs22.x, where our bundles run too (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html). */
const lambdaFlags = ['--no-experimental-require-module', '--no-experimental-detect-module']

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const lambdaVariables = (fn: FunctionInTemplate, folder: string, runtimeApi: string) => ({
  _HANDLER: fn.handler,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/23/[$LATEST]3893xmpl7fac4485b47bb75b671a283c',
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  LAMBDA_TASK_ROOT: folder,
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  LANG: 'en_US.UTF-8',
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin/:/bin:/opt/bin`,
  TZ: ':UTC',
})

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return line
  }
}
