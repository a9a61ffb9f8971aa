import { afterAll, describe, expect, it } from 'vitest'
import { readFound, writeFound } from './found.ts'
import { hunt, plant } from './killing.ts'
import { mutants } from './mutants.ts'

/** Seeds in which a mutant must be found: as many as the gate simulates. */
const most = 2000
const found = readFound()

describe('the simulation can fail', () => {
  it('there are enough mutants, each with a name of its own', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(117)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })

  it.concurrent.each(mutants)('$name', { timeout: 600_000 }, async mutant => {
    const { folder, remove } = plant(mutant)
    const known = found.get(mutant.name)
    try {
      const again = known !== undefined && known <= most ? await hunt(folder, `${known}`) : null
      const death = again ?? (await hunt(folder, `1..${most}`))
      expect(death, 'survived').not.toBeNull()
      process.stdout.write(`${mutant.name}: ${death?.invariant} in seed ${death?.seed}\n`)
      if (death) found.set(mutant.name, death.seed)
    } finally {
      remove()
    }
  })

  afterAll(() => writeFound(mutants.map(({ name }) => [name, found.get(name)])))
})
