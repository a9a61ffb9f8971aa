import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import type { Tally } from '../emulators/tally.ts'
import { succeed } from '../prepared/program.ts'
import { root } from './house.ts'

/** The last line of `npm run test:emulators` counts everything that was to run, also what never came to its turn. */

const fine = `test('a', () => {}); test('b', () => {})`
const boom = `() => { throw new Error('boom') }`

const files: { name: string; text: string; expected: object }[] = [
  { name: 'two that pass', text: fine, expected: { passed: 2, failed: 0, lacked: [] } },
  {
    name: 'one that fails and one that is lacking',
    text: `test('a', ${boom}); test('b', ({ skip }) => skip('no metric math'))`,
    expected: { passed: 0, failed: 1, lacked: ['no metric math'] },
  },
  {
    name: 'a beforeAll that throws: its scenarios failed',
    text: `test('c', () => {}); describe('d', () => { beforeAll(${boom}); ${fine} })`,
    expected: { passed: 1, failed: 2, lacked: [] },
  },
  {
    name: 'a beforeAll around a suite',
    text: `beforeAll(${boom}); describe('d', () => { ${fine} }); test('c', () => {})`,
    expected: { passed: 0, failed: 3, lacked: [] },
  },
  {
    name: 'an afterAll that throws: one more failed',
    text: `afterAll(${boom}); ${fine}`,
    expected: { passed: 2, failed: 1, lacked: [] },
  },
  { name: 'a file that is none', text: `test('a', () => {`, expected: { passed: 0, failed: 1, lacked: [] } },
]

/** Runs the files in a Vitest of its own, and counts each. */
const program = (folder: string, pattern: string | undefined) => `
import { startVitest } from ${JSON.stringify(import.meta.resolve('vitest/node'))}
import { tallyOf } from ${JSON.stringify(pathToFileURL(join(root, 'test/emulators/tally.ts')).href)}
const vitest = await startVitest('test', [], {
  config: false, root: ${JSON.stringify(folder)}, watch: false, globals: true, isolate: false, maxWorkers: 1, reporters: [{}],
  ...${JSON.stringify({ testNamePattern: pattern })},
})
for (const module of vitest.state.getTestModules())
  console.log('TALLY', JSON.stringify([module.relativeModuleId, tallyOf([module])]))
await vitest.close()
process.exit(0)
`

async function tallies(pattern?: string): Promise<Map<string, Tally>> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-tally-'))
  try {
    for (const [at, { text }] of files.entries()) await writeFile(join(folder, `${at}.test.js`), text)
    await writeFile(join(folder, 'run.ts'), program(folder, pattern))
    const { out } = await succeed(process.execPath, [join(folder, 'run.ts')])
    return new Map([...out.matchAll(/^TALLY (.*)$/gm)].map(([, line = '']) => JSON.parse(line)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

let whole: Map<string, Tally>
beforeAll(async () => {
  whole = await tallies()
})

test.each(files.map((file, at) => ({ ...file, at })))('$name', ({ at, expected }) => {
  const { lacked, ...counted } = whole.get(`${at}.test.js`) ?? { lacked: [] }
  expect({ ...counted, lacked: lacked.map(({ reason }) => reason) }).toEqual(expected)
})

test('what was not asked for is counted nowhere', async () => {
  expect((await tallies('a')).get('0.test.js')).toEqual({ passed: 1, failed: 0, lacked: [] })
})
