import type { Command } from 'commander'
import { singleLine } from '../model/single-line.ts'
import { checkAgainst } from '../policy/clusters.ts'
import type { Policy } from '../policy/policy.ts'
import { type Problem, renderProblems } from '../policy/problem.ts'
import { readPolicy } from '../policy/read.ts'
import { readText } from './read-text.ts'

/** `longshore validate`: is this policy fit to be deployed? Needs no AWS. */

export interface ValidateOptions {
  file: string
  /** Every cluster that exists, to find rules that name none of them; null = not told. */
  clusters: readonly string[] | null
  /** One JSON object instead of lines for people. */
  json: boolean
  write: (text: string) => void
}

/** Answers the exit code: 0 = fit, 1 = not. */
export async function validateCommand({ file, clusters, json, write }: ValidateOptions): Promise<number> {
  const result = await validated(file, clusters)
  write(json ? `${JSON.stringify({ file, ...result })}\n` : render(file, result))
  return result.ok ? 0 : 1
}

type Result =
  | { ok: true; mode: Policy['mode']; services: number; tasks: number }
  | { ok: false; problems: Problem[] }
  /** The file could not be read at all. */
  | { ok: false; error: string }

async function validated(file: string, clusters: readonly string[] | null): Promise<Result> {
  const found = await readText(file, 'Name the policy, as in: longshore validate path/to/longshore.yml')
  if ('problem' in found) return { ok: false, error: found.problem }
  const reading = readPolicy(found.text, file)
  if (!reading.ok) return reading
  const { policy, positionOf } = reading
  const problems = clusters ? checkAgainst(policy, { clusters }, { file, positionOf }) : []
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, mode: policy.mode, services: policy.services.length, tasks: policy.tasks.length }
}

function render(file: string, result: Result): string {
  if (result.ok)
    return `${singleLine(file)}: ${count(result.services, 'service rule')}, ${count(result.tasks, 'task rule')}, mode ${result.mode}.\n`
  return 'error' in result ? `${singleLine(file)}: ${result.error}\n` : renderProblems(result.problems)
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const namesOf = (list: string): string[] =>
  list
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')

/** Registers the command; its result becomes the exit code of the process. */
export function addValidate(
  program: Command,
  write: (text: string) => void = text => process.stdout.write(text),
): void {
  program
    .command('validate')
    .description('check a policy: keys, values, rules that hide each other')
    .argument('[file]', 'the policy', 'longshore.yml')
    .option(
      '--clusters <names>',
      'every cluster that exists, by commas: a rule that names none of them is refused',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ longshore validate
  longshore.yml: 2 service rules, 2 task rules, mode observe.

  $ longshore validate policies/prod.yml --clusters prod,staging
  policies/prod.yml:6:21  services[0].match.cluster: "prdo" is no cluster. Did you mean prod?
  1 problem, nothing deployed.`,
    )
    .action(async (file: string, options: { clusters?: string; json?: true }) => {
      process.exitCode = await validateCommand({
        file,
        clusters: options.clusters === undefined ? null : namesOf(options.clusters),
        json: options.json ?? false,
        write,
      })
    })
}
