import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Builds and hands over to osls. The policy's options are the build's, all others osls's:
 *
 *     npm run package -- --policy policies/prod.yml --clusters prod,staging --stage prod
 */

const [command = 'package', ...options] = process.argv.slice(2)
const ours: string[] = []
const theirs: string[] = []
while (options.length > 0) {
  const option = options.shift() ?? ''
  if (/^--(policy|clusters)=/.test(option)) ours.push(option)
  else if (/^--(policy|clusters)$/.test(option)) ours.push(option, ...options.splice(0, 1))
  else theirs.push(option)
}
// Nothing is passed to what is taken away.
if (command === 'remove') theirs.push('--param', 'passRoles=none')
const osls = fileURLToPath(import.meta.resolve('osls/bin/serverless.js'))
const build = fileURLToPath(new URL('build.ts', import.meta.url))
process.exitCode = run(build, ours) || run(osls, [command, ...theirs])

function run(script: string, args: string[]): number {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  return status ?? 1
}
