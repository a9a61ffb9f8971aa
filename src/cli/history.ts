import { type Command, Option } from 'commander'
import type { Target } from '../model/target.ts'
import { day, systemClock } from '../model/time.ts'
import { whole } from './backtest/arguments.ts'
import { since, stageName, tableName, targetsNamed } from './history/arguments.ts'
import { ownMemory } from './history/aws.ts'
import { type HistoryOptions, historyCommand } from './history/command.ts'

/** `longshore history`: which tasks stopped, why, and what Longshore did about it. Reads the table of an installation. */

type Given = Pick<HistoryOptions, 'since' | 'limit' | 'json'> & { stage?: string; table?: string }

export function addHistory(program: Command, terminal: Pick<HistoryOptions, 'write' | 'complain'>): void {
  program
    .command('history')
    .description('which tasks stopped, why, and what Longshore did about it; up to 30 days back')
    .argument('<target>', 'cluster/name, service/cluster/name or family/cluster/name', targetsNamed)
    .addOption(
      new Option('--since <time>', 'how far back, as in 7d, 12h or 90m')
        .argParser(since)
        .default(7 * day, '7d'),
    )
    .option('--limit <number>', 'the newest at most', whole(1, 1_000, 'a number of tasks'), 50)
    .option('--stage <name>', 'the stage that was deployed (default: the only one there is)', stageName)
    .option('--table <name>', "the table's name (default: found by the stage)", tableName)
    .option('--json', 'one line of JSON per task', false)
    .addHelpText('after', help)
    .action(async (targets: Target[], { stage, table, ...given }: Given) => {
      process.exitCode = await historyCommand({
        ...given,
        ...terminal,
        targets,
        stage: stage ?? null,
        table: table ?? null,
        openAws: () => ownMemory(),
        nowMs: systemClock.now(),
      })
    })
}

const help = `
Region and credentials are those of the AWS command line. It takes dynamodb:Query on the table's index journal, and
dynamodb:ListTables unless --table names the table.

Examples:
  $ longshore history prod/checkout
  $ longshore history family/prod/etl-nightly --since 30d --json`
