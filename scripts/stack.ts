import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Builds and hands over to osls. The policy's options are the build's, all others osls's:
 *
 *     node scripts/stack.ts package --policy policies/prod.yml --clusters prod,staging --stage prod
 */

const [command = 'package', ...rest] = process.argv.slice(2)
const ours: string[] = []
const theirs: string[] = []
while (rest.length > 0) {
  const option = rest.shift() ?? ''
  if (/^--(policy|clusters)=/.test(option)) ours.push(option)
  else if (/^--(policy|clusters)$/.test(option)) ours.push(option, rest.shift() ?? '')
  else theirs.push(option)
}
const osls = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'))
const build = fileURLToPath(new URL('build.ts', import.meta.url))
process.exitCode = run(build, ours) || run(osls, [command, ...theirs])

function run(script: string, args: string[]): number {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  return status ?? 1
}
