import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEcs } from '../../src/adapters/ecs.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { DescribedTask, Ecs, RunTaskRequest } from '../../src/model/ports.ts'
import { answered } from '../../src/model/reading.ts'
import type { Service } from '../../src/model/service.ts'
import type { Wire } from '../../src/world/wire.ts'
import { answerProblems } from './schema-check.ts'
import { createAccount } from './wire-account.ts'
import { told } from './wire-answers.ts'
import { adaptersAt, bareWire } from './wire-harness.ts'

/** Nothing is lost or changed between a port, the wire, the SDK and the port again. */

let wire: Wire
let ecs: Ecs
const ran: RunTaskRequest[] = []
const problems: string[] = []

beforeEach(async () => {
  ran.length = 0
  const { ports } = createAccount()
  wire = await bareWire({
    ports: {
      ...ports,
      ecs: {
        ...ports.ecs,
        describeTasks: async () => answered({ tasks: [everything, little], missing: [] }),
        describeServices: async () => answered({ services: [service], missing: [] }),
        runTask: async request => {
          ran.push(request)
          return answered({
            taskArns: [everything.taskArn, 'arn:aws:ecs:eu-west-1:1:task/prod/unseen'],
            failures: [],
          })
        },
      },
    },
    onAnswer: (operation, body) => problems.push(...answerProblems(operation, body)),
  })
  ecs = adaptersAt(wire.endpoint).ecs
})
afterEach(async () => {
  await wire.close()
  expect(problems).toEqual([])
})

test('a task, with everything and with next to nothing', async () => {
  expect(told(await ecs.describeTasks('prod', ['a1', 'b2'])).tasks).toEqual([everything, little])
})

test('a service in the middle of a deployment', async () => {
  expect(told(await ecs.describeServices('prod', ['web'])).services).toEqual([service])
})

test('a launch specification', async () => {
  const request = { spec, startedBy: 'longshore/a1/1', clientToken: 'f'.repeat(64) }
  expect(told(await ecs.runTask(request)).taskArns).toEqual([
    everything.taskArn,
    'arn:aws:ecs:eu-west-1:1:task/prod/unseen',
  ])
  expect(ran).toEqual([
    {
      ...request,
      // Not RunTask's to know: which task the specification is of, and when it was recorded.
      spec: { ...spec, taskId: '', recordedAtMs: 1_795_423_560_000, unsure: [] },
    },
  ])
})

test('a specification on a launch type, without network, overrides, tags or group', async () => {
  const bare: LaunchSpec = {
    ...spec,
    network: null,
    capacityProvider: null,
    launchType: 'EC2',
    platformVersion: null,
    overrides: {},
    group: null,
    tags: {},
    enableExecuteCommand: false,
  }
  told(await ecs.runTask({ spec: bare, startedBy: 'longshore/a1/2', clientToken: 'e'.repeat(64) }))
  expect(ran[0]?.spec).toEqual({ ...bare, taskId: '', recordedAtMs: 1_795_423_560_000, unsure: [] })
})

test('a capacity provider wins over a launch type, which RunTask would refuse beside it', async () => {
  const both: LaunchSpec = { ...spec, launchType: 'FARGATE' }
  told(await ecs.runTask({ spec: both, startedBy: 'longshore/a1/3', clientToken: 'd'.repeat(64) }))
  expect(ran[0]?.spec).toMatchObject({ capacityProvider: 'FARGATE_SPOT', launchType: null })
})

test('the settings that production uses reach the wire as well', async () => {
  const plain = createEcs({
    region: 'eu-west-1',
    endpoint: wire.endpoint,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  })
  expect(told(await plain.describeServices('prod', ['web'])).services).toEqual([service])
})

