import { refused } from '../../src/model/reading.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'

/** Not one of the failures that are values: the worker is gone in the middle of a call. */
export class Died extends Error {}

/** `before`: the call never left. `after`: it was carried out and nobody heard the answer. */
export const moments = ['before', 'after'] as const
export type Moment = (typeof moments)[number]

type Around = (operation: string, run: () => Promise<unknown>) => Promise<unknown>

/** The same ports with `around` about every call that leaves the worker. `operation`: `store.record`. */
export function intercept(ports: WorkerPorts, around: Around): WorkerPorts {
  const wrapped = <P extends object>(name: string, port: P): P =>
    new Proxy(port, {
      get(target, method) {
        const verb: unknown = Reflect.get(target, method)
        if (typeof verb !== 'function') return verb
        return (...args: unknown[]) =>
          around(`${name}.${String(method)}`, async () => Reflect.apply(verb, target, args))
      },
    })
  return {
    ...ports,
    ecs: wrapped('ecs', ports.ecs),
    ec2: wrapped('ec2', ports.ec2),
    cloudWatch: wrapped('cloudWatch', ports.cloudWatch),
    cloudMap: wrapped('cloudMap', ports.cloudMap),
    queues: wrapped('queues', ports.queues),
    store: wrapped('store', ports.store),
    queue: wrapped('queue', ports.queue),
  }
}

/** Where the blow fell. */
export interface Blow {
  /** Null as long as there was no such call. */
  operation: string | null
}

/** The n-th call is the worker's last: from then on nothing that it does reaches anybody. */
export function dyingPorts(
  ports: WorkerPorts,
  n: number,
  moment: Moment,
): { ports: WorkerPorts; death: Blow } {
  const death: Blow = { operation: null }
  let calls = 0
  const around: Around = async (operation, run) => {
    calls += 1
    if (calls < n) return run()
    if (calls === n) {
      death.operation = operation
      if (moment === 'after') await run()
    }
    throw new Died(operation)
  }
  return { ports: intercept(ports, around), death }
}

/** The n-th call (counted over all, or over the operations that `isMeant` names) is answered `unavailable`, carried out or not. */
export function failingPorts(
  ports: WorkerPorts,
  n: number,
  moment: Moment,
  isMeant: (operation: string) => boolean = () => true,
): { ports: WorkerPorts; failure: Blow } {
  const failure: Blow = { operation: null }
  let calls = 0
  const around: Around = async (operation, run) => {
    if (isMeant(operation)) calls += 1
    if (calls !== n || failure.operation !== null) return run()
    failure.operation = operation
    if (moment === 'after') await run()
    return refused(operation, 'unavailable', 'no answer came')
  }
  return { ports: intercept(ports, around), failure }
}

/** The n-th call of `operation` stands still until it is thawed: before it leaves, or with its answer in hand. */
export function freezingPorts(ports: WorkerPorts, operation: string, moment: Moment, n = 1) {
  const frozen = gate()
  const thawed = gate()
  let calls = 0
  const around: Around = async (called, run) => {
    if (called === operation) calls += 1
    if (called !== operation || calls !== n) return run()
    const early = moment === 'after' ? await run() : null
    frozen.open()
    await thawed.opened
    return moment === 'after' ? early : run()
  }
  return { ports: intercept(ports, around), frozen: frozen.opened, thaw: thawed.open }
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** Whatever these operations are asked is kept, in order, with its answer. */
export function listeningPorts(ports: WorkerPorts, operations: string[]) {
  const heard: { operation: string; answer: unknown }[] = []
  const around: Around = async (operation, run) => {
    const answer = await run()
    if (operations.includes(operation)) heard.push({ operation, answer })
    return answer
  }
  return { ports: intercept(ports, around), heard }
}
