import { parseArgs } from 'node:util'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { startVitest, type TestCase } from 'vitest/node'
import { lacksOf } from './lacks.ts'
import type { EmulatorName } from './servers.ts'

/**
 * The port contracts through the production adapters, before faces of AWS that others wrote.
 *
 *     npm run test:emulators                                 moto and ministack, prepared, started and ended by itself
 *     npm run test:emulators -- moto                         one of them
 *     AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run test:emulators [-- --lacks ministack]
 *                                                            whatever listens there, instead; `--lacks` takes over what one of ours lacks
 *     -t <pattern>                                           only the scenarios that match
 *
 * What an emulator lacks is listed in `lacks-<name>.ts`: those scenarios run too, and have to fail in the way that is listed. They are counted
 * as skipped, each with its reason. The last line is `N passed, N failed, N skipped`; the exit code is 1 when one failed or none ran.
 * An endpoint of AWS itself is refused: the scenarios make and leave things.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { lacks: { type: 'string' }, testNamePattern: { type: 'string', short: 't' } },
})
const known = Object.keys(lacksOf) as EmulatorName[]
const isKnown = (name: string): name is EmulatorName => known.some(one => one === name)
const endpoint = process.env.AWS_ENDPOINT_URL || undefined

const problem = [...positionals, ...(values.lacks === undefined ? [] : [values.lacks])]
  .filter(name => !isKnown(name))
  .map(name => `There is no emulator ${name}: ${known.join(', ')}.`)[0]
if (problem !== undefined) refuse(problem)
if (endpoint !== undefined && /amazonaws\.|\.aws\b/.test(new URL(endpoint).hostname))
  refuse(`${endpoint} is AWS itself, which these scenarios would litter.`)

function refuse(why: string): never {
  process.stderr.write(`${why}\n`)
  process.exit(2)
}

const project = (name: string, env: Record<string, string>): TestProjectInlineConfiguration => ({
  test: {
    name,
    env,
    include: ['test/emulators/**/*.test.ts'],
    globalSetup: 'test/emulators/global-setup.ts',
    runner: 'test/emulators/runner.ts',
    retry: 0,
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
const projects =
  endpoint === undefined
    ? known
        .filter(name => positionals.length === 0 || positionals.includes(name))
        .map(name => project(name, {}))
    : [
        project('AWS_ENDPOINT_URL', {
          LONGSHORE_TEST_ENDPOINT: endpoint,
          LONGSHORE_TEST_LACKS: values.lacks ?? '',
        }),
      ]

// The SDK would read it too, past the front that stands before the emulator.
delete process.env.AWS_ENDPOINT_URL

const started = performance.now()
const tests = await run()
const outcomes = tests.map(test => ({ test, ...test.result() }))
// Without a note it was not asked for: `-t`.
const lacked = outcomes.flatMap(({ test, state, ...more }) =>
  state === 'skipped' && 'note' in more && more.note !== undefined ? [{ test, reason: more.note }] : [],
)
for (const { test, reason } of lacked)
  process.stdout.write(`lacks  ${test.project.name}  ${test.fullName}\n       ${reason}\n`)
const count = (state: string) => outcomes.filter(outcome => outcome.state === state).length
const passed = count('passed')
const failed = count('failed')
process.stdout.write(`in ${Math.round((performance.now() - started) / 1_000)} s\n`)
process.stdout.write(`${passed} passed, ${failed} failed, ${lacked.length} skipped\n`)

async function run(): Promise<TestCase[]> {
  const vitest = await startVitest('test', [], {
    config: false,
    watch: false,
    maxWorkers: 2,
    projects,
    ...(values.testNamePattern === undefined ? {} : { testNamePattern: values.testNamePattern }),
  })
  const found = vitest.state.getTestModules().flatMap(module => [...module.children.allTests()])
  await vitest.close()
  return found
}
