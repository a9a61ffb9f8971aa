import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import type { DiscoverPolicy } from '../../src/discovery/policy.ts'
import type { CloudMapInstance } from '../../src/model/cloud-map.ts'
import type { Ec2Instance, NetworkMode } from '../../src/model/ports.ts'
import type { Container, Task } from '../../src/model/task.ts'
import { definition, now, ours, policy, seen, service, task, view } from './discovery-view.ts'

const machineArn = 'arn:aws:ecs:eu-west-1:123456789012:container-instance/prod/c0ffee'
const machine: Ec2Instance = { instanceId: 'i-7', privateIpv4: '10.1.0.7', ipv6: null }

/** A task on a machine, in one of the modes that share the machine's network. */
const guest = (bindings: Container['portBindings'][] = [], change: Partial<Task> = {}): Task =>
  task('a', {
    networkInterface: null,
    launchType: 'EC2',
    containerInstanceArn: machineArn,
    containers: bindings.map((portBindings, index) => ({
      name: `c${index}`,
      lastStatus: 'RUNNING',
      exitCode: null,
      reason: null,
      image: null,
      imageDigest: null,
      healthStatus: null,
      ...(portBindings ? { portBindings } : {}),
    })),
    ...change,
  })

const own = (privateIpv4: string | null, ipv6: string | null = null): Task =>
  task('a', { networkInterface: { id: 'eni-1', subnetId: null, privateIpv4, ipv6 } })

/** `10.0.0.1 8080` (with `i-7` for a machine's address), or the code of what was held instead. */
function place(
  found: Task,
  records: string[],
  mode: NetworkMode | null = 'awsvpc',
  more: {
    port?: number | null
    hosts?: [string, Ec2Instance][]
    instances?: CloudMapInstance[]
    wishes?: Partial<DiscoverPolicy>
  } = {},
): string {
  const { port = null, hosts = [[machineArn, machine]], instances = [] } = more
  const looked = view({
    tasks: seen([found]),
    cloudMapService: seen({ ...service, dnsRecordTypes: records }),
    networkModes: new Map(mode === null ? [] : [[definition, mode]]),
    hosts: new Map(hosts),
    instances: seen(instances),
  })
  const [decision] = decide(looked, { ...policy, port }, undefined, now).decisions
  if (!decision || !('do' in decision)) return decision?.because.code ?? 'nothing'
  if (decision.do.verb !== 'register-instance') return decision.do.verb
  const { attributes } = decision.do
  return ['AWS_INSTANCE_IPV4', 'AWS_INSTANCE_IPV6', 'AWS_INSTANCE_PORT', 'EC2_INSTANCE_ID']
    .flatMap(key => attributes[key] ?? [])
    .join(' ')
}

describe('where a task is registered', () => {
  it.each<[what: string, records: string[], found: Task, port: number | null, expected: string]>([
    ['A', ['A'], own('10.0.0.1'), null, '10.0.0.1'],
    ['A, with both addresses', ['A'], own('10.0.0.1', '2001:db8::7'), null, '10.0.0.1 2001:db8::7'],
    ['A, in an IPv6-only subnet', ['A'], own(null, '2001:db8::7'), null, 'no-address'],
    ['AAAA, in an IPv6-only subnet', ['AAAA'], own(null, '2001:db8::7'), null, '2001:db8::7'],
    ['AAAA, without IPv6', ['AAAA'], own('10.0.0.1'), null, 'no-address'],
    ['A and AAAA, with one of them', ['A', 'AAAA'], own('10.0.0.1'), null, 'no-address'],
    ['A and AAAA, with both', ['A', 'AAAA'], own('10.0.0.1', '2001:db8::7'), null, '10.0.0.1 2001:db8::7'],
    ['SRV with a port', ['SRV'], own('10.0.0.1'), 8080, '10.0.0.1 8080'],
    ['SRV with a port and IPv6 alone', ['SRV'], own(null, '2001:db8::7'), 8080, '2001:db8::7 8080'],
    ['SRV without a port', ['SRV'], own('10.0.0.1'), null, 'needs-port'],
    ['SRV without an address', ['SRV'], own(null), 8080, 'no-address'],
    ['an HTTP namespace', [], own('10.0.0.1'), null, '10.0.0.1'],
    ['an HTTP namespace, a port', [], own('10.0.0.1'), 8080, '10.0.0.1 8080'],
    ['an HTTP namespace, IPv6 alone', [], own(null, '2001:db8::7'), null, '2001:db8::7'],
    ['an HTTP namespace, no address', [], own(null), null, 'no-address'],
    ['CNAME', ['CNAME'], own('10.0.0.1'), 8080, 'records-of-names'],
  ])('%s', (_, records, found, port, expected) => {
    expect(place(found, records, 'awsvpc', { port })).toBe(expected)
  })

  const to = (containerPort: number, hostPort: number) => ({ containerPort, hostPort })
  it.each<[what: string, mode: NetworkMode, found: Task, port: number | null, expected: string]>([
    ['host: the machine and the container port', 'host', guest(), 8080, '10.1.0.7 8080 i-7'],
    ['host, no port wanted', 'host', guest(), null, '10.1.0.7 i-7'],
    ['bridge: the port that leads there', 'bridge', guest([[to(8080, 49_153)]]), 8080, '10.1.0.7 49153 i-7'],
    [
      'bridge, of several containers and ports the right one',
      'bridge',
      guest([undefined, [to(9090, 49_153), to(8080, 49_154)]]),
      8080,
      '10.1.0.7 49154 i-7',
    ],
    ['bridge, no port wanted', 'bridge', guest([[to(8080, 49_153)]]), null, '10.1.0.7 i-7'],
    ['bridge, another port published', 'bridge', guest([[to(9090, 49_153)]]), 8080, 'port-not-published'],
    ['bridge, nothing published', 'bridge', guest(), 8080, 'port-not-published'],
    ['no network at all', 'none', guest(), null, 'no-address'],
    ['awsvpc, its interface not told', 'awsvpc', guest(), null, 'no-address'],
  ])('%s', (_, mode, found, port, expected) => {
    expect(place(found, port === null ? ['A'] : ['A', 'SRV'], mode, { port })).toBe(expected)
  })
})

