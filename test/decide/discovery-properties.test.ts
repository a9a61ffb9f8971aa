import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import { remember } from '../../src/discovery/remember.ts'
import type { CloudMapInstance } from '../../src/model/cloud-map.ts'
import { isDo } from '../../src/model/decision.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Task } from '../../src/model/task.ts'
import { definition, foreign, now, ours, policy, seen, service, task, view } from './discovery-view.ts'

/** What holds whatever is registered, runs, stops and is gone, and in whatever order it is told. */

interface Scene {
  /** By id: what ECS says; `gone` = it does not know the task. */
  tasks: Record<string, 'running' | 'stopping' | 'stopped' | 'unhealthy' | 'pending' | 'gone'>
  named: string[]
  others: number
  min: number
  custom: boolean
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const scenes: fc.Arbitrary<Scene> = fc.record({
  tasks: fc.dictionary(
    fc.constantFrom(...ids),
    fc.constantFrom('running', 'stopping', 'stopped', 'unhealthy', 'pending', 'gone'),
    { maxKeys: 6 },
  ),
  named: fc.uniqueArray(fc.constantFrom(...ids)),
  others: fc.integer({ min: 0, max: 2 }),
  min: fc.integer({ min: 0, max: 4 }),
  custom: fc.boolean(),
}) as fc.Arbitrary<Scene>

const changes: Record<Exclude<Scene['tasks'][string], 'gone'>, Partial<Task>> = {
  running: { healthStatus: 'HEALTHY' },
  stopping: { healthStatus: 'HEALTHY', desiredStatus: 'STOPPED' },
  stopped: { lastStatus: 'STOPPED', desiredStatus: 'STOPPED' },
  unhealthy: { healthStatus: 'UNHEALTHY' },
  pending: { lastStatus: 'PENDING' },
}

/** Looks, does and looks again, a minute apart, until nothing is done any more; every operation ends at once. */
function settle({ tasks, named, others, min, custom }: Scene, order: <T>(list: T[]) => T[]) {
  const instances = new Map<string, CloudMapInstance>()
  for (const id of named) instances.set(id, ours(id))
  for (let n = 0; n < others; n++) instances.set(`x${n}`, foreign(`x${n}`))
  const sick = new Set<string>()
  const told = Object.entries(tasks).flatMap(([id, state]) =>
    state === 'gone' ? [] : task(id, changes[state]),
  )
  let memory: DiscoveryMemory | undefined
  let fewest = instances.size
  for (let look = 0; look < 10; look++) {
    const at = now + look * 61_000
    const verdict = decide(
      view({
        cloudMapService: seen({ ...service, hasCustomHealth: custom }),
        health: custom
          ? seen(
              Object.fromEntries(
                [...instances.keys()].map(id => [id, sick.has(id) ? 'UNHEALTHY' : 'HEALTHY']),
              ),
            )
          : { kind: 'missing', what: 'custom health check' },
        tasks: seen(order(told)),
        instances: seen(order([...instances.values()])),
        missingTaskIds: named.filter(id => tasks[id] === undefined || tasks[id] === 'gone'),
        healthChecked: new Map([[definition, true]]),
      }),
      { ...policy, min },
      memory,
      at,
    )
    memory = verdict.memory
    const acts = verdict.decisions.filter(isDo)
    if (acts.length === 0 && look > 1) return { instances, sick, fewest, looks: look }
    for (const { do: action } of acts) {
      if (action.verb === 'register-instance')
        instances.set(action.instanceId, { id: action.instanceId, attributes: action.attributes })
      if (action.verb === 'deregister-instance') instances.delete(action.instanceId)
      if (action.verb === 'set-instance-health')
        sick[action.status === 'UNHEALTHY' ? 'add' : 'delete'](action.instanceId)
      fewest = Math.min(fewest, instances.size)
      memory = { ...remember(memory, action, { ok: true, operationId: 'op' }, at), operations: [] }
    }
  }
  return { instances, sick, fewest, looks: Number.POSITIVE_INFINITY }
}

const asTold = <T>(list: T[]): T[] => list
const backwards = <T>(list: T[]): T[] => [...list].reverse()

describe('discovery, whatever it sees', () => {
  it('comes to rest, names who runs, and nobody dead beyond the minimum', () => {
    fc.assert(
      fc.property(scenes, scene => {
        const { instances, looks } = settle(scene, asTold)
        expect(looks).toBeLessThan(10)
        for (const [id, state] of Object.entries(scene.tasks))
          if (state === 'running') expect([...instances.keys()]).toContain(id)
        const dead = [...instances.keys()].filter(
          id =>
            !id.startsWith('x') && !['running', 'unhealthy', 'pending'].includes(scene.tasks[id] ?? 'gone'),
        )
        if (dead.length > 0) expect(instances.size).toBeLessThanOrEqual(scene.min)
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it('never goes below the minimum, and never touches what is not its own', () => {
    fc.assert(
      fc.property(scenes, scene => {
        const { instances, fewest, sick } = settle(scene, asTold)
        expect(fewest).toBeGreaterThanOrEqual(Math.min(scene.min, scene.named.length + scene.others))
        for (let n = 0; n < scene.others; n++) expect(instances.get(`x${n}`)).toEqual(foreign(`x${n}`))
        if (sick.size > 0) expect(instances.size - sick.size).toBeGreaterThanOrEqual(Math.min(1, scene.min))
      }),
      { numRuns: 500, seed: 8 },
    )
  })

  it('ends the same in whatever order tasks and instances are told, where the minimum keeps nobody', () => {
    fc.assert(
      fc.property(scenes, drawn => {
        const scene = { ...drawn, min: 0 }
        const one = settle(scene, asTold)
        const other = settle(scene, backwards)
        expect([...one.instances.keys()].sort()).toEqual([...other.instances.keys()].sort())
        expect([...one.sick].sort()).toEqual([...other.sick].sort())
      }),
      { numRuns: 500, seed: 9 },
    )
  })
})
