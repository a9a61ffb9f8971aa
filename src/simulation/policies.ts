import type { DailyWindow } from '../healing/planned/window.ts'
import type { HealPolicy, RestartBudget } from '../healing/policy.ts'
import type { FamilySpotPolicy } from '../healing/spot-policy.ts'
import { day, minute } from '../model/time.ts'
import type { Policy } from '../policy/policy.ts'
import { scaleDefaults } from '../scaling/defaults.ts'
import type { ScalePolicy, StepTrigger } from '../scaling/policy.ts'
import { signalRule } from './policies-signals.ts'
import type { FamilyPart, Scenario, ServicePart, SpotPart, Version } from './scenario.ts'

/** When every simulated history begins. */
export const startAtMs = 1_795_424_400_000

/** The one cluster of a simulated account. */
export const cluster = 'prod'

/** What a simulated family that ran out of memory is given at most: little enough to be reached before the attempts are over. */
export const mostMemoryMiB = 3_072

export const thresholds = { high: 75, low: 30 } as const

export const alarmOf = (service: string, side: 'high' | 'low'): string => `${service}-cpu-${side}`

/** The largest change that one step makes. */
export const largestStep = ({ step }: ServicePart): number => step + 1

/** A version's policy, as reading longshore.yml would give it. */
export const policyOf = (scenario: Scenario, version: Version): Policy => ({
  mode: version.mode,
  slack: { channel: '#ops', tokenParameter: '/longshore/slack', webhookParameter: null },
  services: scenario.services.filter(({ managed }) => managed).map(part => serviceRule(part, version)),
  tasks: scenario.families.filter(({ managed }) => managed).map(taskRule),
})

/** What makes a crash loop, in every rule. */
export const loopStops = 4
export const loopWithinMs = 5 * minute

/** Whether its rule asks for a roll-back at all. */
export const isRolledBack = ({ care }: Pick<ServicePart, 'care'>): boolean =>
  care.crashLoop === 'roll-back' || care.stuck.remedy === 'roll-back'

const serviceRule = (part: ServicePart, { maxShift }: Version): Policy['services'][number] => ({
  match: { cluster, service: part.name },
  scale: {
    min: part.min,
    max: part.max + maxShift,
    ...(part.signals ? signalRule(part, part.signals, cluster) : alarmRule(part)),
  },
  heal: {
    crashLoop: { stops: loopStops, withinMs: loopWithinMs, remedy: part.care.crashLoop },
    stuckDeployment: part.care.stuck,
    ...(part.spot ? { spot: { fallback: fallbackOf(part.spot) } } : {}),
  },
})

/** Short enough for the quiet. */
export const spotTimes = { withinMs: 10 * minute, returnAfterMs: 5 * minute, everyMs: 2 * minute }

const fallbackOf = ({ after, upToPercent, stepPercent }: SpotPart) => ({
  ...spotTimes,
  from: 'FARGATE_SPOT',
  to: 'FARGATE',
  after,
  upToPercent,
  stepPercent,
})

const alarmRule = (part: ServicePart): Omit<ScalePolicy, 'min' | 'max'> => ({
  ...scaleDefaults,
  triggers: triggersOf(part),
  in: { ...scaleDefaults.in, cooldownMs: part.inCooldownMs },
  out: { ...scaleDefaults.out, cooldownMs: part.outCooldownMs },
})

const triggersOf = ({ name, step, composite }: ServicePart): StepTrigger[] => [
  {
    kind: 'step',
    alarm: alarmOf(name, 'high'),
    // Without a metric there is no distance to choose a step by.
    steps: composite
      ? [{ from: 0, to: null, adjustment: { kind: 'change', tasks: step + 1 } }]
      : [
          { from: 0, to: 15, adjustment: { kind: 'change', tasks: step } },
          { from: 15, to: null, adjustment: { kind: 'change', tasks: step + 1 } },
        ],
    atLeastTasks: 0,
    statistic: 'average',
  },
  {
    kind: 'step',
    alarm: alarmOf(name, 'low'),
    steps: [{ from: null, to: 0, adjustment: { kind: 'change', tasks: -step } }],
    atLeastTasks: 0,
    statistic: 'average',
  },
]

/** What families of three attempts have stopped. */
export const stopsOf = ({ attempts }: NonNullable<FamilyPart['heal']>): HealPolicy['stop'] =>
  attempts % 3 === 0
    ? {
        // Not run again: the end of a history is quiet.
        maxRuntime: { afterMs: 15 * minute, runAgain: false },
        stuck: { afterMs: 5 * minute, runAgain: true },
        unhealthy: { afterMs: 4 * minute, runAgain: true },
      }
    : undefined

/** Of some families so small that a bad day spends it. */
export const budgetOf = ({ attempts }: NonNullable<FamilyPart['heal']>): RestartBudget =>
  attempts % 2 === 1 ? { restarts: 2, withinMs: 4 * minute } : { restarts: 100, withinMs: 10 * minute }

/** From the first look that found a machine in trouble to what is done about it. */
export const hostAfterMs = 5 * minute

/** A window that opens then and stays open to the end of a history. */
const windowFrom = (opensAtMs: number): DailyWindow => {
  const openMinute = Math.floor(((startAtMs + opensAtMs) % day) / minute)
  return { openMinute, closeMinute: (openMinute + 180) % (day / minute), timeZone: 'UTC' }
}

function plansOf(planned: FamilyPart['planned']): Pick<HealPolicy, 'retirement' | 'host'> {
  if (!planned) return {}
  const { why, atOnce, opensAtMs, isLess } = planned
  if (why === 'retirement')
    return { retirement: { window: windowFrom(opensAtMs ?? 0), atOnce, old: isLess ? 'leave' : 'stop' } }
  return {
    host: {
      afterMs: hostAfterMs,
      atOnce,
      remedy: isLess ? 'notify' : 'replace',
      ...(opensAtMs === null ? {} : { window: windowFrom(opensAtMs) }),
    },
  }
}

/** Of families on Spot those with several attempts: no draw of its own. */
export const fallbackOfFamily = ({ capacity, heal }: FamilyPart): FamilySpotPolicy | null =>
  capacity === 'spot' && heal && heal.attempts >= 2
    ? {
        from: 'FARGATE_SPOT',
        to: 'FARGATE',
        after: 2,
        withinMs: spotTimes.withinMs,
        returnAfterMs: spotTimes.returnAfterMs,
        atOnce: heal.attempts === 2 ? 1 : 2,
      }
    : null

const spotOf = (part: FamilyPart) => {
  const fallback = fallbackOfFamily(part)
  return fallback ? { spot: { fallback } } : {}
}

const taskRule = (part: FamilyPart): Policy['tasks'][number] => {
  const {
    name,
    heal,
    discover,
    planned,
    place: { min, adopt },
  } = part
  return {
    match: { cluster, family: name },
    heal: heal && {
      restart: {
        on: heal.on,
        attempts: heal.attempts,
        backoff: { firstMs: heal.firstMs, maxMs: heal.maxMs },
        resetAfterMs: 600_000,
        scheduled: false,
        budget: budgetOf(heal),
      },
      oom: heal.attempts % 2 === 0 ? { growPercent: 50, upToMiB: mostMemoryMiB } : undefined,
      stop: stopsOf(heal),
      ...plansOf(planned),
      ...spotOf(part),
    },
    discover: discover
      ? { namespace: 'jobs.internal', service: name, port: 8080, min, adopt, drainMs: null }
      : null,
  }
}
