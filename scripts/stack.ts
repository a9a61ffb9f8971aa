import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Builds and hands over to osls. The policy's options are the build's, all others osls's:
 *
 *     npm run package -- --policy policies/prod.yml --clusters prod,staging --stage prod
 */

/** Each option to whom it belongs, with its value, written `--name value` or `--name=value`. */
export function shared(command: string, options: string[]): { build: string[]; osls: string[] } {
  const build: string[] = []
  const osls: string[] = []
  const left = [...options]
  for (let option = left.shift(); option !== undefined; option = left.shift()) {
    if (/^--(policy|clusters)=/.test(option)) build.push(option)
    else if (/^--(policy|clusters)$/.test(option)) build.push(option, ...left.splice(0, 1))
    else osls.push(option)
  }
  // What is taken away passes no role.
  return { build, osls: [command, ...osls, ...(command === 'remove' ? ['--param', 'passRoles=none'] : [])] }
}

function run(script: string, args: string[]): number {
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  return status ?? 1
}

if (import.meta.main) {
  const [command = 'package', ...options] = process.argv.slice(2)
  const { build, osls } = shared(command, options)
  const buildScript = fileURLToPath(new URL('build.ts', import.meta.url))
  process.exitCode =
    run(buildScript, build) || run(fileURLToPath(import.meta.resolve('osls/bin/serverless.js')), osls)
}
