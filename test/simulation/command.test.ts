import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSeeds } from '../../src/cli/simulate/seeds.ts'
import { simulateCommand } from '../../src/cli/simulate.ts'
import { faultNames, isFaultName } from '../../src/simulation/faults.ts'
import { typed } from '../doors/typed.ts'

const options = {
  seeds: { from: 1, to: 12 },
  faults: faultNames,
  minutes: 60,
  jobs: 1,
  failFast: false,
  shrink: true,
  json: true,
  story: false,
  status: null,
}

async function told(
  more: Partial<Parameters<typeof simulateCommand>[0]> = {},
): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await simulateCommand({ ...options, ...more, write: part => (text += part) })
  return { code, text }
}

describe('longshore simulate', () => {
  it('ends with one line of JSON, the same on however many threads', async () => {
    const one = await told()
    expect(one.code).toBe(0)
    expect(one.text.trim().split('\n')).toHaveLength(1)
    const { worldsPerSecond, ...result } = JSON.parse(one.text)
    expect(result).toEqual({
      seeds: 12,
      failed: [],
      faultsInjected: expect.objectContaining({ crash: expect.any(Number) }),
    })
    expect(worldsPerSecond).toBeGreaterThan(0)
    const two = JSON.parse((await told({ jobs: 2 })).text)
    expect(two).toEqual({ ...result, worldsPerSecond: two.worldsPerSecond })
  })

  it('tells people which faults there were, and that everything held', async () => {
    const { text } = await told({ json: false, seeds: { from: 20, to: 21 } })
    expect(text).toMatch(/^faults:\n/)
    expect(text).toMatch(/\n2 worlds of 60 minutes, [\d.]+ a second and core: everything held\n$/)
  })

  it('tells the whole story of a seed', async () => {
    const { code, text } = await told({ story: true, seeds: { from: 2, to: 2 } })
    expect(code).toBe(0)
    expect(text).toContain('from here on nothing goes wrong any more')
    expect(text).toMatch(/✓ seed 2: everything held\n$/)
  })

  it('shows its progress', async () => {
    const seen: string[] = []
    await told({ status: text => seen.push(text), seeds: { from: 1, to: 11 } })
    expect(seen.at(-1)).toMatch(/^11 of 11 worlds, 0 failing/)
  })

  it.each([
    ['7', { from: 7, to: 7 }],
    ['1..2000', { from: 1, to: 2000 }],
    ['5..1', null],
    ['1...3', null],
    ['-1', null],
    ['1..99999999999', null],
    ['', null],
  ])('reads the seeds %j', (text, range) => {
    expect(parseSeeds(text)).toEqual(range)
  })

  it.each([
    [['--seeds', '5..1'], 'Write one seed or a range from low to high, as in --seeds 1..2000.'],
    [['--faults', 'duplicat'], '"duplicat" is no fault. Did you mean duplicate?'],
    [['--minutes', '5'], 'Write minutes from 40 to 1440.'],
    [['--jobs', '0'], 'Write a number of threads from 1 to 256.'],
  ])('refuses %j in one sentence', async (args, sentence) => {
    expect(await refusal(args)).toContain(sentence)
  })

  it('refuses whatever else is written behind its options', async () => {
    const odd = fc
      .string()
      .filter(text => !/^\d+(\.\.\d+)?$|^(all|none)$/.test(text) && !isFaultName(text.trim()))
    const option = fc.constantFrom('--seeds', '--faults', '--minutes', '--jobs')
    await fc.assert(
      fc.asyncProperty(option, odd, async (name, value) => {
        expect(await refusal([`${name}=${value}`])).toMatch(/^error: [^\n]+\nTry: longshore --help\n$/)
      }),
      { seed: 20_261_123, numRuns: 300 },
    )
  })
})

async function refusal(args: string[]): Promise<string> {
  const { code, complaints } = await typed('simulate', ...args)
  expect(code).toBe(1)
  return complaints
}
