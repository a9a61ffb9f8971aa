import { describe, expect, it } from 'vitest'
import { ownerOf, targetOf } from '../../src/intake/owner.ts'
import { parseTask } from '../../src/intake/task.ts'
import { targetKey } from '../../src/model/target.ts'
import type { Owner, Task } from '../../src/model/task.ts'

const taskArn = 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a117'
const minimal = { taskArn, lastStatus: 'RUNNING' }
/** What parsing `detail` gives, over the minimum. */
function told(detail: Record<string, unknown>): Task {
  const task = parseTask({ ...minimal, ...detail })
  if (!task) throw new Error('the detail must parse')
  return task
}

const startedAt = Date.UTC(2026, 10, 23, 2, 4, 6, 771)

describe('a whole task', () => {
  const detail = {
    taskArn,
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    group: 'family:etl-nightly',
    startedBy: 'longshore/a116/1',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/etl-nightly:41',
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    version: 7,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    availabilityZone: 'eu-west-1b',
    launchType: 'FARGATE',
    capacityProviderName: 'FARGATE_SPOT',
    platformVersion: '1.4.0',
    cpu: '1024',
    memory: '2048',
    enableExecuteCommand: true,
    ephemeralStorage: { sizeInGiB: 20 },
    createdAt: '2026-11-23T02:03:41.118Z',
    startedAt: '2026-11-23T02:04:06.771Z',
    stoppingAt: '2026-11-23T02:10:19.655Z',
    stoppedAt: '2026-11-23T02:10:42.930Z',
    overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'KEY', value: 'hunter2' }] }] },
    attachments: [
      {
        type: 'eni',
        status: 'ATTACHED',
        details: [
          { name: 'subnetId', value: 'subnet-0d0e' },
          { name: 'networkInterfaceId', value: 'eni-0103' },
          { name: 'privateIPv4Address', value: '10.0.1.163' },
        ],
      },
    ],
    containers: [
      {
        name: 'app',
        lastStatus: 'STOPPED',
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
        image: 'etl:41',
        imageDigest: 'sha256:2f0b',
        memory: '1024',
        environment: [{ name: 'KEY', value: 'hunter2' }],
      },
    ],
  }
  const expected: Task = {
    taskArn,
    taskId: 'a117',
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    cluster: 'prod',
    group: 'family:etl-nightly',
    startedBy: 'longshore/a116/1',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/etl-nightly:41',
    family: 'etl-nightly',
    revision: 41,
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    version: 7,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      {
        name: 'app',
        lastStatus: 'STOPPED',
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
        image: 'etl:41',
        imageDigest: 'sha256:2f0b',
        memoryMiB: 1024,
        healthStatus: null,
      },
    ],
    healthStatus: null,
    networkInterface: { id: 'eni-0103', subnetId: 'subnet-0d0e', privateIpv4: '10.0.1.163', ipv6: null },
    availabilityZone: 'eu-west-1b',
    launchType: 'FARGATE',
    capacityProvider: 'FARGATE_SPOT',
    platformVersion: '1.4.0',
    containerInstanceArn: null,
    cpuUnits: 1024,
    memoryMiB: 2048,
    enableExecuteCommand: true,
    ephemeralStorageGiB: 20,
    hasEbsVolume: false,
    createdAtMs: Date.UTC(2026, 10, 23, 2, 3, 41, 118),
    startedAtMs: startedAt,
    stoppingAtMs: Date.UTC(2026, 10, 23, 2, 10, 19, 655),
    stoppedAtMs: Date.UTC(2026, 10, 23, 2, 10, 42, 930),
  }
  it('is read field by field, without overrides and environment', () => {
    expect(parseTask(detail)).toEqual(expected)
    expect(JSON.stringify(parseTask(detail))).not.toContain('hunter2')
  })
  it('reads the same in PascalCase, as Step Functions writes it', () => {
    expect(parseTask(pascal(detail))).toEqual(expected)
  })
  it('reads the same as the API tells it', () => {
    const [attachment] = detail.attachments
    const api = {
      ...detail,
      createdAt: new Date('2026-11-23T02:03:41.118Z'),
      startedAt: new Date(startedAt),
      stoppingAt: 1795399819.655,
      stoppedAt: 1795399842930,
      attachments: [{ ...attachment, type: 'ElasticNetworkInterface' }],
    }
    expect(parseTask(api)).toEqual(expected)
  })
})

