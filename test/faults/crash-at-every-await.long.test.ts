import { describe, expect, it } from 'vitest'
import { minute } from '../../src/model/time.ts'
import type { WorkerPorts } from '../../src/reconcile/landing.ts'
import { unrest } from './account.ts'
import { type Blow, dyingPorts, failingPorts, moments } from './dying-ports.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { rollBackScenarios } from './scenarios-roll-back.ts'

const afterwardsMs = 10 * minute
/** No story makes that many calls: one that does has lost its way. */
const callsMax = 400

type Harm = (ports: WorkerPorts, n: number) => { ports: WorkerPorts; blow: Blow }

const harms: [string, Harm][] = moments.flatMap(moment => [
  [
    `dies ${moment} the call`,
    (ports, n) => {
      const { ports: dying, death } = dyingPorts(ports, n, moment)
      return { ports: dying, blow: death }
    },
  ] as [string, Harm],
  [
    `gets no answer, ${moment === 'after' ? 'although' : 'because not'} carried out`,
    (ports, n) => {
      const { ports: failing, failure } = failingPorts(ports, n, moment)
      return { ports: failing, blow: failure }
    },
  ] as [string, Harm],
])

/** Null when there was no n-th call any more; otherwise what went wrong. */
async function interrupted(scenario: Scenario, harm: Harm, n: number): Promise<string[] | null> {
  const account = await scenario.open()
  const { ports, blow } = harm(account.ports, n)
  const seen = new Set<string>()
  const watch = async () => {
    for (const excess of (await scenario.excess?.(account)) ?? []) seen.add(excess)
  }
  account.employ(ports)
  scenario.happen(account)
  await account.run(scenario.dangerMs, watch)
  account.employ(account.ports)
  await account.run(afterwardsMs, watch)
  const wrong = [...seen, ...(await scenario.wrong(account)), ...unrest(account)]
  if (blow.operation === null) return wrong.length === 0 ? null : [`undisturbed: ${wrong.join('; ')}`]
  return wrong.map(what => `call ${n}, ${blow.operation}: ${what}`)
}

describe.each([...scenarios, ...rollBackScenarios].map(scenario => [scenario.name, scenario] as const))(
  '%s',
  (_, scenario) => {
    it.each(harms)('a worker that %s leaves nothing undone and nothing done twice', async (_, harm) => {
      const wrong: string[] = []
      let n = 1
      for (; n < callsMax; n++) {
        const found = await interrupted(scenario, harm, n)
        if (found === null) break
        wrong.push(...found)
      }
      expect(wrong).toEqual([])
      expect(n).toBeGreaterThan(20)
      expect(n).toBeLessThan(callsMax)
    })
  },
)
