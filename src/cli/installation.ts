import { lookMessage } from '../intake/look.ts'
import type { JournalEntry } from '../model/decision.ts'
import type { Log, MetricDatum } from '../model/ports.ts'
import { targetKey } from '../model/target.ts'
import { minute, second } from '../model/time.ts'
import type { Policy } from '../policy/policy.ts'
import type { Landing, WorkerPorts } from '../reconcile/landing.ts'
import { tick } from '../reconcile/tick.ts'
import { type Message, workOff } from '../reconcile/worker.ts'
import { routesOf } from '../simulation/routes.ts'
import { deliver, type StreamRecord } from '../voice/deliver.ts'
import { createMemoryStore, type MemoryStore } from '../world/memory-store.ts'
import { createRandomness } from '../world/randomness.ts'
import type { World } from '../world/world.ts'

/** As in serverless.yml and stack/queues.yml. */
const leaseMs = 35 * second
const visibilityMs = 180 * second
const receivesMax = 5

/** Longshore installed in a world: what the stack is in an account, with its queues, its schedule and its stream. */
export interface Installation {
  store: MemoryStore
  /** What was understood by nobody, five times. */
  deadLetters: Message[]
  /** A message into a queue, as an event rule would put it there. */
  send(body: string): void
  /** Lets the world go on until then; Longshore works in it. */
  runUntil(atMs: number): Promise<void>
}

export interface Witness {
  onEntry?: (entry: JournalEntry) => void
  onMetrics?: (data: MetricDatum[]) => void
  log?: Log
}

interface Received extends Message {
  receives: number
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

export function install(world: World, policy: Policy, witness: Witness = {}): Installation {
  const store = createMemoryStore()
  const random = createRandomness(0)
  const ports: WorkerPorts = {
    ...world.ports,
    store,
    metrics: { emit: data => data.length > 0 && witness.onMetrics?.(data) },
    log: witness.log ?? silentLog,
  }
  const landing: Landing = { ports, policy, leaseMs, timeLeftMs: () => 30 * second, random: random.fraction }
  const queue: Received[] = []
  const notices: StreamRecord[] = []
  const deadLetters: Message[] = []
  let sweeps = 0
  let sent = 0

  const send = (body: string) => queue.push({ id: `message-${++sent}`, body, receives: 0 })
  world.onEvent(event => routesOf(event).length > 0 && send(JSON.stringify(event)))
  world.onLook(target => send(lookMessage(target)))
  store.onJournal(({ eventName, entry, outbox, target, entryId }) => {
    if (eventName === 'INSERT') witness.onEntry?.(entry)
    // The filter of the stream, and what it carries.
    if (outbox === 'pending')
      notices.push({ dynamodb: { Keys: { pk: { S: targetKey(target) }, sk: { S: `journal#${entryId}` } } } })
  })
  const sweepEveryMinute = () =>
    world.timeline.after(minute - (world.clock.now() % minute), () => {
      sweeps += 1
      sweepEveryMinute()
    })
  sweepEveryMinute()

  const receive = async () => {
    const batch = queue.splice(0, 10).map(message => ({ ...message, receives: message.receives + 1 }))
    const unacknowledged = await workOff(landing, batch)
    for (const message of batch.filter(({ id }) => unacknowledged.includes(id))) {
      if (message.receives >= receivesMax) deadLetters.push({ id: message.id, body: message.body })
      else world.timeline.after(visibilityMs, () => queue.push(message))
    }
  }
  const settle = async () => {
    for (;;) {
      if (queue.length > 0) await receive()
      else if (sweeps > 0) {
        sweeps -= 1
        await tick(ports, policy)
      } else if (notices.length > 0)
        await deliver({ ...ports, slack: world.slack }, policy.slack, notices.splice(0, 10))
      else return
    }
  }

  return {
    store,
    deadLetters,
    send,
    async runUntil(atMs) {
      await settle()
      for (let next = world.nextAtMs(); next !== null && next <= atMs; next = world.nextAtMs()) {
        world.runUntil(next)
        await settle()
      }
      world.runUntil(atMs)
    },
  }
}
