import { readFile, rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { noticeStreamFilter, tableProperties } from '../src/adapters/table.ts'
import { renderProblems } from '../src/policy/problem.ts'
import { readPolicy } from '../src/policy/read.ts'
import { rightsOf } from '../src/policy/rights.ts'
import { leanSdk } from './lean-sdk.ts'

/**
 * Builds dist/: one ESM bundle per handler with the policy beside it, and dist/stack.json for serverless.yml.
 * A policy with a problem stops it with exit code 1, before anything is packaged.
 *
 *     npm run build -- --policy longshore.yml
 */

const doors = ['service', 'task', 'tick', 'notify'] as const

const { values } = parseArgs({ options: { policy: { type: 'string', default: 'longshore.yml' } } })
const text = await readFile(values.policy, 'utf8').catch(() => null)
if (text === null) {
  process.stderr.write(`${values.policy}: no such file. Name the policy with --policy.\n`)
  process.exit(1)
}
const read = readPolicy(text, values.policy)
if (!read.ok) {
  process.stderr.write(renderProblems(read.problems))
  process.exit(1)
}

await rm('dist', { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: Object.fromEntries(doors.map(door => [`${door}/index`, `handlers/${door}.ts`])),
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // esbuild's default for node takes the CommonJS builds: 45 % larger bundles.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  plugins: [leanSdk],
  metafile: true,
  // A dependency still calls `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
})
for (const door of doors) {
  await writeFile(`dist/${door}/package.json`, '{"type":"module"}\n')
  await writeFile(`dist/${door}/policy.json`, `${JSON.stringify(read.policy)}\n`)
}
const stack = { ...rightsOf(read.policy), noticeFilters: [noticeStreamFilter], table: tableProperties }
await writeFile('dist/stack.json', `${JSON.stringify(stack, null, 2)}\n`)
for (const [file, { bytes }] of Object.entries(metafile.outputs))
  process.stdout.write(`${file}  ${Math.round(bytes / 1000)} kB\n`)
