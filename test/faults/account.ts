import { lookMessage } from '../../src/intake/look.ts'
import { minute, second } from '../../src/model/time.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import type { Landing, WorkerPorts } from '../../src/reconcile/landing.ts'
import { tick } from '../../src/reconcile/tick.ts'
import { type Message, workOff } from '../../src/reconcile/worker.ts'
import { createMemoryStore, type MemoryStore } from '../../src/world/memory-store.ts'
import type { World } from '../../src/world/world.ts'
import { Died } from './dying-ports.ts'

/** As in serverless.yml and stack/queues.yml. */
export const leaseMs = 35 * second
const visibilityMs = 180 * second
const receivesMax = 5

/** Longshore's queue, schedule and table about a world, with workers that can be exchanged. */
export interface Account {
  world: World
  store: MemoryStore
  policy: Policy
  /** Those of a worker in good health. */
  ports: WorkerPorts
  /** What was given up after five receives. */
  deadLetters: Message[]
  /** From now on this is what works; null = nobody does, and messages pile up. */
  employ(ports: WorkerPorts | null): void
  /** What has piled up. */
  take(): Message[]
  /** A message of which the world knows nothing. */
  send(body: string): void
  /** Lets the world and whoever is employed go on. `watch` runs whenever all is quiet. */
  run(ms: number, watch?: () => void | Promise<void>): Promise<void>
}

export const startAtMs = 1_795_424_400_000

export function policyOf(text: string): Policy {
  const read = readPolicy(text, 'owner')
  if (!read.ok) throw new Error(renderProblems(read.problems))
  return read.policy
}

export const landingOf = (ports: WorkerPorts, policy: Policy): Landing => ({
  ports,
  policy,
  leaseMs,
  timeLeftMs: () => 30 * second,
  random: () => 0.5,
})

export function openAccount(world: World, policy: Policy): Account {
  const store = createMemoryStore()
  const ports: WorkerPorts = {
    ...world.ports,
    store,
    metrics: { emit() {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  const queue: (Message & { receives: number })[] = []
  const deadLetters: Message[] = []
  let employed: WorkerPorts | null = ports
  let sweeps = 0
  let sent = 0

  const send = (body: string) => queue.push({ id: `message-${++sent}`, body, receives: 0 })
  world.onEvent(event => send(JSON.stringify(event)))
  world.onLook(target => send(lookMessage(target)))
  const sweepEveryMinute = () =>
    world.timeline.after(minute - (world.clock.now() % minute), () => {
      sweeps += 1
      sweepEveryMinute()
    })
  sweepEveryMinute()

  const receive = async (worker: WorkerPorts) => {
    const batch = queue.splice(0, 10).map(message => ({ ...message, receives: message.receives + 1 }))
    const left = await surviving(() => workOff(landingOf(worker, policy), batch))
    for (const message of batch.filter(({ id }) => left?.includes(id) ?? true)) {
      if (message.receives >= receivesMax) deadLetters.push(message)
      else world.timeline.after(visibilityMs, () => queue.push(message))
    }
  }
  const settle = async () => {
    while (employed && queue.length + sweeps > 0) {
      const worker = employed
      if (queue.length > 0) await receive(worker)
      else {
        sweeps -= 1
        await surviving(() => tick(worker, policy))
      }
    }
  }

  return {
    world,
    store,
    policy,
    ports,
    deadLetters,
    employ(worker) {
      employed = worker
    },
    take: () => queue.splice(0),
    send: body => void send(body),
    async run(ms, watch = () => {}) {
      const untilMs = world.clock.now() + ms
      await settle()
      for (let next = world.nextAtMs(); next !== null && next <= untilMs; next = world.nextAtMs()) {
        world.runUntil(next)
        await settle()
        await watch()
      }
      world.runUntil(untilMs)
    },
  }

  /** Null when the worker died of it, or (the sweep's way to fail) gave up: whoever is employed then goes on. */
  async function surviving<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Died) && !isSweepFailure(error)) throw error
      // Lambda starts a fresh one.
      if (error instanceof Died) employed = ports
      return null
    }
  }
}

/** The sweep throws so that its schedule counts an error. */
const isSweepFailure = (error: unknown): boolean =>
  error instanceof Error && /^the (table|queues) did not answer/.test(error.message)

/** What is not at rest although nobody works any more. Empty = all is. */
export function unrest({ store, world, deadLetters }: Account): string[] {
  const { states, evidence } = store.contents()
  return [
    ...states.flatMap(({ intents }) => intents.map(({ action }) => `open intent ${action.verb}`)),
    ...states.flatMap(({ inbox }) => inbox.map(key => `stuck in the inbox: ${key}`)),
    ...states
      .filter(({ owner, leaseUntilMs }) => owner !== null && leaseUntilMs > world.clock.now())
      .map(({ owner }) => `live lease of ${owner}`),
    ...states
      .filter(({ generation, observedGeneration }) => generation !== observedGeneration)
      .map(({ generation, observedGeneration }) => `generation ${generation}, seen ${observedGeneration}`),
    ...states.filter(({ failures }) => failures > 0).map(({ failures }) => `${failures} failures in a row`),
    ...evidence
      .filter(({ evidence: kept }) => kept.resolution === null && isStory(kept))
      .map(({ evidence: kept }) => `not settled: ${kept.key}`),
    ...deadLetters.map(({ body }) => `dead letter ${body}`),
  ]
}

/** A task that runs is no story yet, and one of a service that was stopped by its scheduler never is. */
const isStory = (kept: object): boolean => {
  if (!('task' in kept)) return true
  const { desiredStatus, group } = kept.task as { desiredStatus: string; group: string | null }
  return desiredStatus !== 'RUNNING' && !group?.startsWith('service:')
}
