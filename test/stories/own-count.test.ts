import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { validateCommand } from '../../src/cli/validate.ts'
import { servicePolicyFor } from '../../src/policy/match.ts'
import { readPolicy } from '../../src/policy/read.ts'
import type { SloRequests } from '../../src/scaling/policy.ts'
import { embedded } from '../contracts/embedded-metrics.ts'
import { textOf } from '../house/house.ts'
import { policyOf } from './landing-stage.ts'

/** docs/metrics.md, "Your own count, every 10 s": the line, the policy that reads it, and the program that prints it. */

const recipe = textOf('docs/metrics.md').split('## Your own count')[1] ?? ''

function block(language: string): string {
  const found = [...recipe.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))]
  expect(found, language).toHaveLength(1)
  return found[0]?.[1] ?? ''
}

const line = embedded.parse(JSON.parse(block('json')))
const [directive] = line._aws.CloudWatchMetrics

describe('a count of the application’s own', () => {
  it('is kept in periods of less than a minute, one metric for all tasks, at the beginning of its period', () => {
    expect(line._aws.CloudWatchMetrics).toHaveLength(1)
    expect(directive?.Dimensions).toEqual([['Service']])
    expect(directive?.Metrics).toEqual([
      { Name: 'Requests', Unit: 'Count', StorageResolution: 1 },
      { Name: 'Late', Unit: 'Count', StorageResolution: 1 },
    ])
    expect(line._aws.Timestamp % 10_000).toBe(0)
  })

  it('is what the policy reads', () => {
    const policy = policyOf(block('yaml'))
    const target = { kind: 'service', cluster: 'prod', service: 'checkout' } as const
    const slo = servicePolicyFor(policy, target, {})?.scale?.triggers[0] as SloRequests | undefined
    const read = (metricName: string) => ({
      queries: [
        {
          stat: {
            namespace: directive?.Namespace,
            metricName,
            dimensions: { Service: line.Service },
            statistic: 'Sum',
            periodSeconds: 10,
          },
        },
      ],
      isCount: true,
    })
    expect(slo?.from).toMatchObject(read('Requests'))
    expect(slo?.lateFrom).toMatchObject(read('Late'))
  })

  it('passes longshore validate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-own-count-'))
    try {
      const file = join(folder, 'longshore.yml')
      writeFileSync(file, block('yaml'))
      const write = () => {}
      expect(await validateCommand({ file, clusters: ['prod'], json: false, write })).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(readPolicy(block('yaml'), 'docs/metrics.md')).toMatchObject({ ok: true })
  })

  it('is printed by the program for Node: each period once, with what came in it', () => {
    const printed: string[] = []
    let nowMs = line._aws.Timestamp + 3_210
    const waits: { run: () => void; ms: number }[] = []
    const program = runInNewContext(
      `${block('js').replaceAll('export function', 'function')}; ({ arrived, answered })`,
      {
        Date: { now: () => nowMs },
        console: { log: (text: string) => printed.push(text) },
        setTimeout: (run: () => void, ms: number) => {
          waits.push({ run, ms })
          return { unref() {} }
        },
      },
    )
    const passPeriod = () => {
      const wait = waits.shift()
      nowMs += wait?.ms ?? Number.NaN
      wait?.run()
    }
    for (let request = 0; request < 412; request++) program.arrived()
    program.answered(1_000)
    passPeriod()
    expect(nowMs).toBe(line._aws.Timestamp + 10_000)
    expect(JSON.parse(printed[0] ?? '')).toEqual(line)

    program.arrived()
    program.answered(1_001)
    passPeriod()
    passPeriod()
    const told = printed.map(text => embedded.parse(JSON.parse(text)))
    expect(told.map(({ Requests, Late }) => [Requests, Late])).toEqual([
      [412, 0],
      [1, 1],
      [0, 0],
    ])
    expect(told.map(({ _aws }) => _aws.Timestamp - line._aws.Timestamp)).toEqual([0, 10_000, 20_000])
    expect(printed.every(text => !text.includes('\n'))).toBe(true)
  })

  it('is the same in Python, by its words', () => {
    const python = block('python')
    for (const word of ['_aws', 'Timestamp', 'CloudWatchMetrics', 'Namespace', 'Dimensions', 'Metrics'])
      expect(python).toContain(`"${word}"`)
    for (const { Name } of directive?.Metrics ?? []) expect(python).toContain(`"${Name}": 0`)
    expect(python).toContain('"StorageResolution": 1')
  })
})
