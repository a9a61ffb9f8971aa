import { parseArgs } from 'node:util'
import { startVitest, type TestModule } from 'vitest/node'
import { isEmulator, manners } from './emulators.ts'
import { unknownScenarios } from './lacks.ts'
import { contracts, isPart, type Part, parts, prepare, type Ready } from './parts.ts'
import { type Tally, tallyOf } from './tally.ts'

/**
 * Longshore before faces of AWS that others wrote: the contracts of the ports before moto and ministack, the whole stack deployed into
 * ministack, and each zip under AWS's own runtime client.
 *
 *     npm run test:emulators                          all of it: prepared, started and ended by itself
 *     npm run test:emulators -- moto deployed         parts of it: ministack, moto, deployed, runtime-client
 *     npm run test:emulators -- -t 'cloud map'        only the scenarios that match
 *     AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:emulators
 *                                                     the contracts before whatever listens there; it has to do all that AWS does
 *     … -- --like ministack                           … or all but what that one lacks
 *
 * What an emulator lacks is listed in `lacks-<name>.ts`. Those scenarios run too and have to fail in the way that is listed, so that the list
 * stays true; they are told with their reasons and counted as skipped. The last line is `N passed, N failed, N skipped`; the exit code is 1
 * when something failed or nothing ran, and 2 when the command was wrong. AWS itself is refused: the scenarios leave things behind.
 */

const usage = parseArgs({
  allowPositionals: true,
  options: { like: { type: 'string' }, testNamePattern: { type: 'string', short: 't' } },
})
const { like, testNamePattern } = usage.values
const asked = usage.positionals
const endpoint = process.env.AWS_ENDPOINT_URL || undefined

for (const name of asked)
  if (!isPart(name)) refuse(`There is no part ${name}, but ${Object.keys(parts).join(', ')}.`)
if (like !== undefined && !isEmulator(like)) refuse(`There is no emulator ${like}, but ministack and moto.`)
if (like !== undefined && endpoint === undefined) refuse('--like is for AWS_ENDPOINT_URL, which is not set.')
if (endpoint !== undefined && asked.length > 0)
  refuse('AWS_ENDPOINT_URL is set: the contracts run there, and no part by its name.')
if (endpoint !== undefined && !URL.canParse(endpoint)) refuse(`${endpoint} is no URL.`)
if (endpoint !== undefined && /(^|\.)(amazonaws|api\.aws)(\.|$)/.test(new URL(endpoint).hostname))
  refuse(`${endpoint} is AWS itself.`)

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}

const say = (line: string) => process.stdout.write(`${line}\n`)
const startedMs = performance.now()
const seconds = () => Math.round((performance.now() - startedMs) / 1_000)

// Each adapter is told where to go. What is left to the environment is not to go past the front.
delete process.env.AWS_ENDPOINT_URL

let tally: Tally = { passed: 0, failed: 0, lacked: [] }
try {
  const ready = endpoint === undefined ? await prepareParts() : await contractsAt(endpoint)
  try {
    tally = await run(ready)
  } finally {
    await ready.remove()
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  tally.failed += 1
}

const { passed, lacked } = tally
for (const part of new Set(lacked.map(lack => lack.part))) {
  say(`\n${part} lacks`)
  for (const { scenario, reason } of lacked.filter(lack => lack.part === part))
    say(`  ${scenario}\n      ${reason}`)
}
const failed = tally.failed + (passed + tally.failed === 0 ? 1 : 0)
if (passed + tally.failed === 0) say('\nNothing ran.')
say(`\nIn ${seconds()} s:`)
say(`${passed} passed, ${failed} failed, ${lacked.length} skipped`)
process.exitCode = failed > 0 ? 1 : 0

async function prepareParts(): Promise<Ready> {
  const names = asked.length > 0 ? asked.filter(isPart) : (Object.keys(parts) as Part[])
  say(`Preparing ${names.join(', ')}.`)
  const ready = await prepare(names, line => say(`  ${seconds()} s  ${line}`))
  say(`Prepared after ${seconds()} s.`)
  return ready
}

async function contractsAt(endpoint: string): Promise<Ready> {
  say(
    `The contracts at ${endpoint}. Not run: deployed and runtime-client, which start all that they speak to by themselves.`,
  )
  await fetch(endpoint).catch(() => {
    throw new Error(`Nobody answers at ${endpoint}.`)
  })
  const env = { endpoint, like: like ?? '' }
  return {
    projects: [contracts(new URL(endpoint).host, { env, provide: { python: '' } })],
    remove: async () => {},
  }
}

async function run({ projects }: Ready): Promise<Tally> {
  const vitest = await startVitest('test', [], {
    config: false,
    watch: false,
    // The deployed stack waits more than it computes.
    maxWorkers: 5,
    slowTestThreshold: 60_000,
    projects,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  })
  const modules = vitest.state.getTestModules()
  const counted = tallyOf(modules)
  counted.failed += vitest.state.getUnhandledErrors().length
  await vitest.close()
  for (const line of idleLacks(modules)) {
    say(`lists what is no scenario  ${line}`)
    counted.failed += 1
  }
  return counted
}

/** Lines of the lists that no contract knows any more. */
function idleLacks(modules: TestModule[]): string[] {
  const scenarios = modules
    .filter(({ relativeModuleId }) => relativeModuleId.startsWith('test/emulators/'))
    .flatMap(module => [...module.children.allTests()].map(({ fullName }) => fullName))
  if (scenarios.length === 0) return []
  return Object.entries(manners).flatMap(([name, { lacks }]) =>
    unknownScenarios(lacks, scenarios).map(scenario => `${name}  ${scenario}`),
  )
}
