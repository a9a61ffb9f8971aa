import { decide as decideDiscovery } from '../../discovery/decide.ts'
import type { DiscoveryView } from '../../discovery/view.ts'
import { decide as decideHealing } from '../../healing/decide.ts'
import { launchSpecFrom } from '../../healing/launch-spec.ts'
import type { HealPolicy } from '../../healing/policy.ts'
import type { AlarmEvidence } from '../../model/alarm.ts'
import type { HealingMemory } from '../../model/memory.ts'
import type { Reading } from '../../model/reading.ts'
import { neverRollsBack, type Service } from '../../model/service.ts'
import { type FamilyTarget, type ServiceTarget, targetKey } from '../../model/target.ts'
import { isStopping, type Owner, type Task } from '../../model/task.ts'
import type { TaskRule } from '../../policy/policy.ts'
import {
  type Explained,
  explainedDiscovery,
  explainedHealing,
  explainedScaling,
} from '../../reconcile/rooms.ts'
import { decide as decideScaling } from '../../scaling/decide.ts'
import type { ScalePolicy } from '../../scaling/policy.ts'
import { alarmOfEvent } from './alarm.ts'

/** The rooms on what one event shows. What the event cannot show is assumed, as each function says. */

/** A wait of the back-off is followed to its end, so that the whole remedy is seen. */
const waitsMax = 3

/** Assumed: the launch specification was recorded while the task ran, as far as the event shows it. */
export function healed(task: Task, owner: Owner, policy: HealPolicy | null, now: number): Explained[] {
  if (!isStopping(task)) return []
  const stopped = {
    key: `task/${task.taskId}`,
    task,
    owner,
    essential: null,
    spec: { kind: 'value', value: assumedSpec(task, now), observedAtMs: now },
    resolution: null,
  } as const
  const told: Explained[] = []
  let memory: HealingMemory | undefined
  let at = now
  for (let waits = 0; waits < waitsMax; waits++) {
    const verdict = decideHealing(
      { stopped: [stopped], living: [], specsOutstanding: false },
      policy,
      memory,
      at,
    )
    told.push(...explainedHealing(verdict.decisions))
    memory = verdict.memory
    const untilMs = verdict.decisions.find(decision => 'hold' in decision && decision.untilMs !== null)
    if (!untilMs || 'do' in untilMs || untilMs.untilMs === null) break
    at = untilMs.untilMs
  }
  return told
}

function assumedSpec(task: Task, now: number) {
  const { networkInterface } = task
  const taskDefinitionArn = task.taskDefinitionArn ?? `${task.family ?? 'unknown'}`
  return launchSpecFrom({
    task: { ...task, taskDefinitionArn, tags: {}, overrides: {} },
    networkInterface: networkInterface && {
      networkInterfaceId: networkInterface.id,
      subnetId: networkInterface.subnetId,
      securityGroups: ['sg-assumed'],
      hasPublicIp: false,
    },
    taskDefinition: {
      taskDefinitionArn,
      status: 'ACTIVE',
      networkMode: 'awsvpc',
      containers: task.containers.map(({ name, image }) => ({
        name,
        image,
        essential: true,
        hasHealthCheck: false,
      })),
    },
    now,
  })
}

/** Assumed: the Cloud Map service exists, names one other task, and names this one unless it only now runs. */
export function discovered(target: FamilyTarget, rule: TaskRule, task: Task, now: number): Explained[] {
  if (!rule.discover) return []
  const stopping = isStopping(task)
  const seen = <T>(value: T): Reading<T> => ({ kind: 'value', value, observedAtMs: now })
  const view: DiscoveryView = {
    target,
    cloudMapService: seen({
      id: 'srv-assumed',
      ...rule.discover,
      dnsRecordTypes: [],
      hasCustomHealth: false,
      ttlMs: 0,
    }),
    instances: seen([
      { id: 'another-task', attributes: {} },
      ...(stopping ? [{ id: task.taskId, attributes: { LONGSHORE_TARGET: targetKey(target) } }] : []),
    ]),
    tasks: seen([task]),
    health: { kind: 'missing', what: 'custom health check' },
    missingTaskIds: [],
    tombstones: new Set(stopping ? [task.taskId] : []),
    healthChecked: new Map([[task.taskDefinitionArn ?? '', false]]),
    networkModes: new Map([[task.taskDefinitionArn ?? '', 'awsvpc']]),
    hosts: new Map(),
    operations: new Map(),
  }
  const { decisions } = decideDiscovery(view, rule.discover, undefined, now)
  return explainedDiscovery(decisions.filter(decision => 'do' in decision || decision.about !== null))
}

/** Assumed: the service runs `min` tasks, at least one, and deploys nothing. */
export function scaled(
  target: ServiceTarget,
  scale: ScalePolicy,
  evidence: AlarmEvidence,
  content: unknown,
  now: number,
): Explained[] {
  const { alarm, points } = alarmOfEvent(evidence, content)
  const metric: Reading<number[]> | null =
    alarm.kind === 'composite' ? null : { kind: 'value', value: points, observedAtMs: now }
  const verdict = decideScaling(
    {
      service: { kind: 'value', value: assumedService(target, Math.max(1, scale.min)), observedAtMs: now },
      alarms: [
        {
          alarmName: alarm.alarmName,
          alarm: { kind: 'value', value: alarm, observedAtMs: now },
          metric: points.length > 0 || metric === null ? metric : { kind: 'missing', what: alarm.alarmName },
          mutedUntilMs: evidence.mutedUntilMs,
        },
      ],
      evidence: [],
      series: {},
      queues: {},
      tasks: null,
    },
    {
      scale: {
        ...scale,
        triggers: scale.triggers.filter(each => each.kind === 'step' && each.alarm === alarm.alarmName),
      },
      paused: null,
    },
    undefined,
    now,
  )
  return explainedScaling(verdict.decisions)
}

const assumedService = ({ cluster, service }: ServiceTarget, desiredCount: number): Service => ({
  serviceArn: '',
  cluster,
  service,
  status: 'ACTIVE',
  schedulingStrategy: 'REPLICA',
  deploymentController: 'ECS',
  resourceManagementType: 'CUSTOMER',
  desiredCount,
  runningCount: desiredCount,
  pendingCount: 0,
  deployments: [],
  capacityProviderStrategy: null,
  taskSetCount: 0,
  minimumHealthyPercent: 100,
  rollsBack: neverRollsBack,
  targetGroupArns: [],
  tags: {},
})
