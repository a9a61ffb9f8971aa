import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { createLogUpdate } from 'log-update'
import { clockTime } from '../model/time.ts'
import { nearest } from '../policy/nearest.ts'
import { drawScenario } from '../simulation/draw/scenario.ts'
import { type FaultName, faultNames, faults as faultSentences, isFaultName } from '../simulation/faults.ts'
import { simulate } from '../simulation/simulation.ts'
import { parseSeeds, type SeedRange } from './simulate/seeds.ts'
import { runOnThreads } from './simulate/threads.ts'
import type { WorldResult } from './simulate/worlds.ts'

/** `longshore simulate`: the code that runs in Lambda, in thousands of random accounts in bad weather. Needs no AWS. */

export interface SimulateOptions {
  seeds: SeedRange
  faults: readonly FaultName[]
  minutes: number
  jobs: number
  failFast: boolean
  shrink: boolean
  json: boolean
  /** Tell the whole story of the seeds instead of judging many. */
  story: boolean
  write: (text: string) => void
  /** What changes while it runs; null = nobody watches. */
  status: ((text: string) => void) | null
}

/** Answers the exit code: 0 = every invariant held in every world, 1 = not. */
export async function simulateCommand(options: SimulateOptions): Promise<number> {
  return options.story ? tell(options) : judge(options)
}

async function judge({
  seeds,
  json,
  write,
  status,
  faults,
  minutes,
  jobs,
  failFast,
  shrink,
}: SimulateOptions): Promise<number> {
  const results: WorldResult[] = []
  const total = seeds.to - seeds.from + 1
  let busyMs = 0
  await runOnThreads(seeds, {
    faults,
    minutes,
    jobs,
    failFast,
    shrink,
    onResults(more, ms) {
      results.push(...more)
      busyMs += ms
      const failing = results.filter(({ failure }) => failure !== null).length
      status?.(
        `${results.length} of ${total} worlds, ${failing} failing, ${speed(results.length, busyMs)} a second and core`,
      )
    },
  })
  results.sort((a, b) => a.seed - b.seed)
  const failed = results.flatMap(({ seed, failure }) => (failure ? [{ seed, ...failure }] : []))
  const faultsInjected = total === 0 ? {} : injected(results)
  const worldsPerSecond = Number(speed(results.length, busyMs))
  if (json) write(`${JSON.stringify({ seeds: results.length, failed, faultsInjected, worldsPerSecond })}\n`)
  else write(report(results.length, minutes, failed, faultsInjected, worldsPerSecond))
  return failed.length === 0 ? 0 : 1
}

const speed = (worlds: number, busyMs: number): string => ((worlds * 1_000) / Math.max(1, busyMs)).toFixed(1)

function injected(results: WorldResult[]): Partial<Record<FaultName, number>> {
  const count = (name: FaultName): number =>
    results.reduce((sum, { faultsInjected }) => sum + (faultsInjected[name] ?? 0), 0)
  return Object.fromEntries(faultNames.map(name => [name, count(name)]).filter(([, times]) => times !== 0))
}

const storiesMax = 3

function report(
  worlds: number,
  minutes: number,
  failed: { seed: number; invariant: string; story: string }[],
  faultsInjected: Partial<Record<FaultName, number>>,
  worldsPerSecond: number,
): string {
  const stories = failed.slice(0, storiesMax).map(({ story }) => `${story}\n\n`)
  const others = failed.slice(storiesMax).map(({ seed, invariant }) => `${seed} (${invariant})`)
  const faults = Object.entries(faultsInjected).map(
    ([name, times]) =>
      `${String(times).padStart(9)}  ${name.padEnd(11)}${faultSentences[name as FaultName]}\n`,
  )
  const end = failed.length === 0 ? 'everything held' : `${failed.length} failing`
  return [
    ...stories,
    ...(others.length > 0 ? [`failing too: ${others.join(', ')}\n`] : []),
    ...(faults.length > 0 ? ['faults:\n', ...faults] : ['no faults\n']),
    `${worlds} worlds of ${minutes} minutes, ${worldsPerSecond} a second and core: ${end}\n`,
  ].join('')
}

/** Everything that happens in each of the worlds, and how it ends. */
async function tell({ seeds, faults, minutes, write }: SimulateOptions): Promise<number> {
  let code = 0
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    const scenario = drawScenario(seed, { faults, minutes })
    const { violation } = await simulate(scenario, (atMs, text) => write(`${clockTime(atMs)}  ${text}\n`))
    write(
      violation ? `✗ ${violation.invariant}: ${violation.sentence}\n` : `✓ seed ${seed}: everything held\n`,
    )
    if (violation) code = 1
  }
  return code
}

const seedsOf = (text: string): SeedRange => {
  const range = parseSeeds(text)
  if (!range)
    throw new InvalidArgumentError('Write one seed or a range from low to high, as in --seeds 1..2000.')
  return range
}

function faultsOf(text: string): readonly FaultName[] {
  if (text === 'all') return faultNames
  if (text === 'none') return []
  return text.split(',').map(part => {
    const name = part.trim()
    if (isFaultName(name)) return name
    const meant = nearest(name, faultNames)
    throw new InvalidArgumentError(
      `"${name}" is no fault. ${meant ? `Did you mean ${meant}?` : 'Write all, none, or names that longshore simulate --help lists.'}`,
    )
  })
}

const between =
  (least: number, most: number, what: string) =>
  (text: string): number => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`Write ${what} from ${least} to ${most}.`)
    return Number(text)
  }

export function addSimulate(program: Command, write: (text: string) => void): void {
  program
    .command('simulate')
    .description('random accounts in bad weather: does everything that Longshore promises hold?')
    .option('--seeds <range>', 'one world for each seed, as in 1..2000', seedsOf, { from: 1, to: 200 })
    .option(
      '--faults <names>',
      'all, none, or some of them by commas; each world has a random half',
      faultsOf,
      faultNames,
    )
    .option(
      '--minutes <number>',
      'simulated minutes of a world; the second half is quiet',
      between(40, 1_440, 'minutes'),
      60,
    )
    .option('--jobs <number>', 'threads', between(1, 256, 'a number of threads'), availableParallelism())
    .option('--fail-fast', 'begin nothing new once a seed has failed', false)
    .option('--no-shrink', 'do not look for a smaller world that breaks the same')
    .option('--story', 'tell everything that happens in these worlds', false)
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      `
Examples:
  $ longshore simulate --seeds 1..2000
  $ longshore simulate --seeds 1..500 --faults duplicate,reorder,crash
  $ longshore simulate --seeds 42 --story

Faults:
${faultNames.map(name => `  ${name.padEnd(12)}${faultSentences[name]}`).join('\n')}`,
    )
    .action(async (options: Omit<SimulateOptions, 'write' | 'status'>) => {
      const screen = process.stderr.isTTY && !options.story ? createLogUpdate(process.stderr) : null
      process.exitCode = await simulateCommand({ ...options, write, status: screen })
      screen?.clear()
    })
}
