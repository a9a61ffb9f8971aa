import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Door, doors } from './bundle.ts'
import { build } from './distribution.ts'
import { furnishAccount, putStreamed } from './local-account.ts'
import { startLocalAws } from './local-aws.ts'

/**
 * Builds dist/ and runs one function of it in the framework's own `invoke local`, against an AWS on loopback that ends with it:
 *
 *     npm run invoke -- task events/task-queue-batch.json --policy longshore.yml
 *
 * Prints the function's log and answer, then the calls it made.
 */

const usual: Record<Door, string> = {
  service: 'events/service-queue-batch.json',
  task: 'events/task-queue-batch-with-poison.json',
  tick: 'events/schedule-tick.json',
  notify: 'events/journal-stream-insert.json',
}

const { values, positionals } = parseArgs({
  options: { policy: { type: 'string', default: 'longshore.yml' } },
  allowPositionals: true,
})
const [name, path] = positionals
const door = doors.find(each => each === name)
if (!door) refuse(`Which function? ${doors.join(', ')}. As in: npm run invoke -- task [event.json]\n`)
const event = path ?? usual[door]
const text = await readFile(event, 'utf8').catch(() => refuse(`${event}: no such file.\n`))
const built = await build({ policy: values.policy, clusters: null, outdir: 'dist' })
if (!built.ok) refuse(built.text)

const aws = await startLocalAws()
furnishAccount(aws)
if (door === 'notify') await putStreamed(aws, JSON.parse(text))
aws.calls.length = 0
const osls = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'))
// Asked for where the policy runs tasks again; no role is used here.
const roles = ['--param', 'passRoles=local']
const child = spawn(process.execPath, [osls, 'invoke', 'local', '-f', door, '-p', event, ...roles], {
  stdio: 'inherit',
  env: { ...process.env, ...aws.environment },
})
process.exitCode = await new Promise<number>(resolve => child.once('close', code => resolve(code ?? 1)))
await aws.close()

const counted = new Map<string, number>()
for (const call of aws.calls) counted.set(call, (counted.get(call) ?? 0) + 1)
for (const [call, times] of [...counted].sort())
  process.stdout.write(`${String(times).padStart(4)} ${call}\n`)
for (const { queue, body, delaySeconds } of aws.messages)
  process.stdout.write(`     → ${queue}, in ${delaySeconds} s: ${body}\n`)

function refuse(sentence: string): never {
  process.stderr.write(sentence)
  process.exit(1)
}
