import type { Command } from 'commander'
import { singleLine } from '../model/single-line.ts'
import type { Policy } from '../policy/policy.ts'
import { renderProblems } from '../policy/problem.ts'
import { readPolicy } from '../policy/read.ts'
import { readText } from './read-text.ts'
import { eventFiles } from './replay/files.ts'
import { plainLine } from './replay/lines.ts'
import { everything, replay } from './replay/replay.ts'

/** `longshore replay`: what Longshore understands of raw events, would do, and why. Needs no AWS. */

export interface ReplayOptions {
  paths: string[]
  policy: string | null
  json: boolean
  write: (text: string) => void
  complain: (text: string) => void
}

/** Answers the exit code: 0 = every file has its line, 1 = a path or the policy is not usable. */
export async function replayCommand(options: ReplayOptions): Promise<number> {
  const policy = await policyFrom(options.policy)
  if ('problem' in policy) {
    options.complain(policy.problem)
    return 1
  }
  let exitCode = 0
  for (const path of options.paths) {
    const files = await eventFiles(path)
    if ('problem' in files) {
      options.complain(`${files.problem}\n`)
      exitCode = 1
      continue
    }
    for (const file of files) {
      const read = await readText(file, howToName)
      if ('problem' in read) {
        options.complain(`${singleLine(file)}: ${read.problem}\n`)
        exitCode = 1
        continue
      }
      const line = replay(file, read.text, policy.policy)
      options.write(options.json ? `${JSON.stringify(line)}\n` : `${plainLine(line)}\n`)
    }
  }
  return exitCode
}

const howToName = 'Name an event, as in: longshore replay events/'

async function policyFrom(file: string | null): Promise<{ policy: Policy } | { problem: string }> {
  if (file === null) return { policy: everything }
  const found = await readText(file, 'Name the policy, as in: --policy longshore.yml')
  if ('problem' in found) return { problem: `${singleLine(file)}: ${found.problem}\n` }
  const read = readPolicy(found.text, file)
  return read.ok ? { policy: read.policy } : { problem: renderProblems(read.problems) }
}

export function addReplay(program: Command, terminal: Pick<ReplayOptions, 'write' | 'complain'>): void {
  program
    .command('replay')
    .description(
      'feed raw EventBridge events through intake and rooms: what Longshore understands, would do, and why',
    )
    .argument('<path...>', 'an event as JSON, or a folder of them')
    .option('--policy <file>', 'decide by this policy (default: everything is under management)')
    .option('--json', 'one line of JSON per file', false)
    .addHelpText(
      'after',
      `
One event is all there is: replay assumes that a task's launch specification was recorded while it ran, that a service runs
its minimum of tasks, and follows a back-off to its end.

Example:
  longshore replay events/task-stopped-oom-standalone.json --policy longshore.yml`,
    )
    .action(async (paths: string[], { policy, json }: { policy?: string; json: boolean }) => {
      process.exitCode = await replayCommand({
        paths,
        policy: policy ?? null,
        json,
        ...terminal,
      })
    })
}
