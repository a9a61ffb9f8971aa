import { describe, expect, it } from 'vitest'
import { hunt, plant } from './killing.ts'
import { mutants } from './mutants.ts'

/** Seeds in which a mutant must be found: as many as the gate simulates. */
const seeds = '1..2000'

describe('the simulation can fail', () => {
  it('there are enough mutants, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(117)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })

  it.concurrent.each(mutants)('$name', { timeout: 600_000 }, async mutant => {
    const { folder, remove } = plant(mutant)
    try {
      const death = await hunt(folder, seeds)
      expect(death, 'survived').not.toBeNull()
      process.stdout.write(`${mutant.name}: ${death?.invariant} in seed ${death?.seed}\n`)
    } finally {
      remove()
    }
  })
})
