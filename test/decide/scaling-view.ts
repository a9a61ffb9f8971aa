import type { Alarm } from '../../src/model/alarm.ts'
import type { Reading } from '../../src/model/reading.ts'
import { type Deployment, neverRollsBack, type Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { scaleDefaults } from '../../src/scaling/defaults.ts'
import type { ScalePolicy, Step, StepTrigger } from '../../src/scaling/policy.ts'
import type { AlarmView, ScalingView, ScalingWishes } from '../../src/scaling/view.ts'

/** Small builders for what scaling sees; each test names only what it is about. */

/** 2026-11-23T12:00:00Z. */
export const noon = 1_795_435_200_000

export const service = (change: Partial<Service> = {}): Service => ({
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/checkout',
  cluster: 'prod',
  service: 'checkout',
  status: 'ACTIVE',
  schedulingStrategy: 'REPLICA',
  deploymentController: 'ECS',
  resourceManagementType: 'CUSTOMER',
  desiredCount: 10,
  runningCount: 10,
  pendingCount: 0,
  deployments: [deployment()],
  capacityProviderStrategy: null,
  taskSetCount: 0,
  minimumHealthyPercent: 100,
  rollsBack: neverRollsBack,
  targetGroupArns: [],
  tags: {},
  ...change,
})

export const deployment = (change: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  rolloutState: 'COMPLETED',
  taskDefinitionArn: null,
  desiredCount: 10,
  runningCount: 10,
  pendingCount: 0,
  failedTasks: 0,
  createdAtMs: null,
  ...change,
})

export const deploying: Partial<Service> = {
  deployments: [deployment(), deployment({ id: 'ecs-svc/2', status: 'ACTIVE', rolloutState: 'IN_PROGRESS' })],
}

export const value = <T>(of: T, observedAtMs = noon): Reading<T> => ({
  kind: 'value',
  value: of,
  observedAtMs,
})
export const throttled: Reading<never> = {
  kind: 'failed',
  failure: { code: 'throttled', message: 'Rate exceeded', operation: 'cloudwatch:DescribeAlarms' },
}

export const alarm = (alarmName: string, change: Partial<Alarm> = {}): Alarm => ({
  alarmName,
  alarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarmName}`,
  kind: 'metric',
  state: 'ALARM',
  stateChangedAtMs: noon - minute,
  actionsEnabled: true,
  suppressedBy: null,
  threshold: 50,
  comparisonOperator: alarmName.endsWith('low') ? 'LessThanThreshold' : 'GreaterThanThreshold',
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  queries: [
    {
      id: 'm1',
      returnData: true,
      stat: {
        namespace: 'AWS/ECS',
        metricName: 'CPUUtilization',
        dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
        periodSeconds: 60,
        statistic: 'Average',
      },
      expression: null,
      periodSeconds: null,
    },
  ],
  ...change,
})

/** An alarm in ALARM whose newest data points are these. */
export const breaching = (name: string, points: number[], change: Partial<Alarm> = {}): AlarmView => ({
  alarmName: name,
  alarm: value(alarm(name, change)),
  metric: value(points),
  mutedUntilMs: null,
})

export const calm = (name: string, state: 'OK' | 'INSUFFICIENT_DATA' = 'OK'): AlarmView => ({
  alarmName: name,
  alarm: value(alarm(name, { state })),
  metric: null,
  mutedUntilMs: null,
})

export const view = (
  desired: Service | number,
  alarms: AlarmView[] = [],
  evidence: string[] = [],
): ScalingView => ({
  service: value(typeof desired === 'number' ? service({ desiredCount: desired }) : desired),
  alarms,
  evidence,
  series: {},
  queues: {},
  tasks: null,
})

export const change = (tasks: number, from: number | null, to: number | null): Step => ({
  from,
  to,
  adjustment: { kind: 'change', tasks },
})
export const percent = (share: number, from: number | null, to: number | null): Step => ({
  from,
  to,
  adjustment: { kind: 'percent', percent: share },
})
export const exact = (tasks: number, from: number | null, to: number | null): Step => ({
  from,
  to,
  adjustment: { kind: 'exact', tasks },
})

export const trigger = (name: string, steps: Step[], rest: Partial<StepTrigger> = {}): StepTrigger => ({
  kind: 'step',
  alarm: name,
  steps,
  atLeastTasks: 0,
  statistic: 'average',
  ...rest,
})

/** What a rule says beside its triggers; what is left out of `in` and `out` is as the schema fills it in. */
export type RuleChange = Partial<Omit<ScalePolicy, 'in' | 'out'>> & {
  in?: Partial<ScalePolicy['in']>
  out?: Partial<ScalePolicy['out']>
}

export const wishes = (
  triggers: ScalePolicy['triggers'],
  { in: into, out, ...rest }: RuleChange = {},
): ScalingWishes & { scale: ScalePolicy } => ({
  scale: {
    min: 0,
    max: 100,
    triggers,
    ...scaleDefaults,
    in: { ...scaleDefaults.in, ...into },
    out: { ...scaleDefaults.out, ...out },
    ...rest,
  },
  paused: null,
})
