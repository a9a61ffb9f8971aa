import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { CloudMapInstance, CloudMapOperation } from '../../src/model/cloud-map.ts'
import { isDo, type Outcome } from '../../src/model/decision.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { hour, second } from '../../src/model/time.ts'
import { definition, now, ours, policy, seen, task, unavailable, view } from './discovery-view.ts'

/** Many looks in a row, in bad weather: how much is asked of Cloud Map, how much people are told, and how it ends. */

interface Look extends Partial<DiscoveryView> {
  atMs: number
}

/** A Cloud Map of one service; `weather` says how each operation ends, or that its call was refused. */
function course(weather: (call: number) => CloudMapOperation['status'] | Outcome) {
  const instances = new Map<string, CloudMapInstance>()
  const operations = new Map<string, { status: CloudMapOperation['status']; instanceId: string }>()
  const calls: { atMs: number; what: string; tell: boolean }[] = []
  let memory: DiscoveryMemory | undefined
  let fewest = Number.POSITIVE_INFINITY
  return {
    instances,
    calls,
    fewest: () => fewest,
    /** One look; answers when the next one is due. */
    look({ atMs, ...change }: Look, min = 0): number {
      const verdict = decide(
        view({
          instances: seen([...instances.values()]),
          operations: new Map(
            [...operations].map(([id, { status }]) => [
              id,
              seen({ status, errorCode: null, errorMessage: null }),
            ]),
          ),
          ...change,
        }),
        { ...policy, min },
        memory,
        atMs,
      )
      memory = verdict.memory
      for (const { do: action, tell } of verdict.decisions.filter(isDo)) {
        const { instanceId } = action
        const open = [...operations.values()].find(each => each.instanceId === instanceId)
        // Cloud Map would refuse it: DuplicateRequest.
        if (open?.status === 'PENDING') throw new Error(`a second operation of ${instanceId}`)
        calls.push({ atMs, what: `${action.verb.replace('-instance', '')} ${instanceId}`, tell })
        const end = weather(calls.length)
        const operationId = `op-${calls.length}`
        if (typeof end === 'string') operations.set(operationId, { status: end, instanceId })
        if (end === 'SUCCESS' && action.verb === 'register-instance')
          instances.set(instanceId, { id: instanceId, attributes: action.attributes })
        if (end === 'SUCCESS' && action.verb === 'deregister-instance') instances.delete(instanceId)
        fewest = Math.min(fewest, instances.size)
        memory = remember(memory, action, typeof end === 'string' ? { ok: true, operationId } : end, atMs)
      }
      return verdict.nextLookAtMs ?? atMs + hour
    },
  }
}

describe('six hours in which', () => {
  const refusal = (code: 'throttled' | 'denied'): Outcome => ({
    ok: false,
    code,
    message: '',
    transient: code === 'throttled',
  })

  it.each<[what: string, end: CloudMapOperation['status'] | Outcome, calls: number, gap: number]>([
    // After 10, 20, 40, 80 and 160 s every five minutes; an operation is looked at 5 s after it began.
    ['every operation fails', 'FAIL', 75, 305],
    ['every call is throttled', refusal('throttled'), 76, 300],
    ['every call is denied', refusal('denied'), 76, 300],
    ['no operation ends', 'SUBMITTED', 36, 600],
    ['every operation ends well and the list never says so', 'SUCCESS', 360, 60],
  ])('%s: tried on at a distance', (what, end, calls, gap) => {
    const told = course(() => end)
    const instances = what.includes('list') ? { instances: seen([]) } : {}
    for (let atMs = now; atMs < now + 6 * hour; )
      atMs = told.look({ atMs, tasks: seen([task('a')]), ...instances })
    expect(told.calls).toHaveLength(calls)
    const gaps = told.calls.slice(8).map(({ atMs }, n) => atMs - (told.calls[n + 7]?.atMs ?? 0))
    expect(Math.min(...gaps)).toBe(gap * second)
    if (end !== 'SUCCESS') expect(told.calls.filter(({ tell }) => tell)).toHaveLength(3)
  })

  it('a person takes our instance out after every look: it is put back once with each, and with nothing else', () => {
    const told = course(() => 'SUCCESS')
    let looks = 0
    for (let atMs = now; atMs < now + 6 * hour; looks++) {
      told.instances.clear()
      atMs = told.look({ atMs, tasks: seen([task('a')]) })
    }
    expect(told.calls.length).toBeLessThanOrEqual(6 * 60 + 1)
    expect(looks).toBeGreaterThan(told.calls.length)
  })

  it('health checks of two tasks flap with every look: the last one is never taken away', () => {
    const told = course(() => 'SUCCESS')
    const healthChecked = new Map([[definition, true]])
    let looks = 0
    for (let atMs = now; atMs < now + hour; looks++) {
      const healthStatus = looks % 2 === 0 ? 'HEALTHY' : 'UNHEALTHY'
      const tasks = seen([task('a', { healthStatus }), task('bb', { healthStatus })])
      atMs = told.look({ atMs, tasks, healthChecked }, 1)
    }
    expect(told.fewest()).toBe(1)
    expect(told.calls.length).toBeGreaterThan(looks / 2)
  })
})

