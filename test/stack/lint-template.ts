import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { textOf } from '../house/house.ts'
import { type Ended, end } from '../prepared/program.ts'
import { pythonWith } from '../prepared/python.ts'
import { fullPolicy, type Packaged, packageStack } from './packaged.ts'

/**
 * The packaged template before cfn-lint and checkov, for a policy that asks for everything and for longshore.yml as it is. Any finding
 * ends it with exit code 1; what checkov is not to find is waived beside the resource, with a reason.
 *
 *     npm run lint:template
 */

const [argument] = process.argv.slice(2)
if (argument !== undefined) {
  process.stderr.write(`${argument} is not known: lint:template takes no arguments.\n`)
  process.exit(2)
}

const requirements = fileURLToPath(new URL('linters.txt', import.meta.url))
const python = await pythonWith('linters', requirements, '3.11.5', line =>
  process.stdout.write(`linters: ${line}\n`),
).catch(({ message }: Error) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
})

const policies = { 'a policy that asks for everything': fullPolicy, 'longshore.yml': textOf('longshore.yml') }
let [passed, failed] = [0, 0]
for (const [name, policy] of Object.entries(policies)) {
  const stack = await packageStack({ policy, withBundles: false })
  const [lint, report] = await Promise.all([cfnLint(stack), checkov(stack)])
  tell(`cfn-lint, ${name}`, lint)
  tell(`checkov, ${name}`, findingsOf(report))
  tell(`each waiver has a reason and a check, ${name}`, idleWaivers(stack, report))
  await stack.remove()
}
process.stdout.write(`${passed} passed, ${failed} failed, 0 skipped\n`)
process.exitCode = failed === 0 ? 0 : 1

async function cfnLint(stack: Packaged): Promise<string[]> {
  const { code, said } = await run(stack, ['-c', 'from cfnlint.runner import main; main()'])
  return code === 0 && said === '' ? [] : [`exit code ${code}`, said]
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

async function checkov(stack: Packaged): Promise<Report> {
  const options = ['--framework', 'cloudformation', '--skip-download', '--output', 'json', '--file']
  const { out, said } = await run(stack, ['-m', 'checkov.main', ...options])
  try {
    return JSON.parse(out)
  } catch {
    throw new Error(`checkov: ${said}`)
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
function run({ folder }: Packaged, argv: string[]): Promise<Ended> {
  const nowhere = 'http://127.0.0.1:9'
  const template = join(folder, '.serverless/cloudformation-template-update-stack.json')
  const env = { PATH: process.env.PATH, HOME: folder, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere }
  return end(python, [...argv, template], { cwd: folder, env })
}

function tell(title: string, findings: string[]): void {
  if (findings.length === 0) passed += 1
  else failed += 1
  process.stdout.write(`${findings.length === 0 ? '✓' : '✗'} ${title}\n`)
  for (const finding of findings) process.stdout.write(`    ${finding}\n`)
}
