import { describe, expect, it } from 'vitest'
import { launchSpecFrom } from '../../src/healing/launch-spec.ts'
import type { LaunchSpec, LaunchSpecGap, TaskOverride } from '../../src/model/launch-spec.ts'
import type { DescribedTask, NetworkInterface, TaskDefinition } from '../../src/model/ports.ts'
import { definition, described, now } from './healing-tasks.ts'

const eni = (change: Partial<NetworkInterface> = {}): NetworkInterface => ({
  networkInterfaceId: 'eni-a',
  subnetId: 'subnet-1',
  securityGroups: ['sg-1', 'sg-2'],
  hasPublicIp: true,
  ...change,
})

const taskDefinition: TaskDefinition = {
  taskDefinitionArn: definition,
  status: 'ACTIVE',
  networkMode: 'awsvpc',
  containers: [
    { name: 'app', essential: true, hasHealthCheck: false, image: 'etl' },
    { name: 'log', essential: false, hasHealthCheck: false, image: 'fluent' },
  ],
}

const specOf = (
  task: Partial<DescribedTask>,
  networkInterface: NetworkInterface | null | 'unreadable' = eni(),
  readDefinition: TaskDefinition | null = taskDefinition,
): LaunchSpec =>
  launchSpecFrom({ task: described('a', task), networkInterface, taskDefinition: readDefinition, now })

