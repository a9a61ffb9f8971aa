import { parseArgs } from 'node:util'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { startVitest, type TestCase } from 'vitest/node'
import { isEmulator, manners } from './emulators.ts'
import { unknownScenarios } from './lacks.ts'

/**
 * The contracts of the ports through the production adapters, before faces of AWS that others wrote.
 *
 *     npm run test:emulators                          moto and ministack: prepared, started and ended by itself
 *     npm run test:emulators -- moto                  one of them
 *     AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:emulators
 *                                                     whatever listens there instead; it has to do all that AWS does
 *     … -- --like ministack                           … or all but what that one lacks
 *     … -- -t 'cloud map'                             only the scenarios that match
 *
 * What an emulator lacks is listed in `lacks-<name>.ts`. Those scenarios run too and have to fail in the way that is listed, so that the list
 * stays true; they are told with their reasons and counted as skipped. The last line is `N passed, N failed, N skipped`; the exit code is 1
 * when a scenario failed or none ran, and 2 when the command was wrong. AWS itself is refused: the scenarios leave things behind.
 */

const usage = parseArgs({
  allowPositionals: true,
  options: { like: { type: 'string' }, testNamePattern: { type: 'string', short: 't' } },
})
const { like, testNamePattern } = usage.values
const asked = usage.positionals
const endpoint = process.env.AWS_ENDPOINT_URL || undefined

for (const name of [...asked, ...(like === undefined ? [] : [like])])
  if (!isEmulator(name)) refuse(`There is no emulator ${name}, but ${Object.keys(manners).join(' and ')}.`)
if (like !== undefined && endpoint === undefined) refuse('--like is for AWS_ENDPOINT_URL, which is not set.')
if (endpoint !== undefined && asked.length > 0) refuse('AWS_ENDPOINT_URL is set: no emulator is started.')
if (endpoint !== undefined && !URL.canParse(endpoint)) refuse(`${endpoint} is no URL.`)
if (endpoint !== undefined && /(^|\.)(amazonaws|api\.aws)(\.|$)/.test(new URL(endpoint).hostname))
  refuse(`${endpoint} is AWS itself.`)

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}

const names = asked.length > 0 ? asked : Object.keys(manners)
const projects =
  endpoint === undefined
    ? names.map(name => project(name, {}))
    : [project(new URL(endpoint).host, { endpoint, like: like ?? '' })]
// Each adapter is told where to go. What is left to the environment is not to go past the front.
delete process.env.AWS_ENDPOINT_URL

function project(name: string, env: Record<string, string>): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      env,
      include: ['test/emulators/**/*.test.ts'],
      globalSetup: 'test/emulators/global-setup.ts',
      runner: 'test/emulators/runner.ts',
      retry: 0,
      isolate: false,
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  }
}

const started = performance.now()
let tests: TestCase[] = []
let broken = 0
try {
  const vitest = await startVitest('test', [], {
    config: false,
    watch: false,
    maxWorkers: 2,
    projects,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  })
  tests = vitest.state.getTestModules().flatMap(module => [...module.children.allTests()])
  broken = vitest.state.getUnhandledErrors().length
  await vitest.close()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  broken = 1
}

const outcomes = tests.map(test => ({ test, ...test.result() }))
// Without a note it was not asked for: `-t`.
const lacked = outcomes.flatMap(({ test, state, ...more }) =>
  state === 'skipped' && 'note' in more && more.note !== undefined ? [{ test, reason: more.note }] : [],
)
const say = (line: string) => process.stdout.write(`${line}\n`)
for (const { test, reason } of lacked) say(`lacks  ${test.project.name}  ${test.fullName}\n       ${reason}`)

const scenarios = tests.map(({ fullName }) => fullName)
const unknown = Object.entries(manners).flatMap(([name, { lacks }]) =>
  scenarios.length === 0 ? [] : unknownScenarios(lacks, scenarios).map(scenario => `${name}  ${scenario}`),
)
for (const line of unknown) say(`lists what is no scenario  ${line}`)

const count = (state: string) => outcomes.filter(outcome => outcome.state === state).length
const passed = count('passed')
const failed = count('failed') + unknown.length + broken
say(`in ${Math.round((performance.now() - started) / 1_000)} s`)
say(`${passed} passed, ${failed + (passed + failed === 0 ? 1 : 0)} failed, ${lacked.length} skipped`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
