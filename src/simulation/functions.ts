import type { Log, Metrics, Ports } from '../model/ports.ts'
import { targetKey } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import type { Landing } from '../reconcile/landing.ts'
import { tick } from '../reconcile/tick.ts'
import { workOff } from '../reconcile/worker.ts'
import { deliver } from '../voice/deliver.ts'
import type { MemoryStore } from '../world/memory-store.ts'
import { createRandomness } from '../world/randomness.ts'
import type { World } from '../world/world.ts'
import { judgeAcknowledged, judgeKept, judgeLeases } from './acknowledgement.ts'
import type { Courtroom } from './judge.ts'
import { novelStore } from './novelty.ts'
import type { Post, QueueName } from './post.ts'
import type { Replica } from './replica.ts'
import {
  type CallWatch,
  createSandbox,
  type Invocation,
  leaseMs,
  type Sandbox,
  timeoutMs,
} from './sandbox.ts'
import type { Weather } from './weather.ts'

/** What AWS invokes: the workers of both queues, the tick of every minute, and the notifier behind the table's stream. */
export interface Functions {
  /** Starts everything that can start at this instant; false = nothing could. */
  begin(): boolean
  /** Invocations that are neither over nor dead. */
  running(): number
}

const batchMax = 10
const concurrencyMax = 5
/** The visibility of a stream's batch that failed does not exist: it comes again at once, a few times. */
const noticeTriesMax = 5

export function createFunctions(around: {
  court: Courtroom
  world: World
  store: MemoryStore
  weather: Weather
  post: Post
  watch: CallWatch
  log: Log
  metrics: Metrics
}): Functions {
  const { court, world, store, weather, post, watch, log, metrics } = around
  const { scenario, policies, now, startAtMs } = court
  const { timeline } = world
  const random = createRandomness(scenario.seed).fork('landing')
  const replica: Replica = new Map()

  const stores = [store, novelStore(store)]
  const idle: Sandbox[][] = [[], []]
  const makeSandbox = (version: number): Sandbox => {
    const isNovel = scenario.versions[version]?.novelty ?? false
    const ports: Ports = { ...world.ports, store: stores[isNovel ? 1 : 0] ?? store, log, metrics }
    return createSandbox({ ports, timeline, weather, random, watch, bug: scenario.bug }, replica)
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
    const invocation: Invocation = {
      id: ++invocations,
      name: `${kind} ${invocations}${version === 1 ? ' (new version)' : ''}`,
      version,
      startedAtMs: now(),
      skewMs: weather.isIn('skew') ? weather.between('skew', -5_000, 5_000) : 0,
      isDead: false,
      thrown: null,
      isExpired: false,
      calls: 0,
    }
    if (weather.isOut('start')) {
      weather.count('start')
      watch.tell(invocation, 'does not start')
      finished(null, invocation)
      return
    }
    const sandbox = idle[version]?.pop() ?? makeSandbox(version)
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
          serves: queue === 'services' ? 'service' : 'family',
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
        if (invocation.thrown !== null)
          court.violate('S17', `a worker throws, and its whole batch comes again: ${invocation.thrown}`)
        const unacknowledged = new Set(answer ?? batch.map(({ id }) => id))
        if (answer) judgeKept(court, invocation, batch, unacknowledged)
        if (answer) judgeLeases(court, invocation)
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

  return {
    running: () => running,
    begin() {
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
    },
  }
}
