import type { Log, MetricDatum, Ports } from '../model/ports.ts'
import type { Answer } from '../model/reading.ts'
import { targetKey } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import type { Landing } from '../reconcile/landing.ts'
import { tick } from '../reconcile/tick.ts'
import { workOff } from '../reconcile/worker.ts'
import { deliver } from '../voice/deliver.ts'
import { createMemoryStore } from '../world/memory-store.ts'
import { createRandomness } from '../world/randomness.ts'
import { createWorld } from '../world/world.ts'
import { judgeAcknowledged, judgeKept } from './acknowledgement.ts'
import type { FaultName } from './faults.ts'
import { type Courtroom, emptyHistory, note } from './judge.ts'
import { judgeEnd } from './liveness.ts'
import { shortArgs, toldEvent } from './narration.ts'
import { novelStore } from './novelty.ts'
import { policyOf } from './policies.ts'
import { createPost, type QueueName } from './post.ts'
import { isChange, judgeEffect, judgeRequest } from './safety.ts'
import {
  type CallWatch,
  createSandbox,
  type Invocation,
  leaseMs,
  type Replica,
  type Sandbox,
  timeoutMs,
} from './sandbox.ts'
import type { Scenario } from './scenario.ts'
import { canary, setStage } from './stage.ts'
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

export const startAtMs = 1_795_424_400_000

const batchMax = 10
const concurrencyMax = 5
/** The visibility of a stream's batch that failed does not exist: it comes again at once, a few times. */
const noticeTriesMax = 5