const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(each)]),
  )
}

describe('the least that is a task', () => {
  it('takes the cluster from a long ARN', () => {
    expect(told({})).toMatchObject({
      cluster: 'prod',
      clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    })
  })
  it('takes a short ARN beside clusterArn', () => {
    const short = {
      taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/a117',
      clusterArn: 'arn:aws:ecs:eu-west-1:1:cluster/prod',
    }
    expect(told(short)).toMatchObject({ cluster: 'prod', taskId: 'a117' })
  })
  it.each([
    ['nothing', {}],
    ['no ARN', { lastStatus: 'RUNNING' }],
    ['a service’s ARN', { ...minimal, taskArn: 'arn:aws:ecs:eu-west-1:1:service/prod/checkout' }],
    ['a plain id', { ...minimal, taskArn: 'a117' }],
    ['no status', { taskArn }],
    ['a status nobody knows', { taskArn, lastStatus: 'HIBERNATING' }],
    ['no cluster anywhere', { ...minimal, taskArn: 'arn:aws:ecs:eu-west-1:1:task/a117' }],
    ['a text', 'task'],
    ['null', null],
    ['a list', [minimal]],
  ])('is not %s', (_what, detail) => {
    expect(parseTask(detail)).toBeNull()
  })
})

describe('fields as they come', () => {
  const rows: [what: string, detail: Record<string, unknown>, read: Partial<Task>][] = [
    ['status in small letters', { lastStatus: 'running' }, { lastStatus: 'RUNNING' }],
    [
      'numbers as text',
      { cpu: '256', memory: ' 512 ', version: '3' },
      { cpuUnits: 256, memoryMiB: 512, version: 3 },
    ],
    [
      'numbers as numbers',
      { cpu: 256, memory: 512, version: 3 },
      { cpuUnits: 256, memoryMiB: 512, version: 3 },
    ],
    [
      '"null", fractions and nonsense are no numbers',
      { cpu: 'null', memory: '.5 GB', version: 1.5 },
      { cpuUnits: null, memoryMiB: null, version: null },
    ],
    [
      'NaN and Infinity are no numbers',
      { cpu: Number.NaN, memory: Number.POSITIVE_INFINITY },
      { cpuUnits: null, memoryMiB: null },
    ],
    ['"false" is false', { enableExecuteCommand: 'false' }, { enableExecuteCommand: false }],
    ['"True" is true', { enableExecuteCommand: 'True' }, { enableExecuteCommand: true }],
    ['not told is false', {}, { enableExecuteCommand: false }],
    ['time with nine digits', { startedAt: '2026-11-23T02:04:06.771059641Z' }, { startedAtMs: startedAt }],
    ['time with +0000', { startedAt: '2026-11-23T02:04:06.771+0000' }, { startedAtMs: startedAt }],
    ['epoch seconds', { startedAt: 1795399446.771 }, { startedAtMs: startedAt }],
    ['epoch milliseconds as text', { startedAt: '1795399446771' }, { startedAtMs: startedAt }],
    ['no time', { startedAt: 'yesterday', stoppedAt: {} }, { startedAtMs: null, stoppedAtMs: null }],
    ['health, which only the API tells', { healthStatus: 'unhealthy' }, { healthStatus: 'UNHEALTHY' }],
    ['health of a new kind', { healthStatus: 'FINE' }, { healthStatus: null }],
    [
      'an empty reason is none',
      { stoppedReason: '', stopCode: ' ' },
      { stoppedReason: null, stopCode: null },
    ],
    [
      'a reason with a secret',
      { stoppedReason: 'login with password=hunter2 failed' },
      { stoppedReason: 'login with password=[redacted] failed' },
    ],
    [
      'our own mark in a reason survives',
      { stoppedReason: 'longshore: over its maximum runtime' },
      { stoppedReason: 'longshore: over its maximum runtime' },
    ],
    [
      'a revision is not needed',
      { taskDefinitionArn: 'etl-nightly' },
      { family: 'etl-nightly', revision: null },
    ],
    ['family from the group', { group: 'family:etl-nightly' }, { family: 'etl-nightly', revision: null }],
    ['no family from another group', { group: 'components-gpu' }, { family: null }],
    ['containers that are no list', { containers: 'app' }, { containers: [] }],
    [
      'an EBS volume',
      { attachments: [{ type: 'AmazonElasticBlockStorage', status: 'ATTACHED', details: [] }] },
      { hasEbsVolume: true },
    ],
    [
      'an ELB attachment is no volume',
      { attachments: [{ type: 'elb', status: 'DELETED', details: [] }] },
      { hasEbsVolume: false, networkInterface: null },
    ],
  ]
  it.each(rows)('%s', (_what, detail, read) => {
    expect(told(detail)).toMatchObject(read)
  })

  it('reads odd containers beside good ones', () => {
    const containers = [null, 'x', { exitCode: '1' }, { name: 'app', exitCode: 0, healthStatus: 'HEALTHY' }]
    expect(told({ containers }).containers).toMatchObject([
      { name: 'unnamed', exitCode: 1, healthStatus: null },
      { name: 'app', exitCode: 0, healthStatus: 'HEALTHY' },
    ])
  })
})

