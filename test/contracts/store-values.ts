import type { AlarmEvidence } from '../../src/model/alarm.ts'
import type { Intent, JournalEntry } from '../../src/model/decision.ts'
import type { LaunchSpec } from '../../src/model/launch-spec.ts'
import type { Answer, FailureCode } from '../../src/model/reading.ts'
import { alarmEvidence, type Evidence, taskEvidence } from '../../src/model/signal.ts'
import { familyTarget } from '../../src/model/target.ts'
import type { Task } from '../../src/model/task.ts'

/** What the store's suites write and compare. */

/** 2026-11-23T08:00:00Z. */
export const t0 = 1_795_420_800_000

export const etl = familyTarget('prod', 'etl')

export function granted<T>(answer: Answer<T>): T {
  if (!answer.ok)
    throw new Error(`${answer.failure.operation} ${answer.failure.code}: ${answer.failure.message}`)
  return answer.value
}

export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('nothing there')
  return value
}

export const codeOf = (answer: Answer<unknown>): FailureCode | 'ok' =>
  answer.ok ? 'ok' : answer.failure.code

export const task = (taskId: string, version: number, lastStatus: Task['lastStatus'] = 'STOPPED'): Task => ({
  taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/prod/${taskId}`,
  taskId,
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
  cluster: 'prod',
  group: 'family:etl',
  startedBy: null,
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:41',
  family: 'etl',
  revision: 41,
  lastStatus,
  desiredStatus: lastStatus === 'RUNNING' ? 'RUNNING' : 'STOPPED',
  version,
  stopCode: null,
  stoppedReason: '',
  containers: [
    {
      name: 'app',
      lastStatus: 'STOPPED',
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
      image: null,
      imageDigest: null,
      healthStatus: null,
    },
  ],
  healthStatus: null,
  networkInterface: null,
  availabilityZone: 'eu-west-1b',
  launchType: null,
  capacityProvider: 'FARGATE_SPOT',
  platformVersion: '1.4.0',
  containerInstanceArn: null,
  cpuUnits: 256,
  memoryMiB: 512,
  enableExecuteCommand: false,
  ephemeralStorageGiB: 20.5,
  hasEbsVolume: false,
  createdAtMs: t0 - 60_000,
  startedAtMs: t0 - 30_000,
  stoppingAtMs: null,
  stoppedAtMs: t0,
})

/** Stopped at another time; a Spot warning has `stoppedAtMs: null`. */
export const stoppedAt = (taskId: string, times: Partial<Task>, version = 7): Evidence =>
  taskEvidence({ ...task(taskId, version), ...times })

export const stopped = (taskId: string, version: number): Evidence => taskEvidence(task(taskId, version))

export const alarmChange = (changedAtMs: number, state: AlarmEvidence['state'] = 'ALARM'): Evidence =>
  alarmEvidence({
    alarmName: 'checkout p99 high',
    state,
    changedAtMs,
    mutedUntilMs: null,
    suppressedBy: null,
  })

export const spec = (taskId: string, unsure: LaunchSpec['unsure'] = []): LaunchSpec => ({
  taskId,
  cluster: 'prod',
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/etl:41',
  network: { subnets: ['subnet-0a'], securityGroups: ['sg-0b'], assignPublicIp: 'DISABLED' },
  capacityProvider: 'FARGATE_SPOT',
  launchType: null,
  platformVersion: '1.4.0',
  overrides: { containerOverrides: [{ name: 'app', environment: [{ name: 'EMPTY', value: '' }], cpu: 0 }] },
  enableExecuteCommand: false,
  group: 'family:etl',
  tags: { team: 'data', 'a b.c#d': '' },
  enableEcsManagedTags: true,
  recordedAtMs: t0,
  unsure,
})

export const intent = (id: string): Intent => ({
  id,
  room: 'healing',
  action: {
    verb: 'run-task',
    cluster: 'prod',
    specTaskId: 'a1',
    replaces: 'arn:aws:ecs:eu-west-1:111122223333:task/prod/a1',
    rootTaskId: 'a1',
    attempt: 1,
    clientToken: '0f'.repeat(32),
  },
  because: { code: 'restart' },
  sentence: 'Runs a1 again.',
  tell: true,
  settles: 'task/a1',
  recordedAtMs: t0,
})

export const entry = (id: string, atMs: number, tell = true): JournalEntry => ({
  id,
  target: etl,
  atMs,
  room: 'healing',
  outcome: 'done',
  verb: 'run-task',
  about: 'a1',
  because: { code: 'restart' },
  sentence: `Line ${id}.`,
  failure: null,
  change: null,
  untilMs: null,
  facts: [
    { label: 'Cause', value: 'oom' },
    { label: 'Attempt', value: '1 of 5' },
  ],
  tell,
})
