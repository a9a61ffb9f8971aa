import { decide } from '../../src/discovery/decide.ts'
import type { DiscoverPolicy } from '../../src/discovery/policy.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { CloudMapInstance, CloudMapService } from '../../src/model/cloud-map.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import type { Reading } from '../../src/model/reading.ts'
import { familyTarget } from '../../src/model/target.ts'
import type { Task } from '../../src/model/task.ts'

/** Small builders for what discovery sees; each test names only what it is about. */

export const now = 1_000_000_000
export const target = familyTarget('prod', 'thumbnailer')
export const policy: DiscoverPolicy = {
  namespace: 'jobs.internal',
  service: 'thumbs',
  port: null,
  min: 1,
  adopt: false,
  drainMs: null,
}
export const definition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/thumbnailer:7'

export const seen = <T>(value: T): Reading<T> => ({ kind: 'value', value, observedAtMs: now })
export const unavailable = {
  kind: 'failed',
  failure: { code: 'unavailable', message: 'timed out', operation: 'x' },
} as const

export const task = (taskId: string, change: Partial<Task> = {}): Task => ({
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/prod/${taskId}`,
  taskId,
  clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  cluster: 'prod',
  group: 'family:thumbnailer',
  startedBy: null,
  taskDefinitionArn: definition,
  family: 'thumbnailer',
  revision: 7,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  version: 4,
  stopCode: null,
  stoppedReason: null,
  containers: [],
  healthStatus: 'UNKNOWN',
  networkInterface: { id: 'eni-1', subnetId: 'subnet-1', privateIpv4: `10.0.0.${taskId.length}`, ipv6: null },
  availabilityZone: 'eu-west-1a',
  launchType: 'FARGATE',
  capacityProvider: null,
  platformVersion: '1.4.0',
  containerInstanceArn: null,
  cpuUnits: 256,
  memoryMiB: 512,
  enableExecuteCommand: false,
  ephemeralStorageGiB: null,
  hasEbsVolume: false,
  createdAtMs: now - 60_000,
  startedAtMs: now - 30_000,
  stoppingAtMs: null,
  stoppedAtMs: null,
  ...change,
})

export const ours = (id: string, address = `10.0.0.${id.length}`): CloudMapInstance => ({
  id,
  attributes: { AWS_INSTANCE_IPV4: address, LONGSHORE_TARGET: 'family/prod/thumbnailer' },
})
export const foreign = (id: string): CloudMapInstance => ({
  id,
  attributes: { AWS_INSTANCE_IPV4: '10.9.9.9' },
})
export const service: CloudMapService = {
  id: 'srv-1',
  namespace: 'jobs.internal',
  service: 'thumbs',
  dnsRecordTypes: ['A'],
  ttlMs: 60_000,
  hasCustomHealth: false,
}

export const view = (change: Partial<DiscoveryView>): DiscoveryView => ({
  target,
  cloudMapService: seen(service),
  instances: seen([]),
  health: { kind: 'missing', what: 'custom health check' },
  tasks: seen([]),
  missingTaskIds: [],
  tombstones: new Set(),
  healthChecked: new Map([[definition, false]]),
  networkModes: new Map([[definition, 'awsvpc']]),
  hosts: new Map(),
  operations: new Map(),
  ...change,
})

export const stopping = (id: string): Task => task(id, { desiredStatus: 'STOPPED' })

export const memoryOf = (change: Partial<DiscoveryMemory>): DiscoveryMemory => ({
  operations: [],
  missingSince: {},
  failures: {},
  ...change,
})

/** `register a`, `hold c: not-healthy-yet` in the order decided. */
export const decided = (
  change: Partial<DiscoveryView>,
  memory?: DiscoveryMemory,
  at = now,
  wishes = policy,
) =>
  decide(view(change), wishes, memory, at).decisions.map(decision =>
    'do' in decision
      ? `${decision.do.verb.replace('-instance', '')} ${decision.do.instanceId}`
      : `hold ${decision.about ?? 'all'}: ${decision.because.code}`,
  )