type State = 'running' | 'stopping' | 'stopped' | 'pending' | 'gone'

const ids = ['a', 'bb', 'ccc', 'dddd']
const states = fc.constantFrom<State>('running', 'stopping', 'stopped', 'pending', 'gone')
const family = fc.tuple(states, states, states, states)
const changes: Record<Exclude<State, 'gone'>, Partial<Task>> = {
  running: {},
  stopping: { desiredStatus: 'STOPPED' },
  stopped: { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' },
  pending: { lastStatus: 'PENDING' },
}

/** What ECS says of the family when it stands so. */
const asTold = (standing: State[]) => ({
  tasks: seen(standing.flatMap((state, n) => (state === 'gone' ? [] : task(ids[n] ?? '', changes[state])))),
  missingTaskIds: ids.filter((_, n) => standing[n] === 'gone'),
})

describe('whatever was shown before', () => {
  const lie = fc.record({
    standing: family,
    /** The list as it was so many looks ago, or unread. */
    list: fc.oneof(fc.nat(4), fc.constant(null)),
    afterMs: fc.constantFrom(0, 1 * second, 5 * second, 61 * second, 601 * second, -30 * second),
    tombs: fc.subarray(ids),
  })
  const ends = fc.constantFrom<CloudMapOperation['status'] | Outcome>(
    'SUCCESS',
    'SUCCESS',
    'FAIL',
    'SUBMITTED',
    {
      ok: false,
      code: 'conflict',
      message: '',
      transient: true,
    },
  )

  it('stale, lost, doubled or out of order: once the truth is told, Cloud Map names exactly who runs', () => {
    fc.assert(
      fc.property(
        fc.array(lie, { maxLength: 12 }),
        fc.array(ends, { maxLength: 10 }),
        family,
        (lies, weather, truth) => {
          const told = course(call => weather[call - 1] ?? 'SUCCESS')
          const lists: CloudMapInstance[][] = [[ours('a'), ours('dddd')]]
          for (const instance of lists[0] ?? []) told.instances.set(instance.id, instance)
          let atMs = now
          for (const { standing, list, afterMs, tombs } of lies) {
            atMs += afterMs
            const shown = list === null ? unavailable : seen(lists.at(-1 - list) ?? [])
            told.look({ atMs, ...asTold(standing), instances: shown, tombstones: new Set(tombs) })
            lists.push([...told.instances.values()])
          }
          for (let look = 0; look < 60; look++) {
            atMs += 301 * second
            told.look({ atMs, ...asTold(truth) })
          }
          const expected = ids.filter((_, n) => truth[n] === 'running')
          const named = [...told.instances.keys()].filter(id => truth[ids.indexOf(id)] !== 'pending')
          expect(named.sort()).toEqual(expected)
          const before = told.calls.length
          told.look({ atMs: atMs + 61 * second, ...asTold(truth) })
          expect(told.calls).toHaveLength(before)
        },
      ),
      { seed: 12, numRuns: 500 },
    )
  })
})
