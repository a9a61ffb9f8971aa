import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { minute } from '../../src/model/time.ts'
import { drawScenario } from '../../src/simulation/draw/scenario.ts'
import { type FaultName, faultNames, faults } from '../../src/simulation/faults.ts'
import type { Scenario } from '../../src/simulation/scenario.ts'
import { shrink, soonerQuiet } from '../../src/simulation/shrink.ts'
import { simulate } from '../../src/simulation/simulation.ts'
import { tellStory } from '../../src/simulation/story.ts'
import { invariants } from '../../src/simulation/violation.ts'

async function storyOf(scenario: Scenario): Promise<string[]> {
  const lines: string[] = []
  await simulate(scenario, (atMs, text) => lines.push(`${atMs} ${text}`))
  return lines
}

/** Quiet from the last minute on: too late for what was promised to come true. */
const restless = (seed: number): Scenario => {
  const scenario = drawScenario(seed, { minutes: 24 })
  return { ...scenario, quietFromMs: scenario.endMs - minute }
}

/** The first seed whose restless world breaks something; services that look every ten seconds would take their time. */
async function failing(): Promise<{ scenario: Scenario; invariant: keyof typeof invariants }> {
  for (let seed = 1; seed < 50; seed++) {
    if (restless(seed).services.some(({ signals }) => signals)) continue
    const { violation } = await simulate(restless(seed))
    if (violation) return { scenario: restless(seed), invariant: violation.invariant }
  }
  throw new Error('nothing fails without a quiet half')
}

describe('a simulated world', () => {
  it.each([3, 20, 79])('of seed %i is the same every time, byte for byte', async seed => {
    const first = await storyOf(drawScenario(seed))
    expect(first.length).toBeGreaterThan(100)
    expect(await storyOf(drawScenario(seed))).toEqual(first)
  })

  it('keeps every promise in the first twenty-five', async () => {
    for (let seed = 1; seed <= 25; seed++)
      expect((await simulate(drawScenario(seed))).violation, `seed ${seed}`).toBeNull()
  })

  it('meets every fault sooner or later', async () => {
    const missing = new Set<FaultName>(faultNames)
    for (let seed = 1; seed <= 60 && missing.size > 0; seed++) {
      const { faultsInjected } = await simulate(drawScenario(seed))
      for (const [name, times] of Object.entries(faultsInjected))
        if (times > 0) missing.delete(name as FaultName)
    }
    expect([...missing]).toEqual([])
  })

  it('has only the faults that it may have', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { faults, outages, versions } = drawScenario(seed, { faults: ['duplicate', 'crash'] })
      expect(Object.keys(faults).filter(name => name !== 'duplicate' && name !== 'crash')).toEqual([])
      expect(outages).toEqual([])
      expect(versions).toHaveLength(1)
    }
  })

  it('is quiet in its second half, however long it is', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { quietFromMs, endMs, happenings, outages } = drawScenario(seed, { minutes: 90 })
      expect([quietFromMs, endMs]).toEqual([45 * minute, 90 * minute])
      expect(happenings.filter(({ atMs }) => atMs > quietFromMs)).toEqual([])
      expect(outages.filter(({ toMs }) => toMs > quietFromMs)).toEqual([])
    }
  })
})

describe('a bug of our own about one target', () => {
  /** Two targets of each kind, in fair weather. */
  const crowded = (at: 'mark' | 'look' | 'record', target: string): Scenario => {
    for (let seed = 1; seed < 500; seed++) {
      const scenario = drawScenario(seed, { faults: [] })
      const { services, families } = scenario
      const all = [...services, ...families]
      if (services.length === 2 && families.length === 2 && all.every(({ managed }) => managed))
        return { ...scenario, faults: { bug: 1 }, bug: { target, at } }
    }
    throw new Error('no seed is crowded')
  }

  it.each([
    ['mark', 'family/prod/nightly'],
    ['look', 'service/prod/web'],
    ['look', 'family/prod/nightly'],
    ['record', 'service/prod/web'],
    ['record', 'family/prod/nightly'],
  ] as const)('at each %s of %s keeps no other waiting', async (at, target) => {
    const { violation, faultsInjected } = await simulate(crowded(at, target))
    expect(violation).toBeNull()
    expect(faultsInjected.bug).toBeGreaterThan(5)
  })
})

describe('a world that breaks a promise', () => {
  it('is shrunk to a smaller one that breaks the same', async () => {
    const { scenario, invariant } = await failing()
    const smallest = await shrink(scenario, invariant)
    expect((await simulate(smallest)).violation?.invariant).toBe(invariant)
    const size = ({ services, families, happenings, faults }: Scenario): number =>
      services.length + families.length + happenings.length + Object.keys(faults).length
    expect(size(smallest)).toBeLessThan(size(scenario))
  })

  it('whose quiet begins sooner has nothing happen in it', () => {
    const scenario = drawScenario(22)
    const { quietFromMs, endMs, happenings } = soonerQuiet(scenario, 5 * minute, 30 * minute)
    expect([quietFromMs, endMs]).toEqual([5 * minute, 35 * minute])
    expect(happenings).toHaveLength(scenario.happenings.length)
    expect(happenings.filter(({ atMs }) => atMs > quietFromMs)).toEqual([])
  })

  it('tells who was there, what happened last, and what broke', async () => {
    const { scenario, invariant } = await failing()
    const { violation } = await simulate(scenario)
    if (!violation) throw new Error('it failed before')
    const lines = (await tellStory(scenario, violation)).split('\n')
    expect(lines[0]).toBe(`seed ${scenario.seed}: ${invariant} does not hold: ${invariants[invariant]}`)
    expect(lines.filter(line => /^(service|family) /.test(line))).toHaveLength(
      scenario.services.length + scenario.families.length,
    )
    expect(lines.at(-1)).toContain(`✗ ${violation.sentence}`)
  })
})

describe('docs/trust.md', () => {
  const page = readFileSync(new URL('../../docs/trust.md', import.meta.url), 'utf8')

  it('names every fault, as the command does', () => {
    for (const name of faultNames) expect(page).toContain(`| \`${name}\` | ${faults[name]} |`)
  })

  it('names every promise', () => {
    for (const id of Object.keys(invariants)) expect(page).toContain(`| ${id} | `)
  })
})
