import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { waitMsOf } from '../../src/healing/pace.ts'
import { subnetInstead, subnetsOf } from '../../src/healing/subnet.ts'
import { changedSpec } from '../../src/model/launch-spec.ts'
import { crashed, now, spec, stop } from './healing-tasks.ts'

const network = (change: Partial<NonNullable<ReturnType<typeof spec>['network']>>) => ({
  network: {
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    assignPublicIp: 'DISABLED' as const,
    ...change,
  },
})

describe('waits, at their edges', () => {
  const backoff = { firstMs: 10_000, maxMs: 300_000 }
  const named = (n: number) => ({ ...crashed('a'), taskArn: `arn:aws:ecs:eu-west-1:1:task/prod/${n}` })

  it('a start waits its back-off and up to a quarter more, the same each time it is asked', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), (n, attempt) => {
        const waitMs = waitMsOf(named(n), 'network-interface', attempt, backoff)
        const leastMs = Math.min(10_000 * 2 ** (attempt - 1), 300_000)
        expect(waitMs).toBeGreaterThanOrEqual(leastMs)
        expect(waitMs).toBeLessThan(leastMs * 1.25)
        expect(waitMs).toBe(waitMsOf(named(n), 'network-interface', attempt, backoff))
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('a hundred tasks that failed together are spread over the quarter', () => {
    const waits = Array.from({ length: 100 }, (_, n) => waitMsOf(named(n), 'placement', 1, backoff))
    expect(new Set(waits).size).toBeGreaterThan(90)
    expect(Math.min(...waits)).toBeLessThan(10_300)
    expect(Math.max(...waits)).toBeGreaterThan(12_200)
  })

  it.each(['app-crash', 'oom', 'spot-interruption', 'host-terminated', 'health-check-elb'] as const)(
    '%s waits exactly what the owner wrote',
    cause => {
      expect(waitMsOf(named(1), cause, 3, backoff)).toBe(40_000)
    },
  )

  it('where only time helps, never less than the owner would ever wait', () => {
    const patient = { firstMs: 10_000, maxMs: 7_200_000 }
    expect(waitMsOf(named(1), 'quota', 1, patient)).toBeGreaterThanOrEqual(7_200_000)
    expect(waitMsOf(named(1), 'quota', 99, backoff)).toBeLessThan(4_500_000)
  })
})

describe('subnets, at their edges', () => {
  it.each<[string, Parameters<typeof spec>[1], string[]]>([
    ['launched alike elsewhere', network({ subnets: ['subnet-2'] }), ['subnet-2']],
    ['in the same subnet', network({}), []],
    [
      'in other security groups, perhaps of another VPC',
      network({ subnets: ['subnet-2'], securityGroups: ['sg-2'] }),
      [],
    ],
    [
      'with one security group more',
      network({ subnets: ['subnet-2'], securityGroups: ['sg-1', 'sg-2'] }),
      [],
    ],
    ['with a public address', network({ subnets: ['subnet-2'], assignPublicIp: 'ENABLED' }), []],
    ['not surely known', { ...network({ subnets: ['subnet-2'] }), unsure: ['ebs-volume'] }, []],
    ['without an interface of its own', { network: null }, []],
  ])('a task %s', (_, change, expected) => {
    expect(subnetsOf([spec('a'), spec('b', change)])(spec('a'))).toEqual(expected)
  })

  it('security groups are a set', () => {
    const two = network({ securityGroups: ['sg-1', 'sg-2'] })
    const other = network({ subnets: ['subnet-2'], securityGroups: ['sg-2', 'sg-1'] })
    expect(subnetsOf([spec('b', other), spec('c', other)])(spec('a', two))).toEqual(['subnet-2'])
  })

  it('a task without an interface of its own has no subnet to leave', () => {
    expect(subnetsOf([spec('b')])(spec('a', { network: null }))).toEqual([])
    const hosted = stop(crashed('a', { networkInterface: null }), { otherSubnets: ['subnet-2'] })
    expect(subnetInstead(hosted, spec('a', { network: null }), 1)).toBeNull()
  })

  it('which subnet failed is read from the task, else from its specification', () => {
    const stopped = (subnetId: string | null) =>
      stop(
        crashed('a', {
          networkInterface:
            subnetId === null ? null : { id: 'eni-1', subnetId, privateIpv4: null, ipv6: null },
        }),
        { otherSubnets: ['subnet-2'] },
      )
    expect(subnetInstead(stopped(null), spec('a'), 1)).toEqual({ from: 'subnet-1', to: 'subnet-2' })
    // It had been moved there before: its specification names the way back.
    expect(subnetInstead(stopped('subnet-2'), spec('a'), 1)).toEqual({ from: 'subnet-2', to: 'subnet-1' })
    expect(subnetInstead(stopped('subnet-9'), spec('a'), 1)?.from).toBe('subnet-9')
  })

  it('a change touches nothing else, and not the specification it was given', () => {
    const recorded = spec('a', { recordedAtMs: now })
    const changed = changedSpec(recorded, { subnets: ['subnet-2'] })
    expect(changed).toEqual({ ...recorded, ...network({ subnets: ['subnet-2'] }) })
    expect(recorded).toEqual(spec('a', { recordedAtMs: now }))
    expect(changedSpec(recorded, {})).toEqual(recorded)
    expect(changedSpec(spec('a', { network: null }), { subnets: ['subnet-2'] }).network).toBeNull()
  })
})