const everything: DescribedTask = {
  taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a1',
  taskId: 'a1',
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
  cluster: 'prod',
  group: 'family:etl',
  startedBy: 'nightly',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:41',
  family: 'etl',
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
      image: 'shop/etl:41',
      imageDigest: 'sha256:0011',
      memoryMiB: 1024,
      healthStatus: 'UNHEALTHY',
    },
    {
      name: 'init',
      lastStatus: 'STOPPED',
      exitCode: 0,
      reason: null,
      image: null,
      imageDigest: null,
      memoryMiB: null,
      healthStatus: null,
    },
  ],
  healthStatus: 'UNHEALTHY',
  networkInterface: {
    id: 'eni-1',
    subnetId: 'subnet-1',
    privateIpv4: '10.0.1.17',
    ipv6: '2001:db8::1',
  },
  availabilityZone: 'eu-west-1b',
  launchType: 'FARGATE',
  capacityProvider: 'FARGATE_SPOT',
  platformVersion: '1.4.0',
  containerInstanceArn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/prod/c1',
  cpuUnits: 1024,
  memoryMiB: 2048,
  enableExecuteCommand: true,
  ephemeralStorageGiB: 50,
  hasEbsVolume: true,
  createdAtMs: 1_795_423_000_123,
  startedAtMs: 1_795_423_060_001,
  stoppingAtMs: 1_795_423_500_999,
  stoppedAtMs: 1_795_423_530_000,
  tags: { team: 'data', empty: '' },
  overrides: {
    containerOverrides: [
      {
        name: 'app',
        command: ['load', '--all'],
        environment: [{ name: 'TOKEN', value: '<&"\'>' }],
        environmentFiles: [{ value: 'arn:aws:s3:::env/prod.env', type: 's3' }],
        cpu: 512,
        memory: 1536,
        memoryReservation: 1024,
        resourceRequirements: [{ value: '1', type: 'GPU' }],
      },
    ],
    cpu: '1024',
    memory: '2048',
    taskRoleArn: 'arn:aws:iam::111122223333:role/etl',
    executionRoleArn: 'arn:aws:iam::111122223333:role/ecs',
    ephemeralStorage: { sizeInGiB: 50 },
  },
}

const targetGroup = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/0123456789abcdef`

const little: DescribedTask = {
  ...everything,
  taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/b2',
  taskId: 'b2',
  group: null,
  startedBy: null,
  taskDefinitionArn: null,
  family: null,
  revision: null,
  lastStatus: 'PROVISIONING',
  desiredStatus: 'RUNNING',
  version: null,
  stopCode: null,
  stoppedReason: null,
  containers: [],
  healthStatus: null,
  networkInterface: null,
  availabilityZone: null,
  launchType: null,
  capacityProvider: null,
  platformVersion: null,
  containerInstanceArn: null,
  cpuUnits: null,
  memoryMiB: null,
  enableExecuteCommand: false,
  ephemeralStorageGiB: null,
  hasEbsVolume: false,
  createdAtMs: null,
  startedAtMs: null,
  stoppingAtMs: null,
  stoppedAtMs: null,
  tags: {},
  overrides: {},
}

const service: Service = {
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/prod/web',
  cluster: 'prod',
  service: 'web',
  status: 'ACTIVE',
  schedulingStrategy: 'REPLICA',
  deploymentController: 'CODE_DEPLOY',
  resourceManagementType: 'ECS',
  desiredCount: 4,
  runningCount: 3,
  pendingCount: 1,
  onFargate: true,
  capacityProviderStrategy: [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 3 },
  ],
  deployments: [
    {
      id: 'ecs-svc/1',
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8',
      desiredCount: 4,
      runningCount: 1,
      pendingCount: 1,
      failedTasks: 2,
      createdAtMs: 1_795_423_000_500,
    },
    {
      id: 'ecs-svc/0',
      status: 'ACTIVE',
      rolloutState: null,
      taskDefinitionArn: null,
      desiredCount: 0,
      runningCount: 2,
      pendingCount: 0,
      failedTasks: 0,
      createdAtMs: null,
    },
  ],
  taskSetCount: 2,
  minimumHealthyPercent: 100,
  rollsBack: { circuitBreaker: 'roll-back', onAlarm: true },
  targetGroupArns: [targetGroup('blue'), targetGroup('green')],
  tags: { 'longshore:max': '9' },
}

const spec: LaunchSpec = {
  taskId: 'a1',
  cluster: 'prod',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:41',
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1', 'sg-2'], assignPublicIp: 'ENABLED' },
  capacityProvider: 'FARGATE_SPOT',
  launchType: null,
  platformVersion: 'LATEST',
  overrides: everything.overrides,
  enableExecuteCommand: true,
  group: 'family:etl',
  tags: { team: 'data' },
  enableEcsManagedTags: true,
  recordedAtMs: 1_795_423_100_000,
  unsure: [],
}
