import type { HealingVerdict } from '../../src/healing/decide.ts'
import type { HealPolicy } from '../../src/healing/policy.ts'
import type { HealingView, StoppedTask } from '../../src/healing/view.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { DescribedTask } from '../../src/model/ports.ts'
import type { Container, Task } from '../../src/model/task.ts'

/** Tasks, stops and policies of the healing tests, all as unremarkable as can be. */

/** 2026-11-23T02:10:00Z. */
export const now = 1_795_399_800_000
export const definition = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/etl:41'

export const policy = (change: Partial<HealPolicy['restart']> = {}): HealPolicy => ({
  restart: {
    on: ['crash', 'oom', 'spot', 'host', 'start', 'health'],
    attempts: 5,
    backoff: { firstMs: 10_000, maxMs: 300_000 },
    resetAfterMs: 600_000,
    scheduled: false,
    budget: { restarts: 100, withinMs: 600_000 },
    ...change,
  },
})

export const container = (change: Partial<Container> = {}): Container => ({
  name: 'app',
  lastStatus: 'STOPPED',
  exitCode: null,
  reason: null,
  image: 'etl',
  imageDigest: null,
  healthStatus: null,
  ...change,
})

/** What ECS says of a container without memory. */
export const outOfMemory = (change: Partial<Container> = {}): Container =>
  container({
    exitCode: 137,
    reason: 'OutOfMemoryError: Container killed due to memory usage',
    ...change,
  })

export const running = (taskId: string, change: Partial<Task> = {}): Task => ({
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/prod/${taskId}`,
  taskId,
  clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  cluster: 'prod',
  group: 'family:etl',
  startedBy: null,
  taskDefinitionArn: definition,
  family: 'etl',
  revision: 41,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  version: 4,
  stopCode: null,
  stoppedReason: null,
  containers: [container({ lastStatus: 'RUNNING' })],
  healthStatus: null,
  networkInterface: { id: `eni-${taskId}`, subnetId: 'subnet-1', privateIpv4: '10.0.0.7', ipv6: null },
  availabilityZone: 'eu-west-1b',
  launchType: 'FARGATE',
  capacityProvider: null,
  platformVersion: '1.4.0',
  containerInstanceArn: null,
  cpuUnits: 256,
  memoryMiB: 2048,
  enableExecuteCommand: false,
  ephemeralStorageGiB: 20,
  hasEbsVolume: false,
  createdAtMs: now - 120_000,
  startedAtMs: now - 90_000,
  stoppingAtMs: null,
  stoppedAtMs: null,
  ...change,
})

export const described = (taskId: string, change: Partial<DescribedTask> = {}): DescribedTask => ({
  ...running(taskId),
  tags: {},
  overrides: {},
  ...change,
})

/** Ran for a minute, then its container ended with 1; ten minutes ago. */
export const crashed = (taskId: string, change: Partial<Task> = {}): Task =>
  running(taskId, {
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    version: 7,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [container({ exitCode: 1 })],
    createdAtMs: now - 690_000,
    startedAtMs: now - 660_000,
    stoppingAtMs: now - 605_000,
    stoppedAtMs: now - 600_000,
    ...change,
  })

export const spec = (taskId: string, change: Partial<LaunchSpec> = {}): LaunchSpec => ({
  taskId,
  cluster: 'prod',
  taskDefinitionArn: definition,
  network: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
  capacityProvider: null,
  launchType: 'FARGATE',
  platformVersion: 'LATEST',
  overrides: {},
  enableExecuteCommand: false,
  group: 'family:etl',
  tags: {},
  enableEcsManagedTags: false,
  recordedAtMs: now - 600_000,
  unsure: [],
  ...change,
})

export const stop = (task: Task, change: Partial<StoppedTask> = {}): StoppedTask => ({
  key: `task/${task.taskId}`,
  task,
  owner: 'standalone',
  essential: ['app'],
  spec: { kind: 'value', value: spec(task.taskId), observedAtMs: now },
  resolution: null,
  ...change,
})

export const view = (stopped: StoppedTask[], living: Task[] = []): HealingView => ({
  stopped,
  living,
  specsOutstanding: false,
})

/** The first thing done, where that is a restart. */
export function firstRestart({ decisions }: HealingVerdict) {
  const [decision] = decisions
  if (!decision || !('do' in decision)) return null
  const { do: action } = decision
  return action.verb === 'run-task' ? { ...decision, do: action } : null
}

/**
 * One line per decision: `restart a #2 of root`, `wait b backoff 10 s` (until then, from `at`), `leave c completed`;
 * `!` behind what people are told.
 */
export const lines = (verdict: HealingVerdict, at = now): string[] =>
  verdict.decisions.map(decision => {
    const bang = decision.tell ? '!' : ''
    if ('do' in decision) {
      if (decision.do.verb === 'stop-task')
        return `stop ${decision.do.taskArn.split('/').at(-1)} ${decision.do.reason}${bang}`
      const { replaces, attempt, rootTaskId } = decision.do
      return `restart ${replaces.slice(replaces.lastIndexOf('/') + 1)} #${attempt} of ${rootTaskId}${bang}`
    }
    const { about, because, untilMs } = decision
    const isSettled = verdict.settled.some(({ key }) => key === `task/${about}`)
    const until = untilMs === null ? '' : ` ${(untilMs - at) / 1000} s`
    return `${isSettled ? 'leave' : 'wait'} ${about} ${because.code}${until}${bang}`
  })
