import type { Log, MetricDatum } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import { minute } from '../model/time.ts'
import { createMemoryStore } from '../world/memory-store.ts'
import { createWorld } from '../world/world.ts'
import { canary } from './account.ts'
import { bugName } from './bug.ts'
import type { FaultName } from './faults.ts'
import { createFunctions } from './functions.ts'
import { emptyHistory } from './history.ts'
import type { Courtroom } from './judge.ts'
import { judgeEnd } from './liveness/liveness.ts'
import { toldCall, toldEvent } from './narration.ts'
import { note } from './note.ts'
import { isChange } from './operations.ts'
import { policyOf, startAtMs } from './policies.ts'
import { createPost } from './post.ts'
import { judgeEffect, judgeRequest } from './safety/safety.ts'
import { hearSpot } from './safety/spot.ts'
import type { CallWatch } from './sandbox.ts'
import type { Scenario } from './scenario.ts'
import { setStage } from './stage.ts'
import { createTruth } from './truth.ts'
import { turn } from './turn.ts'
import type { Violation } from './violation.ts'
import { createWeather } from './weather.ts'

export interface Run {
  /** The first one; null when everything held. */
  violation: Violation | null
  faultsInjected: Partial<Record<FaultName, number>>
}

/** Hears what happens, for the story; `atMs` is true time. */
export type Narrator = (atMs: number, text: string) => void

/** Runs one scenario to its end, or to the first violation. Deterministic: no clock, no randomness but the scenario's. */
export async function simulate(scenario: Scenario, narrate: Narrator | null = null): Promise<Run> {
  const world = createWorld({ seed: scenario.seed, startAtMs })
  const { timeline } = world
  const now = (): number => world.clock.now()
  const weather = createWeather(scenario, now, startAtMs)
  const truth = createTruth(now)
  const store = createMemoryStore()
  const policies = scenario.versions.map(version => policyOf(scenario, version))
  let violation: Violation | null = null

  const tell = (text: string): void => narrate?.(now(), text)
  const court: Courtroom = {
    scenario,
    policies,
    truth,
    history: emptyHistory(),
    now,
    startAtMs,
    violate(invariant, sentence) {
      violation ??= { invariant, sentence, atMs: now() }
    },
  }

  const post = createPost(world, weather, truth)
  world.onEvent((event, text) => {
    truth.hear(event)
    hearSpot(court, event)
    if (narrate) tell(toldEvent(event))
    post.take(event, text)
  })
  setStage(world, scenario, truth, { tell, count: weather.count })
  watchForeign(scenario, court)

  const guard = (where: string, what: unknown): void => {
    if (holds(what, canary)) court.violate('S14', `${where} holds a secret`)
  }
  const log: Log = {
    debug: (message, fields) => guard('a log line', [message, fields]),
    info: (message, fields) => guard('a log line', [message, fields]),
    warn: (message, fields) => guard('a log line', [message, fields]),
    error(message, fields) {
      guard('a log line', [message, fields])
      if (message !== 'our own code threw') return
      if (fields?.problem === bugName) weather.count('bug')
      else court.violate('S17', `our own code threw: ${fields?.problem} in ${fields?.at}`)
    },
  }
  const metrics = {
    emit(data: MetricDatum[]) {
      for (const { properties } of data) guard('a metric', properties)
    },
  }

  const watch: CallWatch = {
    before(invocation, operation, args) {
      if (isChange(operation)) judgeRequest(court, invocation, operation, args)
    },
    after(invocation, operation, args, answer, heard) {
      note(court, invocation, operation, args, answer, heard)
      if (answer && isChange(operation))
        judgeEffect(court, invocation, operation, args, answer as Answer<unknown>)
      if (operation === 'store.writeJournal') guard('the journal', args)
      if (operation === 'slack.post') guard('a Slack message', args)
      const line = narrate && toldCall(invocation, operation, args, answer, heard)
      if (line) tell(line)
    },
    tell: (invocation, text) => tell(`${invocation.name} ${text}`),
  }
  const functions = createFunctions({ court, world, store, weather, post, watch, log, metrics })

  const [, next] = scenario.versions
  if (next && scenario.faults.policy !== undefined) timeline.after(next.fromMs, () => weather.count('policy'))
  if (next) timeline.after(next.fromMs, () => tell('a new version of Longshore begins to work'))
  for (const { of, fromMs, toMs } of scenario.outages) {
    timeline.after(fromMs, () => tell(`outage of ${of} begins`))
    timeline.after(toMs, () => tell(`outage of ${of} is over`))
  }
  timeline.after(scenario.quietFromMs, () => {
    tell('from here on nothing goes wrong any more')
    post.redrive()
  })
  // Dead letters that were under way when the quiet began.
  timeline.after(scenario.quietFromMs + 15 * minute, () => post.redrive())

  const endAtMs = startAtMs + scenario.endMs
  for (let next = world.nextAtMs(); next !== null && next <= endAtMs && !violation; next = world.nextAtMs()) {
    world.runUntil(next)
    // Whoever waits for this instant goes on before anything new begins.
    if (functions.running() > 0) await turn()
    while (functions.begin()) await turn()
  }
  if (!violation) await judgeEnd(court, world, post, store.contents())
  return { violation, faultsInjected: weather.struck }
}

/** Whether a text stands anywhere in it. */
function holds(what: unknown, text: string): boolean {
  if (typeof what === 'string') return what.includes(text)
  if (typeof what !== 'object' || what === null) return false
  return Object.values(what).some(part => holds(part, text))
}

/** When others changed a service: the reckoning of cooldowns begins anew. */
function watchForeign(scenario: Scenario, { history }: Courtroom): void {
  for (const happening of scenario.happenings)
    if (happening.what === 'foreign' || happening.what === 'recreate') {
      const times = history.foreign.get(happening.service) ?? []
      times.push(startAtMs + happening.atMs)
      if (happening.what === 'recreate') times.push(startAtMs + happening.atMs + minute)
      history.foreign.set(happening.service, times)
    }
}
