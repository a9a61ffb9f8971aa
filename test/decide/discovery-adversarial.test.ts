import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instanceAttributes } from '../../src/discovery/instance.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { CloudMapInstance } from '../../src/model/cloud-map.ts'
import { familyTarget } from '../../src/model/target.ts'
import { attributeProblem } from '../../src/world/cloud-map-limits.ts'
import {
  decided,
  definition,
  foreign,
  memoryOf,
  now,
  ours,
  policy,
  seen,
  stopping,
  task,
} from './discovery-view.ts'

/** What others write into the same Cloud Map service, and what AWS may say of odd tasks. */

const marked = (id: string, attributes: Record<string, string>): CloudMapInstance => ({
  id,
  attributes: { AWS_INSTANCE_IPV4: '10.0.0.1', ...attributes },
})

describe('an instance with the id of our task that is over, and a marker that is not ours,', () => {
  it.each<[what: string, attributes: Record<string, string>]>([
    ['of a family whose name begins like ours', { LONGSHORE_TARGET: 'family/prod/thumbnailer-2' }],
    ['of a family whose name is the beginning of ours', { LONGSHORE_TARGET: 'family/prod/thumb' }],
    ['of the same family in another cluster', { LONGSHORE_TARGET: 'family/test/thumbnailer' }],
    ['of a service of the same name', { LONGSHORE_TARGET: 'service/prod/thumbnailer' }],
    ['in other letters', { LONGSHORE_TARGET: 'Family/prod/Thumbnailer' }],
    ['with a blank behind it', { LONGSHORE_TARGET: 'family/prod/thumbnailer ' }],
    ['that is empty', { LONGSHORE_TARGET: '' }],
    ['under another key', { longshore_target: 'family/prod/thumbnailer' }],
    [
      'beside the names of ECS: another family’s, not left behind by a service',
      { LONGSHORE_TARGET: 'family/prod/other', ECS_SERVICE_NAME: 'web', ECS_CLUSTER_NAME: 'prod' },
    ],
  ])('%s: is never touched, whatever is adopted and whatever became of the task', (_, attributes) => {
    const doubted = memoryOf({ missingSince: { a: now - 3_600_000 } })
    const instances = seen([marked('a', attributes), foreign('x')])
    const adopting = { ...policy, min: 0, adopt: true }
    for (const change of [
      { tasks: seen([stopping('a')]) },
      {
        tasks: seen([task('a', { healthStatus: 'UNHEALTHY' })]),
        healthChecked: new Map([[definition, true]]),
      },
      { missingTaskIds: ['a'] },
      { tombstones: new Set(['a']) },
    ])
      expect(decided({ instances, ...change }, doubted, now, adopting)).toEqual(['hold all: all-true'])
  })
})

describe('odd tasks', () => {
  const bridged = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/thumbnailer:8'
  const guest = task('bb', {
    taskDefinitionArn: bridged,
    networkInterface: null,
    containerInstanceArn: 'arn:seven',
    containers: [],
  })
  const definitions = {
    healthChecked: new Map([definition, bridged].map(arn => [arn, false])),
    networkModes: new Map([
      [definition, 'awsvpc'],
      [bridged, 'bridge'],
    ] as const),
    hosts: new Map([['arn:seven', { instanceId: 'i-7', privateIpv4: '10.1.0.7', ipv6: null }]]),
  }

  it.each<[what: string, change: Partial<DiscoveryView>, decisions: string[]]>([
    [
      'two that claim one address are two instances',
      { tasks: seen([task('a'), task('b')]) },
      ['register a', 'register b'],
    ],
    [
      'RUNNING, to be stopped, and named by nobody: never named',
      { tasks: seen([stopping('a')]) },
      ['hold all: all-true'],
    ],
    [
      'STOPPED, although ECS still wants it to run',
      {
        tasks: seen([task('a', { lastStatus: 'STOPPED' }), task('bb')]),
        instances: seen([ours('a'), ours('bb')]),
      },
      ['deregister a'],
    ],
    ...(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'DELETED'] as const).map(
      (lastStatus): [string, Partial<DiscoveryView>, string[]] => [
        `${lastStatus}, although ECS still wants it to run`,
        { tasks: seen([task('a', { lastStatus }), task('bb')]), instances: seen([ours('a'), ours('bb')]) },
        ['deregister a'],
      ],
    ),
    [
      'back to ACTIVATING once it was named: left as it is',
      {
        tasks: seen([task('a', { lastStatus: 'ACTIVATING' }), task('bb')]),
        instances: seen([ours('a'), ours('bb')]),
      },
      ['hold all: all-true'],
    ],
    [
      'of a revision with another network mode, each by its own',
      { tasks: seen([task('a'), guest]), ...definitions },
      ['register a', 'register bb'],
    ],
    [
      'of a revision that brought health checks: the old one needs none',
      {
        tasks: seen([task('a'), { ...guest, healthStatus: 'UNKNOWN' as const }]),
        ...definitions,
        healthChecked: new Map([
          [definition, false],
          [bridged, true],
        ]),
      },
      ['register a', 'hold bb: not-healthy-yet'],
    ],
  ])('%s', (_, change, decisions) => {
    expect(decided(change)).toEqual(decisions)
  })

  it('whatever a task is called and however long, Cloud Map takes what is told of it', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'Z', '9', '-', '_'), minLength: 1, maxLength: 255 })
    const odd = fc.oneof(fc.string({ unit: 'binary', maxLength: 2_000 }), fc.constant('x'.repeat(1_024)))
    fc.assert(
      fc.property(name, name, name, odd, odd, fc.boolean(), (cluster, family, own, provider, zone, hasV6) => {
        const found = task('a', { cluster, family: own, capacityProvider: provider, availabilityZone: zone })
        const ipv6 = hasV6 ? '2001:0db8:0000:0000:0000:0000:0000:0007' : null
        const address = { ipv4: '255.255.255.255', ipv6, port: 65_535, ec2InstanceId: 'i-0123456789abcdef0' }
        const attributes = instanceAttributes(found, address, familyTarget(cluster, family))
        expect(attributeProblem(attributes, ['A', 'SRV'])).toBeNull()
        expect(attributes.LONGSHORE_TARGET).toBe(`family/${cluster}/${family}`)
      }),
      { seed: 5, numRuns: 100 },
    )
  })
})

describe('a crowd', () => {
  it('a thousand dead instances leave one', () => {
    const dead = Array.from({ length: 1_000 }, (_, index) => `t${index}`)
    const decisions = decided({
      tasks: seen(dead.map(id => task(id, { desiredStatus: 'STOPPED' }))),
      instances: seen(dead.map(id => ours(id))),
    })
    expect(decisions.filter(text => text.startsWith('deregister'))).toHaveLength(999)
    expect(decisions.at(-1)).toBe('hold t999: last-instance')
  })

  it('of 999 strangers: our one leaves, our next one comes, and no stranger is asked about', () => {
    const strangers = Array.from({ length: 999 }, (_, index) => foreign(`x${index}`))
    const looked = {
      tasks: seen([stopping('a'), task('bb'), task('ccc')]),
      instances: seen([...strangers.slice(0, 500), ours('a'), ...strangers.slice(500, 998)]),
    }
    expect(decided(looked)).toEqual(['deregister a', 'register bb', 'hold all: service-full'])
    expect(decided(looked, undefined, now, { ...policy, min: 1_000 })).toEqual([
      'hold a: last-instance',
      'register bb',
      'hold all: service-full',
    ])
  })
})