describe('a launch specification', () => {
  it('is everything RunTask needs for the same task again', () => {
    const spec = specOf({
      capacityProvider: 'FARGATE_SPOT',
      enableExecuteCommand: true,
      group: 'nightly',
      tags: { team: 'data', 'aws:ecs:clusterName': 'prod' },
      overrides: {
        cpu: '512',
        taskRoleArn: 'arn:aws:iam::123456789012:role/etl',
        containerOverrides: [{ name: 'app', command: ['run', '2026-11-22'] }],
      },
    })
    expect(spec).toEqual({
      taskId: 'a',
      cluster: 'prod',
      taskDefinitionArn: definition,
      network: { subnets: ['subnet-1'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'ENABLED' },
      capacityProvider: 'FARGATE_SPOT',
      launchType: null,
      platformVersion: 'LATEST',
      overrides: {
        cpu: '512',
        taskRoleArn: 'arn:aws:iam::123456789012:role/etl',
        containerOverrides: [{ name: 'app', command: ['run', '2026-11-22'] }],
      },
      enableExecuteCommand: true,
      group: 'nightly',
      tags: { team: 'data' },
      enableEcsManagedTags: true,
      recordedAtMs: now,
      unsure: [],
    })
  })

  it.each<[string, Partial<DescribedTask>, Partial<LaunchSpec>]>([
    [
      'Fargate',
      { launchType: 'FARGATE', capacityProvider: null },
      { launchType: 'FARGATE', capacityProvider: null, platformVersion: 'LATEST' },
    ],
    [
      'Fargate by its provider',
      { launchType: 'FARGATE', capacityProvider: 'FARGATE' },
      { launchType: null, capacityProvider: 'FARGATE', platformVersion: 'LATEST' },
    ],
    [
      'Fargate by its provider alone',
      { launchType: null, capacityProvider: 'FARGATE' },
      { launchType: null, capacityProvider: 'FARGATE', platformVersion: 'LATEST' },
    ],
    [
      'EC2 by a provider that is named alike',
      { launchType: 'EC2', capacityProvider: 'FARGATE_ARM' },
      { launchType: null, capacityProvider: 'FARGATE_ARM', platformVersion: null },
    ],
    [
      'a retired platform version is not asked for',
      { launchType: 'FARGATE', platformVersion: '1.3.0' },
      { platformVersion: 'LATEST' },
    ],
    [
      'EC2',
      { launchType: 'EC2', capacityProvider: null, platformVersion: null },
      { launchType: 'EC2', capacityProvider: null, platformVersion: null },
    ],
    [
      'EC2 by a provider of the owner',
      { launchType: 'EC2', capacityProvider: 'arm64', platformVersion: null },
      { launchType: null, capacityProvider: 'arm64', platformVersion: null },
    ],
  ])('capacity: %s', (_, task, expected) => {
    expect(specOf(task)).toMatchObject({ ...expected, unsure: [] })
  })

  it.each<[string, Partial<DescribedTask>, NetworkInterface | null, LaunchSpec['network']]>([
    [
      'no public address',
      {},
      eni({ hasPublicIp: false }),
      { subnets: ['subnet-1'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'DISABLED' },
    ],
    [
      'an elastic address on EC2 is not for RunTask',
      { launchType: 'EC2' },
      eni(),
      { subnets: ['subnet-1'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'DISABLED' },
    ],
    [
      'the subnet as EC2 tells it',
      {},
      eni({ subnetId: 'subnet-2' }),
      { subnets: ['subnet-2'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'ENABLED' },
    ],
    [
      'the subnet as ECS tells it',
      {},
      eni({ subnetId: null }),
      { subnets: ['subnet-1'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'ENABLED' },
    ],
    ['host or bridge mode: none', { launchType: 'EC2', networkInterface: null }, null, null],
  ])('network: %s', (_, task, networkInterface, expected) => {
    expect(specOf(task, networkInterface)).toMatchObject({ network: expected, unsure: [] })
  })

  it.each<[string, TaskOverride, TaskOverride]>([
    ['none', {}, {}],
    ['a container that overrides nothing', { containerOverrides: [{ name: 'app' }] }, {}],
    [
      'empty lists override nothing',
      { containerOverrides: [{ name: 'app', command: [], environment: [] }] },
      {},
    ],
    [
      'an injected GuardDuty sidecar',
      {
        containerOverrides: [
          { name: 'app', cpu: 128 },
          {
            name: 'aws-guardduty-agent-nm40lC',
            environment: [{ name: 'STAGE', value: 'prod' }],
            memory: 128,
          },
        ],
      },
      { containerOverrides: [{ name: 'app', cpu: 128 }] },
    ],
    [
      'an injected Service Connect proxy',
      { containerOverrides: [{ name: 'ecs-service-connect-x1', memory: 64 }] },
      {},
    ],
    [
      'names that match no container',
      {
        containerOverrides: [
          { name: 'MinecraftContainer', memory: 64 },
          { name: 'SftpContainer', command: ['x'] },
        ],
      },
      {},
    ],
    ['no name', { containerOverrides: [{ memory: 64 }] }, {}],
    [
      'the storage of the whole task, and a zero',
      { ephemeralStorage: { sizeInGiB: 50 }, containerOverrides: [{ name: 'log', cpu: 0 }] },
      { ephemeralStorage: { sizeInGiB: 50 }, containerOverrides: [{ name: 'log', cpu: 0 }] },
    ],
    ['empty texts', { cpu: '', memory: '1024' }, { memory: '1024' }],
    ['nulls', JSON.parse('{ "cpu": null, "memory": "1024" }'), { memory: '1024' }],
  ])('overrides: %s', (_, overrides, expected) => {
    const spec = specOf({ overrides })
    expect(spec.overrides).toEqual(expected)
    expect(spec.unsure).toEqual([])
  })

  it('does not take the default storage for an override', () => {
    expect(specOf({ ephemeralStorageGiB: 20 }).overrides).toEqual({})
  })

  it.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ['none', {}, {}, false],
    ["the owner's", { team: 'data', 'my:aws:tag': 'x' }, { team: 'data', 'my:aws:tag': 'x' }, false],
    ['managed by ECS', { 'aws:ecs:clusterName': 'prod' }, {}, true],
    ['reserved, but not by ECS', { 'aws:cloudformation:stack-name': 's', 'AWS:x': 'y' }, {}, false],
  ])('tags: %s', (_, tags, expected, managed) => {
    expect(specOf({ tags })).toMatchObject({ tags: expected, enableEcsManagedTags: managed })
  })

  const commandOf = (characters: number): TaskOverride => ({
    // {"containerOverrides":[{"name":"app","command":["…"]}]} is 54 characters around the text.
    containerOverrides: [{ name: 'app', command: ['x'.repeat(characters - 54)] }],
  })

  it.each<
    [
      string,
      Partial<DescribedTask>,
      NetworkInterface | null | 'unreadable',
      TaskDefinition | null,
      LaunchSpecGap[],
    ]
  >([
    ['an interface that is gone', {}, null, taskDefinition, ['network-interface-gone']],
    ['an interface that may not be read', {}, 'unreadable', taskDefinition, ['network-interface-gone']],
    [
      'an interface without groups',
      {},
      eni({ securityGroups: [] }),
      taskDefinition,
      ['network-interface-gone'],
    ],
    [
      'no subnet anywhere',
      { networkInterface: { id: 'eni-a', subnetId: null, privateIpv4: null, ipv6: null } },
      eni({ subnetId: null }),
      taskDefinition,
      ['network-interface-gone'],
    ],
    [
      'Fargate without an interface: it stopped before it had one',
      { networkInterface: null },
      null,
      taskDefinition,
      ['network-interface-gone'],
    ],
    [
      'the same by provider',
      { networkInterface: null, launchType: null, capacityProvider: 'FARGATE_SPOT' },
      null,
      taskDefinition,
      ['network-interface-gone'],
    ],
    ['an EBS volume', { hasEbsVolume: true }, eni(), taskDefinition, ['ebs-volume']],
    [
      'ECS Anywhere',
      { launchType: 'EXTERNAL', networkInterface: null, platformVersion: null },
      null,
      taskDefinition,
      ['external-instance'],
    ],
    ['8,192 characters of overrides: accepted', { overrides: commandOf(8192) }, eni(), taskDefinition, []],
    ['8,193 characters', { overrides: commandOf(8193) }, eni(), taskDefinition, ['overrides-too-long']],
    ['nothing overridden, definition unreadable: no matter', {}, eni(), null, []],
    [
      'only a sidecar overridden, definition unreadable: no matter',
      { overrides: { containerOverrides: [{ name: 'aws-guardduty-agent-x', memory: 128 }] } },
      eni(),
      null,
      [],
    ],
    [
      'an override without a name, definition unreadable: no matter',
      { overrides: { containerOverrides: [{ memory: 64 }] } },
      eni(),
      null,
      [],
    ],
    [
      'an interface of which ECS tells nothing and EC2 no subnet',
      { networkInterface: null },
      eni({ subnetId: null }),
      taskDefinition,
      ['network-interface-gone'],
    ],
    [
      'an override that may be a sidecar',
      { overrides: { containerOverrides: [{ name: 'app', memory: 128 }] } },
      eni(),
      null,
      ['task-definition-unreadable'],
    ],
    ['no task definition named', { taskDefinitionArn: null }, eni(), null, ['task-definition-unreadable']],
    [
      'all at once',
      { hasEbsVolume: true, overrides: commandOf(9000), launchType: 'EXTERNAL' },
      null,
      null,
      [
        'network-interface-gone',
        'ebs-volume',
        'overrides-too-long',
        'task-definition-unreadable',
        'external-instance',
      ],
    ],
  ])('unsure: %s', (_, task, networkInterface, readDefinition, gaps) => {
    expect(specOf(task, networkInterface, readDefinition).unsure).toEqual(gaps)
  })

  it('leaves empty what is not known', () => {
    expect(specOf({ taskDefinitionArn: null }, null)).toMatchObject({ network: null, taskDefinitionArn: '' })
  })

  it('counts the characters that are sent, not those of dropped sidecars', () => {
    const overrides: TaskOverride = {
      containerOverrides: [
        { name: 'app', command: ['run'] },
        { name: 'aws-guardduty-agent-x', command: ['x'.repeat(9000)] },
      ],
    }
    expect(specOf({ overrides }).unsure).toEqual([])
  })

  it('leaves what it was made from as it was', () => {
    const overrides: TaskOverride = { containerOverrides: [{ name: 'app', environment: [] }] }
    specOf({ overrides })
    expect(overrides).toEqual({ containerOverrides: [{ name: 'app', environment: [] }] })
  })
})
