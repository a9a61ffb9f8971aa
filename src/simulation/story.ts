import { clockTime, minute, second } from '../model/time.ts'
import { faults } from './faults.ts'
import { startAtMs } from './policies.ts'
import type { Scenario, SignalPart } from './scenario.ts'
import { simulate } from './simulation.ts'
import { invariants, type Violation } from './violation.ts'

const lastMs = 3 * minute
const linesMax = 60

/** The last minutes before a violation, for people: who was there, what was wrong, what happened, what broke. */
export async function tellStory(scenario: Scenario, violation: Violation): Promise<string> {
  const lines: { atMs: number; text: string }[] = []
  await simulate(scenario, (atMs, text) => lines.push({ atMs, text }))
  const recent = lines.filter(({ atMs }) => violation.atMs - atMs <= lastMs).slice(-linesMax)
  const told = recent.map(
    ({ atMs, text }) => `  ${clockTime(atMs)}.${String(atMs % second).padStart(3, '0')}  ${text}`,
  )
  return [
    `seed ${scenario.seed}: ${violation.invariant} does not hold: ${invariants[violation.invariant]}`,
    ...cast(scenario),
    `the last ${recent.length} of ${lines.length} lines of its story:`,
    ...told,
    `  ${clockTime(violation.atMs)}.${String(violation.atMs % second).padStart(3, '0')}  ✗ ${violation.sentence}`,
  ].join('\n')
}

function cast({ services, families, faults: present, versions, outages, quietFromMs }: Scenario): string[] {
  const rest = Object.keys(present).map(name => `${name} (${faults[name as keyof typeof faults]})`)
  return [
    ...services.map(
      ({ name, strategy, controller, managed, desired, min, max, tags, signals }) =>
        `service ${name}: ${strategy}, ${controller}, ${desired} tasks, min ${min}, max ${max}${signals ? scaledBy(signals) : ''}${managed ? '' : ', no rule names it'}${Object.keys(tags).length > 0 ? `, tags ${JSON.stringify(tags)}` : ''}`,
    ),
    ...families.map(
      ({ name, managed, tasks, heal, discover, planned }) =>
        `family ${name}: ${tasks} tasks${heal ? `, heals ${heal.on.join(', ')}, ${heal.attempts} attempts` : ''}${discover ? ', discovered' : ''}${planned ? `, ${planned.why} ${JSON.stringify(planned)}` : ''}${managed ? '' : ', no rule names it'}`,
    ),
    ...versions
      .slice(1)
      .map(({ fromMs, mode, maxShift }) => `new version from ${at(fromMs)}: mode ${mode}, max +${maxShift}`),
    ...outages.map(({ of, fromMs, toMs }) => `outage of ${of} from ${at(fromMs)} to ${at(toMs)}`),
    `weather until ${at(quietFromMs)}: ${rest.length === 0 ? 'fair' : rest.join(', ')}`,
  ]
}

const at = (ms: number): string => clockTime(startAtMs + ms)

/** What was drawn of it. */
function scaledBy({ kinds, ...rest }: SignalPart): string {
  const drawn = Object.entries(rest).filter(([, value]) => value !== null)
  return `, scaled by ${kinds.join(' and ')} ${JSON.stringify(Object.fromEntries(drawn))}`
}
