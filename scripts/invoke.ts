import { execFileSync, spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { parse, stringify } from 'yaml'
import { clientSettings } from '../src/adapters/settings.ts'
import { tableDefinition } from '../src/adapters/table.ts'
import { systemClock } from '../src/model/time.ts'
import { startWire } from '../src/world/wire.ts'
import { createWorld } from '../src/world/world.ts'

/**
 * Runs a built handler by `osls invoke local`, in front of a small world and a table on loopback.
 *
 *     npm run invoke -- service
 *     npm run invoke -- task events/task-queue-batch-with-poison.json
 */

const localConfig = 'serverless.local.yml'

const usual: Record<string, string> = {
  service: 'events/service-queue-batch.json',
  task: 'events/task-queue-batch.json',
  tick: 'events/schedule-tick.json',
  notify: 'events/journal-stream-insert.json',
}

const [name = '', event = usual[name]] = process.argv.slice(2)
if (event === undefined) {
  process.stderr.write(
    `${name || 'no function'}: no such function. One of ${Object.keys(usual).join(', ')}.\n`,
  )
  process.exit(1)
}

const world = createWorld({ seed: 1, startAtMs: systemClock.now() })
world.createCluster('prod')
world.registerTaskDefinition({ family: 'checkout', containers: [{ name: 'web', image: 'checkout:1' }] })
world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'checkout', desiredCount: 2 })
world.advance(120_000)
const wire = await startWire({ ports: world.ports, cloudMapServices: world.cloudMapServices })

const table = dynalite({ createTableMs: 0 })
await new Promise<void>(resolve => table.listen(0, '127.0.0.1', resolve))
const address = table.address()
const port = typeof address === 'object' && address !== null ? address.port : 0
const keys = { accessKeyId: 'local', secretAccessKey: 'local' }
const client = new DynamoDBClient(
  clientSettings({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials: keys }),
)
await client.send(new CreateTableCommand({ TableName: 'longshore', ...tableDefinition }))

execFileSync(process.execPath, ['scripts/build.ts'], { stdio: 'ignore' })
const variables = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  AWS_ENDPOINT_URL: wire.endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  LONGSHORE_STAGE: 'local',
  LONGSHORE_TIMEOUT_SECONDS: '30',
  LONGSHORE_TABLE: 'longshore',
  LONGSHORE_SERVICES_QUEUE_URL: `${wire.endpoint}/123456789012/services`,
  LONGSHORE_TASKS_QUEUE_URL: `${wire.endpoint}/123456789012/tasks`,
}
// osls asks CloudFormation what `Ref` stands for; here the values stand themselves, and there is no stack.
const { resources: _, ...local } = parse(await readFile('serverless.yml', 'utf8'), { merge: true })
for (const each of Object.values<{ environment: object; role?: string; events?: unknown }>(local.functions)) {
  each.environment = variables
  delete each.role
  delete each.events
}
await writeFile(localConfig, stringify(local, { aliasDuplicateObjects: false }))
const invoked = spawn(
  'osls',
  ['invoke', 'local', '--config', localConfig, '--function', name, '--path', event],
  { stdio: 'inherit', env: { ...process.env, ...variables } },
)
process.exitCode = await new Promise<number>(resolve => invoked.on('close', code => resolve(code ?? 1)))
await rm(localConfig)

client.destroy()
await wire.close()
table.close()