describe('desired status where it is not told', () => {
  it.each([
    ['a running task is meant to run', { lastStatus: 'RUNNING' }, 'RUNNING'],
    ['a stop code means stop', { lastStatus: 'RUNNING', stopCode: 'SpotInterruption' }, 'STOPPED'],
    ['a stopping phase means stop', { lastStatus: 'DEACTIVATING' }, 'STOPPED'],
    ['stopped means stop', { lastStatus: 'STOPPED' }, 'STOPPED'],
    ['an activating task is meant to run', { lastStatus: 'ACTIVATING' }, 'RUNNING'],
    ['what is told wins', { lastStatus: 'DEACTIVATING', desiredStatus: 'RUNNING' }, 'RUNNING'],
  ] as const)('%s', (_what, detail, desired) => {
    expect(told(detail).desiredStatus).toBe(desired)
  })
})

describe('the network interface', () => {
  const eni = (status: string, details: Record<string, string>, type = 'eni') => ({
    type,
    status,
    details: Object.entries(details).map(([name, value]) => ({ name, value })),
  })
  const full = { networkInterfaceId: 'eni-1', subnetId: 'subnet-1', privateIPv4Address: '10.0.0.1' }
  const rows: [what: string, detail: Record<string, unknown>, read: Task['networkInterface']][] = [
    [
      'attached',
      { attachments: [eni('ATTACHED', full)] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: '10.0.0.1', ipv6: null },
    ],
    ['pre-created, not there yet', { attachments: [eni('PRECREATED', { subnetId: 'subnet-1' })] }, null],
    [
      '"123" is no address',
      { attachments: [eni('ATTACHED', { ...full, privateIPv4Address: '123' })] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: null, ipv6: null },
    ],
    [
      'the other spelling',
      { attachments: [eni('ATTACHED', { networkInterfaceId: 'eni-1', privateIpv4Address: '10.0.0.1' })] },
      { id: 'eni-1', subnetId: null, privateIpv4: '10.0.0.1', ipv6: null },
    ],
    [
      'the API’s type',
      { attachments: [eni('ATTACHED', full, 'ElasticNetworkInterface')] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: '10.0.0.1', ipv6: null },
    ],
    [
      'IPv6',
      { attachments: [eni('ATTACHED', { ...full, ipv6Address: '2001:db8::1' })] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: '10.0.0.1', ipv6: '2001:db8::1' },
    ],
    [
      'the address from a container',
      {
        attachments: [eni('ATTACHED', { networkInterfaceId: 'eni-1' })],
        containers: [{ name: 'app', networkInterfaces: [{ privateIpv4Address: '10.0.0.2' }] }],
      },
      { id: 'eni-1', subnetId: null, privateIpv4: '10.0.0.2', ipv6: null },
    ],
    [
      'the living one beside a deleted one',
      { attachments: [eni('DELETED', { ...full, networkInterfaceId: 'eni-0' }), eni('ATTACHED', full)] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: '10.0.0.1', ipv6: null },
    ],
    [
      'deleted, as it was',
      { attachments: [eni('DELETED', full)] },
      { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: '10.0.0.1', ipv6: null },
    ],
    ['service discovery only', { attachments: [eni('ATTACHED', {}, 'sdi')] }, null],
    ['bridge mode', { attachments: [], containers: [{ name: 'app', networkInterfaces: [] }] }, null],
  ]
  it.each(rows)('%s', (_what, detail, read) => {
    expect(told(detail).networkInterface).toEqual(read)
  })
})

