import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment } from '../../scripts/python-environment.ts'
import { textOf } from '../house/house.ts'
import { fullPolicy, type Packaged, packageStack } from './packaged.ts'

/**
 * The packaged template before cfn-lint and checkov, for a policy that asks for everything and for longshore.yml as it is. Any finding
 * ends it with exit code 1; what checkov is not to find is waived beside the resource, with a reason.
 *
 *     npm run lint:template
 */

const requirements = fileURLToPath(new URL('linters.txt', import.meta.url))
const python = await pythonEnvironment('linters', requirements, line => process.stderr.write(`${line}\n`))

const policies = { 'a policy that asks for everything': fullPolicy, 'longshore.yml': textOf('longshore.yml') }
let [passed, failed] = [0, 0]
for (const [name, policy] of Object.entries(policies)) {
  const stack = await packageStack({ policy, withBundles: false })
  tell(`cfn-lint, ${name}`, cfnLint(stack))
  const report = checkov(stack)
  tell(`checkov, ${name}`, findingsOf(report))
  tell(`each waiver has a reason and a check, ${name}`, idleWaivers(stack, report))
  await stack.remove()
}
process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`)
process.exitCode = failed === 0 ? 0 : 1

function cfnLint(stack: Packaged): string[] {
  const { status, text } = run(stack, ['-c', 'from cfnlint.runner import main; main()'])
  return status === 0 && text === '' ? [] : [`exit code ${status}`, text]
}

interface Report {
  summary: { passed: number; parsing_errors: number }
  results: Record<'failed_checks' | 'skipped_checks', Finding[]>
}
interface Finding {
  check_id: string
  check_name: string
  resource: string
}

function checkov(stack: Packaged): Report {
  const options = ['--framework', 'cloudformation', '--skip-download', '--output', 'json', '--file']
  const { text } = run(stack, ['-m', 'checkov.main', ...options])
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`checkov: ${text}`)
  }
}

function findingsOf({ summary, results }: Report): string[] {
  const findings = results.failed_checks.map(({ check_id, check_name, resource }) =>
    [check_id, resource, check_name].join(' '),
  )
  // One that reads nothing finds nothing.
  if (summary.parsing_errors > 0 || summary.passed < 60) findings.push(JSON.stringify(summary))
  return findings
}

function idleWaivers(stack: Packaged, { results }: Report): string[] {
  const used = results.skipped_checks.map(({ check_id, resource }) => `${resource} ${check_id}`)
  return Object.entries(stack.resources).flatMap(([id, { Type, Metadata }]) =>
    (Metadata?.checkov?.skip ?? []).flatMap(({ id: check, comment = '' }) => [
      ...(comment.length < 20 ? [`${id} ${check} without a reason`] : []),
      ...(used.includes(`${Type}.${id} ${check}`) ? [] : [`${id} ${check} is no check of it`]),
    ]),
  )
}

/** On the template. Nothing goes online: whatever would, meets a port that nobody listens on. */
function run({ folder }: Packaged, argv: string[]): { status: number | null; text: string } {
  const nowhere = 'http://127.0.0.1:9'
  const template = join(folder, '.serverless/cloudformation-template-update-stack.json')
  const { status, stdout, stderr } = spawnSync(python, [...argv, template], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
    maxBuffer: 64 * 1024 * 1024,
  })
  return { status, text: status === 0 || stdout.startsWith('{') ? stdout : `${stdout}${stderr}` }
}

function tell(title: string, findings: string[]): void {
  if (findings.length === 0) passed += 1
  else failed += 1
  process.stdout.write(`${findings.length === 0 ? '✓' : '✗'} ${title}\n`)
  for (const finding of findings) process.stdout.write(`    ${finding}\n`)
}