describe('adversarial', () => {
  it.each<[what: string, actual: string, expected: string]>([
    ['the machine could not be looked up', place(guest(), ['A'], 'host', { hosts: [] }), 'host-unknown'],
    [
      'the machine of another task is known',
      place(guest(), ['A'], 'host', { hosts: [['arn:other', machine]] }),
      'host-unknown',
    ],
    [
      'a task that names no machine',
      place(guest([], { containerInstanceArn: null }), ['A'], 'host'),
      'host-unknown',
    ],
    ['the task definition could not be read', place(guest(), ['A'], null), 'checks-unknown'],
    ['a machine without IPv6 behind AAAA records', place(guest(), ['AAAA'], 'host'), 'no-address'],
    [
      'an interface of its own counts, whatever the definition says',
      place(own('10.0.0.1'), ['A'], 'host'),
      '10.0.0.1',
    ],
    [
      'of a registered one the machine is not known any more: left as it is',
      place(guest(), ['A'], 'host', { hosts: [], instances: [ours('a', '10.1.0.7')] }),
      'all-true',
    ],
    [
      'a port that changed is another place',
      place(own('10.0.0.1'), ['A'], 'awsvpc', {
        port: 9090,
        instances: [
          { id: 'a', attributes: { ...ours('a', '10.0.0.1').attributes, AWS_INSTANCE_PORT: '8080' } },
        ],
      }),
      '10.0.0.1 9090',
    ],
    [
      'an attribute that is not an address is no reason to register again',
      place(own('10.0.0.1'), ['A'], 'awsvpc', { instances: [ours('a', '10.0.0.1')] }),
      'all-true',
    ],
  ])('%s', (_, actual, expected) => {
    expect(actual).toBe(expected)
  })

  it('one odd value is left out, and does not make Cloud Map refuse the instance', () => {
    const odd = task('a', { capacityProvider: 'c'.repeat(1_025), availabilityZone: 'zürich', family: '' })
    const [decision] = decide(view({ tasks: seen([odd]) }), policy, undefined, now).decisions
    expect(decision).toMatchObject({
      do: {
        attributes: {
          AWS_INSTANCE_IPV4: '10.0.0.1',
          ECS_CLUSTER_NAME: 'prod',
          ECS_TASK_DEFINITION_REVISION: '7',
          LONGSHORE_TARGET: 'family/prod/thumbnailer',
        },
      },
    })
    const attributes =
      decision && 'do' in decision && 'attributes' in decision.do ? decision.do.attributes : {}
    expect(Object.keys(attributes)).not.toContain('ECS_CAPACITY_PROVIDER')
    expect(Object.keys(attributes)).not.toContain('AVAILABILITY_ZONE')
    expect(Object.keys(attributes)).not.toContain('ECS_TASK_DEFINITION_FAMILY')
  })

  it('tells the capacity provider that runs it', () => {
    const spot = task('a', { capacityProvider: 'FARGATE_SPOT' })
    const [decision] = decide(view({ tasks: seen([spot]) }), policy, undefined, now).decisions
    expect(decision).toMatchObject({ do: { attributes: { ECS_CAPACITY_PROVIDER: 'FARGATE_SPOT' } } })
  })

  it('tells an old place and the new one as people read them', () => {
    const changed = (port: number | null, attributes: Record<string, string>) => {
      const instance = { id: 'a', attributes: { LONGSHORE_TARGET: 'family/prod/thumbnailer', ...attributes } }
      const looked = view({ tasks: seen([own('10.0.0.1')]), instances: seen([instance]) })
      return decide(looked, { ...policy, port }, undefined, now).decisions[0]?.because
    }
    expect(changed(8080, { AWS_INSTANCE_IPV6: '2001:db8::7', AWS_INSTANCE_PORT: '80' })).toEqual({
      code: 'address-changed',
      taskId: 'a',
      address: '10.0.0.1:8080',
      registered: '[2001:db8::7]:80',
    })
    expect(changed(null, { AWS_INSTANCE_IPV6: '2001:db8::7' })).toMatchObject({ registered: '2001:db8::7' })
  })
})
