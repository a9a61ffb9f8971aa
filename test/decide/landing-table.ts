import type { Action, Intent } from '../../src/model/decision.ts'
import type { Ports } from '../../src/model/ports.ts'
import type { Answer, FailureCode } from '../../src/model/reading.ts'
import { refused } from '../../src/model/reading.ts'
import { familyTarget, serviceTarget } from '../../src/model/target.ts'
import { second } from '../../src/model/time.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import type { Landing, WorkerPorts } from '../../src/reconcile/landing.ts'
import type { Explained } from '../../src/reconcile/rooms.ts'
import { createMemoryStore, type MemoryStore } from '../../src/world/memory-store.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** A table, a small world and a worker about them, without queues: what is called happens. */

/** 2026-11-23T09:00:00Z. */
export const now = 1_795_424_400_000

export const etl = familyTarget('prod', 'etl')
export const web = serviceTarget('prod', 'web')

export function policyOf(mode: 'act' | 'observe' = 'act'): Policy {
  const read = readPolicy(
    `version: 1
mode: ${mode}
services:
  - match: { cluster: prod, service: web }
    scale: { min: 1, max: 9, triggers: [{ alarm: web-high, steps: [{ from: 0, add: 1 }] }] }
tasks:
  - match: { cluster: prod, family: etl }
    heal: { restart: { on: [crash, oom] } }
    discover: { namespace: jobs.internal, service: etl }
`,
    'owner',
  )
  if (!read.ok) throw new Error(renderProblems(read.problems))
  return read.policy
}

export interface Bench {
  world: World
  store: MemoryStore
  ports: WorkerPorts
  landing: Landing
  /** `warn: look failed, tried again later` */
  logged: string[]
  counts: Record<string, number>
  /** Wake-ups sent, with their delay. */
  woken: { target: unknown; delaySeconds: number }[]
}

export function bench(over: Partial<Landing> = {}): Bench {
  const world = createWorld({ seed: 5, startAtMs: now })
  world.createCluster('prod')
  world.registerTaskDefinition({ family: 'etl', containers: [{ name: 'app', image: 'etl:1' }] })
  world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
  const store = createMemoryStore()
  const logged: string[] = []
  const counts: Record<string, number> = {}
  const woken: Bench['woken'] = []
  const log = (level: string) => (message: string) => logged.push(`${level}: ${message}`)
  const ports: WorkerPorts = {
    ...world.ports,
    queue: {
      look(looks) {
        woken.push(...looks)
        return world.ports.queue.look(looks)
      },
    },
    store,
    metrics: {
      emit(data) {
        for (const { name, value } of data) counts[name] = (counts[name] ?? 0) + value
      },
    },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  }
  const landing: Landing = {
    ports,
    policy: policyOf(),
    leaseMs: 35 * second,
    timeLeftMs: () => 30 * second,
    random: () => 0,
    ...over,
  }
  return { world, store, ports, landing, logged, counts, woken }
}

/** The store with one operation that always fails. */
export const refusing = <K extends keyof Ports['store']>(
  store: MemoryStore,
  operation: K,
  code: FailureCode = 'unavailable',
): MemoryStore => ({
  ...store,
  [operation]: async (): Promise<Answer<never>> => refused(`store:${operation}`, code, 'no answer'),
})

export const runTaskAction: Extract<Action, { verb: 'run-task' }> = {
  verb: 'run-task',
  cluster: 'prod',
  specTaskId: 'a',
  replaces: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a',
  rootTaskId: 'a',
  attempt: 1,
  clientToken: 'f'.repeat(64),
}

export const intentOf = (action: Action, recordedAtMs = now): Intent => ({
  id: 'intent-1',
  room: action.verb === 'update-service' ? 'scaling' : action.verb === 'run-task' ? 'healing' : 'discovery',
  action,
  because: { code: 'restart' },
  sentence: 'Because.',
  tell: true,
  settles: action.verb === 'run-task' ? 'task/a' : null,
  recordedAtMs,
})

export const held = (about: string | null, code = 'backoff', tell = false): Explained => ({
  room: 'healing',
  decision: { hold: 'healing', about, because: { code }, untilMs: null, tell },
  sentence: `${code}.`,
})

export const wants = (action: Action): Explained => ({
  room: intentOf(action).room,
  decision: { do: action, because: { code: 'wanted' }, tell: true },
  sentence: 'Wanted.',
})

export const registering = (instanceId: string): Extract<Action, { verb: 'register-instance' }> => ({
  verb: 'register-instance',
  cloudMapServiceId: 'srv-1',
  instanceId,
  attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' },
  cloudMapName: 'etl.jobs.internal',
})
