import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'
import { type Command, Option } from 'commander'
import { createLogUpdate } from 'log-update'
import { daysMax } from '../backtest/cloudwatch-history.ts'
import { systemClock } from '../model/time.ts'
import {
  against,
  amount,
  choice,
  deadline,
  lateShare,
  peerNames,
  queueName,
  serviceName,
  signals,
  whole,
} from './backtest/arguments.ts'
import { ownAws } from './backtest/aws.ts'
import {
  type BacktestArguments,
  type BacktestOptions,
  backtestCommand,
  taskRateDefault,
} from './backtest/command.ts'

/** `longshore backtest`: a history replayed under the policy and under its peers. Needs AWS only to fetch one. */

export function addBacktest(program: Command, terminal: Pick<BacktestOptions, 'write' | 'complain'>): void {
  program
    .command('backtest')
    .description('replay a history of load under the policy and under its peers: what it costs, what is late')
    .argument('[history...]', 'CSV: timestamp,value, or as --save writes it')
    .option('--policy <file>', 'replay under this policy (default: the slo trigger alone)')
    .option(
      '--rule <cluster/service>',
      'the rule of the policy that holds for this service (default: the first that scales)',
      serviceName,
    )
    .addOption(
      new Option('--against <names>', `all, none, or some of ${peerNames.join(', ')}`)
        .argParser(against)
        .default(peerNames, 'all'),
    )
    .option(
      '--signals <seconds>',
      'age class of the metrics: 60 (load balancer), 20 (CPU), 10 (pushed)',
      signals,
      60,
    )
    .option(
      '--start <kind>',
      'launch to serving: fixed, 45 s; or lognormal, half within 40 s and 95 % within 75 s',
      choice(['fixed', 'lognormal']),
      'fixed',
    )
    .option('--sweep', 'every policy at all its settings, and what each costs when equally late', false)
    .option(
      '--capacity <rate>',
      'requests or messages that one task serves a second; replayed literally',
      amount,
    )
    .option('--deadline <duration>', 'what waits longer is late', deadline)
    .option('--kind <kind>', 'web: dropped when far too late; queue: waits', choice(['web', 'queue']))
    .option(
      '--task-rate <rate>',
      `scale a web history whose capacity is known so that one task serves this many requests a second (default: ${taskRateDefault})`,
      amount,
    )
    .addOption(
      new Option('--late <share>', 'share of requests that may be late under slo')
        .argParser(lateShare)
        .default(0.001, '0.1%'),
    )
    .option(
      '--seed <number>',
      'other arrivals, drawn from the same load',
      whole(0, 4_294_967_295, 'a whole number'),
      1,
    )
    .option('--jobs <number>', 'threads', whole(1, 256, 'a number of threads'), availableParallelism())
    .option('--json', 'one JSON object per history, a line each', false)
    .option('--html <file>', 'write a page with pictures')
    .option(
      '--service <cluster/name>',
      'fetch the history of a service from CloudWatch, as its load balancer counted it',
      serviceName,
    )
    .option('--queue <name>', 'fetch the history of a queue from CloudWatch', queueName)
    .option(
      '--days <number>',
      'how much of it: minutes up to 15 days, five minutes beyond',
      whole(1, daysMax, 'days'),
      14,
    )
    .option('--save <file>', 'keep what was fetched')
    .addHelpText('after', help)
    .action(async (files: string[], given: Partial<BacktestArguments>) => {
      const screen = process.stderr.isTTY ? createLogUpdate(process.stderr) : null
      process.exitCode = await backtestCommand({
        ...unwritten,
        ...given,
        ...terminal,
        files,
        status: screen,
        emphasis: line => styleText(['bold', 'green'], line, { stream: process.stdout }),
        openAws: () => ownAws(),
        nowMs: systemClock.now(),
      } as BacktestOptions)
      screen?.clear()
    })
}

const unwritten = {
  policy: null,
  rule: null,
  capacity: null,
  deadline: null,
  kind: null,
  taskRate: null,
  html: null,
  service: null,
  queue: null,
  save: null,
}

const help = `
Each policy stands at its usual setting; --sweep tries all of them. Cost is a multiple of what somebody would pay who knew the load
beforehand. The first hour is left out.

JSON, one line per history:
  {"history","policies":[{"name","setting","V","C","F","J","taskHours","actionsPerDay","p99WaitSeconds","longestBreachMinutes"}],
   "optimum":{"taskHours"},"equalViolation":[{"V","policy","C"}]}
  ours is named slo; V is the share that was late, a fraction; C the cost; F the bill over the bare work; J = C + 10 V;
  equalViolation is empty without --sweep.

Examples:
  $ longshore backtest checkout.csv --capacity 50 --deadline 1s
  $ longshore backtest checkout.csv --capacity 50 --deadline 1s --against hpa,keda --sweep --html checkout.html
  $ longshore backtest --service prod/checkout --days 14 --capacity 50 --deadline 1s --save checkout.csv
  $ longshore backtest --queue orders --capacity 2 --deadline 2m`