/** Runs one scenario to its end, or to the first violation. Deterministic: no clock, no randomness but the scenario's. */
export async function simulate(scenario: Scenario, narrate: Narrator | null = null): Promise<Run> {
  const world = createWorld({ seed: scenario.seed, startAtMs })
  const { timeline } = world
  const now = (): number => world.clock.now()
  const weather = createWeather(scenario, now, startAtMs)
  const truth = createTruth(now)
  const store = createMemoryStore()
  const policies = scenario.versions.map(version => policyOf(scenario, version))
  const random = createRandomness(scenario.seed).fork('landing')
  const replica: Replica = new Map()
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
      if (message === 'our own code threw') court.violate('S17', `our own code threw: ${fields?.error}`)
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
      if (narrate) narrateCall(invocation, operation, args, heard)
    },
    tell: (invocation, text) => tell(`${invocation.name} ${text}`),
  }
  const narrateCall = (invocation: Invocation, operation: string, args: unknown[], heard: unknown): void => {
    const { ok, failure } = heard as { ok: boolean; failure?: { code: string } }
    if (operation === 'store.writeJournal') tell(`journal: ${(args[0] as { sentence: string }).sentence}`)
    else if (!ok) tell(`${invocation.name}: ${operation} ${failure?.code}`)
    else if (isChange(operation)) tell(`${invocation.name}: ${operation} ${shortArgs(args)}`)
  }

  const stores = [store, novelStore(store)]
  const idle: Sandbox[][] = [[], []]
  const makeSandbox = (version: number): Sandbox => {
    const isNovel = scenario.versions[version]?.novelty ?? false
    const ports: Ports = { ...world.ports, store: stores[isNovel ? 1 : 0] ?? store, log, metrics }
    return createSandbox({ ports, timeline, weather, random, watch }, replica)
  }
  let invocations = 0
  let running = 0

  const versionNow = (): number => {
    const [, second] = scenario.versions
    const elapsed = now() - startAtMs
    if (!second || elapsed < second.fromMs) return 0
    if (elapsed >= second.fromMs + second.overlapMs) return 1
    return weather.strikes('upgrade') || random.between(0, 1) === 0 ? 0 : 1
  }

  /** Starts an invocation; `finished` hears its answer, or null when it was killed. */
  const invoke = <T>(
    kind: string,
    work: (sandbox: Sandbox, version: number, timeLeftMs: () => number) => Promise<T>,
    finished: (answer: T | null, invocation: Invocation) => void,
  ): void => {
    const version = versionNow()
    const sandbox = idle[version]?.pop() ?? makeSandbox(version)
    const invocation: Invocation = {
      id: ++invocations,
      name: `${kind} ${invocations}${version === 1 ? ' (new version)' : ''}`,
      version,
      startedAtMs: now(),
      skewMs: weather.isIn('skew') ? weather.between('skew', -5_000, 5_000) : 0,
      isDead: false,
      calls: 0,
    }
    if (invocation.skewMs !== 0) weather.count('skew')
    running += 1
    sandbox.invoke(
      invocation,
      () => work(sandbox, version, () => timeoutMs - (now() - invocation.startedAtMs)),
      answer => {
        running -= 1
        if (!invocation.isDead) idle[version]?.push(sandbox)
        finished(answer, invocation)
        court.history.told.delete(invocation.id)
      },
    )
  }

  const working: Record<QueueName, number> = { services: 0, tasks: 0 }
  const receive = (queue: QueueName): void => {
    const batch = post.receive(queue, batchMax)
    working[queue] += 1
    invoke(
      queue === 'services' ? 'service worker' : 'task worker',
      ({ ports }, version, timeLeftMs) => {
        const landing: Landing = {
          ports,
          policy: policies[version] as Landing['policy'],
          leaseMs,
          timeLeftMs,
          random: random.fraction,
        }
        return workOff(
          landing,
          batch.map(({ id, body }) => ({ id, body })),
        )
      },
      (answer, invocation) => {
        working[queue] -= 1
        const unacknowledged = new Set(answer ?? batch.map(({ id }) => id))
        if (answer) judgeKept(court, invocation, batch, unacknowledged)
        if (answer && weather.strikes('redeliver')) for (const { id } of batch) unacknowledged.add(id)
        for (const letter of batch)
          if (!unacknowledged.has(letter.id)) judgeAcknowledged(court, letter, invocation.version)
        post.finish(queue, batch, unacknowledged)
      },
    )
  }

  let sweeps = 0
  const sweep = (): void => {
    sweeps -= 1
    invoke(
      'tick',
      ({ ports }, version) => tick(ports, policies[version] as Landing['policy']),
      () => {},
    )
  }
  const sweepEveryMinute = (): void => {
    timeline.after(minute - (now() % minute), () => {
      if (!weather.strikes('tick')) sweeps += 1
      else if (weather.between('tick', 0, 1) === 1) {
        sweeps += 1
        timeline.after(weather.between('tick', 1, 50) * second, () => {
          sweeps += 1
        })
      }
      sweepEveryMinute()
    })
  }
  sweepEveryMinute()

  const notices: { target: string; entryId: string; tries: number }[] = []
  let notifying = false
  store.onJournal(({ outbox, target, entryId }) => {
    if (outbox === 'pending') notices.push({ target: targetKey(target), entryId, tries: 0 })
  })
  /** A stream's shard has one reader; a batch that failed comes again before what follows. */
  const notify = (): void => {
    const batch = notices.splice(0, batchMax)
    notifying = true
    invoke(
      'notifier',
      ({ ports }, version) =>
        deliver(
          ports,
          policies[version]?.slack ?? null,
          batch.map(({ target, entryId }, index) => ({
            dynamodb: {
              SequenceNumber: String(index + 1),
              Keys: { pk: { S: target }, sk: { S: `journal#${entryId}` } },
            },
          })),
        ),
      answer => {
        notifying = false
        const from = answer === null ? 0 : answer[0] === undefined ? batch.length : Number(answer[0]) - 1
        const again = batch.slice(from).map(notice => ({ ...notice, tries: notice.tries + 1 }))
        notices.unshift(...again.filter(({ tries }) => tries < noticeTriesMax))
      },
    )
  }

  /** Everything that can begin at this instant. */
  const begin = (): boolean => {
    let begun = false
    for (const queue of ['services', 'tasks'] as const)
      while (post.queues[queue].length > 0 && working[queue] < concurrencyMax) {
        receive(queue)
        begun = true
      }
    while (sweeps > 0) {
      sweep()
      begun = true
    }
    if (notices.length > 0 && !notifying) {
      notify()
      begun = true
    }
    return begun
  }

  const [, next] = scenario.versions
  if (next && scenario.faults.policy !== undefined) timeline.after(next.fromMs, () => weather.count('policy'))
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
    if (running > 0) await turn()
    while (begin()) await turn()
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
