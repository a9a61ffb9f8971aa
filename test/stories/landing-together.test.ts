import { describe, expect, it } from 'vitest'
import { lookMessage } from '../../src/intake/look.ts'
import type { JournalEntry } from '../../src/model/decision.ts'
import { serviceTarget } from '../../src/model/target.ts'
import { minute } from '../../src/model/time.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'
import { workOff } from '../../src/reconcile/worker.ts'
import { createMemoryStore } from '../../src/world/memory-store.ts'
import { createWorld } from '../../src/world/world.ts'
import { landingOf } from '../faults/account.ts'
import { intercept } from '../faults/dying-ports.ts'
import { policyOf, startAtMs } from './landing-stage.ts'

/** Many services in one batch: what their looks cost together, and that each is scaled as it would be alone. */

const policy = policyOf(`version: 1
mode: act
services:
  - match: { cluster: prod, service: "web-*" }
    scale: { min: 1, max: 20, triggers: [{ cpu: 50% }] }
`)

const names = (count: number) => Array.from({ length: count }, (_, n) => `web-${n}`)

function open(count: number) {
  const world = createWorld({ seed: 3, startAtMs })
  world.createCluster('prod')
  world.registerTaskDefinition({ family: 'web', containers: [{ name: 'app', image: 'web:1' }] })
  for (const [n, name] of names(count).entries()) {
    world.createService({ cluster: 'prod', name, taskDefinition: 'web', desiredCount: 2 })
    // Every third is at 100 %, the others at their target.
    world.load(`prod/${name}`, n % 3 === 0 ? 200 : 100, 100)
  }
  world.advance(15 * minute)
  const calls: Record<string, number> = {}
  const store = createMemoryStore()
  const journal: JournalEntry[] = []
  store.onJournal(({ entry }) => journal.push(entry))
  const ports: WorkerPorts = {
    ...world.ports,
    store,
    metrics: { emit() {} },
    log: { debug() {}, info() {}, warn() {}, error() {} },
  }
  const counted = intercept(ports, (operation, run) => {
    calls[operation] = (calls[operation] ?? 0) + 1
    return run()
  })
  const look = (asked: string[]) =>
    workOff(
      landingOf(counted, policy),
      asked.map(name => ({ id: name, body: lookMessage(serviceTarget('prod', name)) })),
    )
  const desired = async (name: string) => {
    const told = await world.ports.ecs.describeServices('prod', [name])
    return told.ok ? told.value.services[0]?.desiredCount : undefined
  }
  return { world, calls, journal, look, desired, store }
}

describe('twenty-five services of one cluster', () => {
  it('looked at in one batch: three calls of DescribeServices and one of GetMetricData', async () => {
    const on = open(25)
    expect(await on.look(names(25))).toEqual([])
    expect(on.calls).toMatchObject({ 'ecs.describeServices': 3, 'cloudWatch.getMetricData': 1 })
    for (const [n, name] of names(25).entries())
      expect(await on.desired(name), name).toBe(n % 3 === 0 ? 4 : 2)
    expect(on.calls['ecs.updateService']).toBe(9)
  })

  it('are scaled as they are one by one', async () => {
    const [together, alone] = [open(25), open(25)]
    await together.look(names(25))
    for (const name of names(25)) await alone.look([name])
    expect(alone.calls).toMatchObject({ 'ecs.describeServices': 25, 'cloudWatch.getMetricData': 25 })
    for (const name of names(25)) expect(await together.desired(name)).toBe(await alone.desired(name))
    const lines = ({ journal }: typeof alone) =>
      journal.map(({ target, sentence }) => `${JSON.stringify(target)} ${sentence}`).sort()
    expect(lines(together)).toEqual(lines(alone))
  })

  it('one of which is not there: only that one is missing', async () => {
    const on = open(24)
    await on.look(['web-none', ...names(24)])
    expect(on.calls['ecs.describeServices']).toBe(3)
    const missing = on.journal.filter(({ because }) => because.code === 'service-missing')
    expect(missing.map(({ target }) => target)).toEqual([serviceTarget('prod', 'web-none')])
    for (const [n, name] of names(24).entries())
      expect(await on.desired(name), name).toBe(n % 3 === 0 ? 4 : 2)
  })

  it('read by a call of which nobody hears: all of them hold, none is counted as zero', async () => {
    const on = open(10)
    on.world.failNext('cloudwatch:GetMetricData', { code: 'unavailable' })
    await on.look(names(10))
    expect(on.calls['cloudWatch.getMetricData']).toBe(1)
    for (const name of names(10)) expect(await on.desired(name)).toBe(2)
    const unread = on.journal.filter(({ because }) => because.code === 'signal-unreadable')
    expect(unread).toHaveLength(10)
  })

  it('more than are looked at side by side: the others follow', async () => {
    const on = open(40)
    expect(await on.look(names(40))).toEqual([])
    expect(on.store.contents().states.map(({ memory }) => memory.looks)).toEqual(Array(40).fill(1))
    expect(on.calls).toMatchObject({ 'ecs.describeServices': 3 + 2, 'cloudWatch.getMetricData': 1 + 1 })
  })
})
