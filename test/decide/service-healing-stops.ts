import type { ServiceHealPolicy } from '../../src/healing/services/policy.ts'
import type { ServiceHealingView } from '../../src/healing/services/view.ts'
import type { Reading } from '../../src/model/reading.ts'
import { neverRollsBack, type Service } from '../../src/model/service.ts'
import type { Task } from '../../src/model/task.ts'
import { minute } from '../../src/model/time.ts'

/** A service, its policy and stops of its tasks, for the tables of healing. */

/** 2026-11-23T09:00:00Z. */
export const nine = 1_795_424_400_000

export const definition = (revision: number): string =>
  `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${revision}`

/** Of what is read only where a roll-back may follow. */
export const nothingRead: Pick<ServiceHealingView, 'paused' | 'ongoing' | 'earlier' | 'behind'> = {
  paused: null,
  ongoing: null,
  earlier: null,
  behind: { kind: 'missing', what: 'service revision' },
}

export const policy: ServiceHealPolicy = {
  crashLoop: { stops: 3, withinMs: 10 * minute, remedy: 'notify' },
  stuckDeployment: { afterMs: 30 * minute, remedy: 'notify' },
}

/** A task of `web:2` that ended with exit code 1, `atMinute` after nine. */
export function stopOf(id: number, atMinute: number, other: Partial<Task> = {}): { key: string; task: Task } {
  const taskId = id.toString(16).padStart(32, '0')
  return {
    key: `task/${taskId}`,
    task: {
      taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/prod/${taskId}`,
      taskId,
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod',
      cluster: 'prod',
      group: 'service:web',
      startedBy: 'ecs-svc/1',
      taskDefinitionArn: definition(2),
      family: 'web',
      revision: 2,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      version: 7,
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        {
          name: 'app',
          lastStatus: 'STOPPED',
          exitCode: 1,
          reason: null,
          image: 'web:2',
          imageDigest: null,
          healthStatus: null,
        },
      ],
      healthStatus: null,
      networkInterface: null,
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
      createdAtMs: nine - minute,
      startedAtMs: nine,
      stoppingAtMs: null,
      stoppedAtMs: nine + atMinute * minute,
      ...other,
    },
  }
}

const web: Service = {
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/prod/web',
  cluster: 'prod',
  service: 'web',
  status: 'ACTIVE',
  schedulingStrategy: 'REPLICA',
  deploymentController: 'ECS',
  resourceManagementType: 'CUSTOMER',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  deployments: [],
  taskSetCount: 0,
  rollsBack: neverRollsBack,
  targetGroupArns: [],
  tags: {},
}

type Rollout = Service['deployments'][number]['rolloutState']

/** Its deployments, PRIMARY first: revision, state and minute of creation. */
export const deployed = (
  deployments: [revision: number, state: Rollout, createdAtMinute: number][],
  other: Partial<Service> = {},
): Reading<Service> => ({
  kind: 'value',
  observedAtMs: nine,
  value: {
    ...web,
    deployments: deployments.map(([revision, rolloutState, createdAtMinute], index) => ({
      id: `ecs-svc/${revision}`,
      status: index === 0 ? 'PRIMARY' : 'ACTIVE',
      rolloutState,
      taskDefinitionArn: definition(revision),
      desiredCount: 2,
      runningCount: 1,
      pendingCount: 1,
      failedTasks: 0,
      createdAtMs: nine + createdAtMinute * minute,
    })),
    ...other,
  },
})

export const steady = deployed([[2, 'COMPLETED', -600]])