describe('who keeps it alive', () => {
  const definition = 'arn:aws:ecs:eu-west-1:1:task-definition/etl-nightly:41'
  const rows: [what: string, detail: Record<string, unknown>, owner: Owner, target: string | null][] = [
    [
      'a service’s task',
      { group: 'service:checkout', startedBy: 'ecs-svc/4071' },
      'service',
      'service/prod/checkout',
    ],
    ['by its group alone', { group: 'service:checkout' }, 'service', 'service/prod/checkout'],
    [
      'by startedBy alone, its service unknown',
      { startedBy: 'ecs-svc/4071', taskDefinitionArn: definition },
      'service',
      null,
    ],
    ['a service without a name', { group: 'service:' }, 'service', null],
    [
      'a service in a cluster named like Batch',
      { clusterArn: 'AWSBatch-x', group: 'service:checkout', startedBy: 'ecs-svc/1' },
      'service',
      'service/AWSBatch-x/checkout',
    ],
    [
      'run by hand',
      { group: 'family:etl-nightly', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    ['family from its group', { group: 'family:etl-nightly' }, 'standalone', 'family/prod/etl-nightly'],
    [
      'the definition wins over the group',
      { group: 'family:other', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    [
      'a group of the caller’s own',
      { group: 'nightly', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    ['a group of the caller’s own, no definition', { group: 'nightly' }, 'standalone', null],
    [
      'ours',
      { group: 'family:etl-nightly', startedBy: 'longshore/a116/1', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    [
      'an EventBridge rule’s',
      { group: 'family:etl-nightly', startedBy: 'events-rule/nightly', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    [
      'EventBridge Scheduler’s',
      { startedBy: 'chronos-schedule/nightly', taskDefinitionArn: definition },
      'standalone',
      'family/prod/etl-nightly',
    ],
    [
      'Step Functions’',
      { group: 'family:etl-nightly', startedBy: 'AWS Step Functions', taskDefinitionArn: definition },
      'none',
      null,
    ],
    ['Step Functions’, cut off', { group: 'family:etl-nightly', startedBy: 'AWS Step Func' }, 'none', null],
    [
      'Batch’s by the cluster',
      { clusterArn: 'AWSBatch-env-13af15fe', group: 'family:prowler', taskDefinitionArn: definition },
      'none',
      null,
    ],
    [
      'Batch’s by the older cluster name',
      { clusterArn: 'env_Batch_13af15fe-56c9-38e0', group: 'family:prowler' },
      'none',
      null,
    ],
    ['Batch’s by the group', { group: 'AWSBatchJob', taskDefinitionArn: definition }, 'none', null],
    ['Batch’s by startedBy', { group: 'family:x', startedBy: 'aws:batch' }, 'none', null],
    [
      'a cluster that only mentions batch',
      { clusterArn: 'nightly-batch', group: 'family:etl-nightly' },
      'standalone',
      'family/nightly-batch/etl-nightly',
    ],
    ['Elastic Beanstalk’s', { clusterArn: 'awseb-shop-x1', group: 'family:awseb-shop' }, 'none', null],
    ['a managed daemon’s by the group', { group: 'daemon:agent' }, 'none', null],
    ['a managed daemon’s by startedBy', { startedBy: 'ecs-daemon/agent' }, 'none', null],
    [
      'a managed daemon’s by the definition',
      { group: 'family:agent', taskDefinitionArn: 'arn:aws:ecs:eu-west-1:1:daemon-task-definition/agent:1' },
      'none',
      null,
    ],
    [
      'a family that is called daemon',
      { group: 'family:daemon', startedBy: 'daemonizer' },
      'standalone',
      'family/prod/daemon',
    ],
    ['nobody told', { taskDefinitionArn: definition }, 'none', null],
    ['a name that is no key', { group: 'service:a/b' }, 'service', null],
  ]
  it.each(rows)('%s', (_what, detail, owner, target) => {
    const task = told(detail)
    const found = targetOf(task)
    expect([ownerOf(task), found && targetKey(found)]).toEqual([owner, target])
  })
})
