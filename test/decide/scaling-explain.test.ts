import { describe, expect, it } from 'vitest'
import type { FailureCode } from '../../src/model/reading.ts'
import { minute, second } from '../../src/model/time.ts'
import { explain } from '../../src/scaling/explain.ts'
import type { ScalingReason, StepReason } from '../../src/scaling/reason.ts'

const step = (change: Partial<StepReason> = {}): StepReason => ({
  code: 'step-out',
  alarm: 'checkout-p99-high',
  measured: { metric: 1120, threshold: 500 },
  adjustment: { kind: 'percent', percent: 25 },
  atLeastTasks: 0,
  base: 8,
  cooling: false,
  wanted: 10,
  limit: null,
  ...change,
})
const alarm = 'checkout-high'
const down = { operation: 'cloudwatch:DescribeAlarms', failure: 'unavailable' } as const

/** Every code at least once; the type asks for all of them. */
const sentences: Record<ScalingReason['code'], [reason: ScalingReason, sentence: string][]> = {
  'not-managed': [[{ code: 'not-managed' }, 'No rule scales this.']],
  'service-missing': [[{ code: 'service-missing' }, 'There is no such service.']],
  'service-unreadable': [
    [
      { code: 'service-unreadable', operation: 'ecs:DescribeServices', failure: 'throttled' },
      'ecs:DescribeServices was throttled, so the count stays as it is.',
    ],
  ],
  'count-unreadable': [
    [
      { code: 'count-unreadable' },
      'The desired count that ECS gave is no number of tasks, so it stays as it is.',
    ],
  ],
  'not-active': [
    [{ code: 'not-active', status: 'DRAINING' }, 'The service is DRAINING, so its count is left alone.'],
  ],
  daemon: [[{ code: 'daemon' }, 'A DAEMON service has no desired count to change.']],
  'express-mode': [[{ code: 'express-mode' }, 'The service is in Express mode: ECS itself scales it.']],
  'task-sets': [
    [
      { code: 'task-sets', taskSets: 2 },
      'CodeDeploy is at work with 2 task sets, so the count stays as it is.',
    ],
  ],
  paused: [[{ code: 'paused', note: 'launch day' }, 'Scaling is paused (launch day).']],
  'bounds-crossed': [
    [
      { code: 'bounds-crossed', min: 5, max: 3 },
      'The minimum of 5 is above the maximum of 3, so the count stays as it is.',
    ],
  ],
  'within-bounds': [
    [
      { code: 'within-bounds', desired: 1, min: 1, max: 2000 },
      '1 task, between 1 and 2,000, and nothing asks for another number.',
    ],
  ],
  'below-min': [
    [{ code: 'below-min', desired: 1, min: 2 }, '1 task is below the minimum of 2.'],
    [{ code: 'below-min', desired: 0, min: 2 }, '0 tasks are below the minimum of 2.'],
  ],
  'above-max': [[{ code: 'above-max', desired: 9, max: 8 }, '9 tasks are above the maximum of 8.']],
  'recent-write-not-visible': [
    [
      { code: 'recent-write-not-visible', written: 12, described: 10, ageMs: 4 * second },
      'Longshore set 12 tasks 4 s ago; ECS still shows 10.',
    ],
  ],
  'step-out': [
    [step(), 'checkout-p99-high is 620 over its threshold of 500 (1,120): the step adds 25 % of 8 tasks.'],
    [
      step({ wanted: 12, base: 10, atLeastTasks: 3, adjustment: { kind: 'percent', percent: 12.5 } }),
      'checkout-p99-high is 620 over its threshold of 500 (1,120): the step adds 12.5 % of 10 tasks, at least 3.',
    ],
    [
      step({ atLeastTasks: 2 }),
      'checkout-p99-high is 620 over its threshold of 500 (1,120): the step adds 25 % of 8 tasks.',
    ],
    [
      step({ adjustment: { kind: 'change', tasks: 2 } }),
      'checkout-p99-high is 620 over its threshold of 500 (1,120): the step adds 2 tasks to 8.',
    ],
    [
      step({ adjustment: { kind: 'exact', tasks: 1 }, limit: { bound: 'min', tasks: 2 } }),
      'checkout-p99-high is 620 over its threshold of 500 (1,120): the step sets 1 task, limited to the minimum of 2.',
    ],
    [
      step({ adjustment: { kind: 'change', tasks: 3 }, cooling: true, limit: { bound: 'max', tasks: 10 } }),
      'checkout-p99-high is 620 over its threshold of 500 (1,120): the step adds 3 tasks to the 8 before the cooldown, limited to the maximum of 10.',
    ],
    [
      step({ cooling: true, measured: { metric: 0.0123, threshold: 0.01 } }),
      'checkout-p99-high is 0.0023 over its threshold of 0.01 (0.0123): the step adds 25 % of the 8 before the cooldown.',
    ],
    [
      step({ measured: { metric: 500, threshold: 500 } }),
      'checkout-p99-high is at its threshold of 500: the step adds 25 % of 8 tasks.',
    ],
    [step({ measured: null }), 'checkout-p99-high is in ALARM: the step adds 25 % of 8 tasks.'],
  ],
  'step-in': [
    [
      step({
        code: 'step-in',
        measured: { metric: 12.5, threshold: 30 },
        adjustment: { kind: 'change', tasks: -1 },
      }),
      'checkout-p99-high is 17.5 under its threshold of 30 (12.5): the step removes 1 task from 8.',
    ],
    [
      step({ code: 'step-in', measured: null, adjustment: { kind: 'percent', percent: -10 } }),
      'checkout-p99-high is in ALARM: the step removes 10 % of 8 tasks.',
    ],
  ],
  'step-unchanged': [
    [
      step({ code: 'step-unchanged', measured: { metric: 55, threshold: 50 } }),
      'checkout-p99-high is 5 over its threshold of 50 (55): the step leaves 8 tasks.',
    ],
  ],
  'at-max': [
    [
      { code: 'at-max', trigger: alarm, wanted: 12, max: 10 },
      'checkout-high asks for 12 tasks, but 10 is the maximum.',
    ],
  ],
  'at-min': [
    [
      { code: 'at-min', trigger: alarm, wanted: -3, min: 0 },
      'checkout-high asks for 0 tasks, but 0 is the minimum.',
    ],
  ],
  'cooldown-out': [
    [
      { code: 'cooldown-out', alarm, wanted: 12, base: 10, desired: 12, remainingMs: 200 * second },
      'checkout-high asks for 12 tasks, counted from the 10 before the cooldown, and 12 are there; the cooldown ends in 3 min 20 s.',
    ],
  ],
  'cooldown-in': [
    [
      { code: 'cooldown-in', trigger: alarm, wanted: 7, after: 'out', remainingMs: 2 * minute },
      'checkout-high asks for 7 tasks, but the cooldown after scaling out ends in 2 min.',
    ],
  ],
  'deployment-in-progress': [
    [
      { code: 'deployment-in-progress', trigger: alarm, wanted: 7, desired: 8 },
      'checkout-high asks for 7 tasks, but nothing is taken from 8 while a deployment is in progress.',
    ],
    [
      { code: 'deployment-in-progress', trigger: null, wanted: 10, desired: 12 },
      'The maximum asks for 10 tasks, but nothing is taken from 12 while a deployment is in progress.',
    ],
    [
      { code: 'deployment-in-progress', trigger: 'cpu', wanted: 12, desired: 10 },
      'cpu asks for 12 tasks, but nothing is added to 10 while a deployment is in progress.',
    ],
    [
      { code: 'deployment-in-progress', trigger: null, wanted: 12, desired: 10 },
      'The minimum asks for 12 tasks, but nothing is added to 10 while a deployment is in progress.',
    ],
  ],
  'scale-in-unsure': [
    [
      { code: 'scale-in-unsure', trigger: 'checkout-low', wanted: 7, unsure: alarm },
      'checkout-low asks for 7 tasks, but checkout-high cannot be judged, and it might ask for more.',
    ],
  ],
  'alarm-ok': [[{ code: 'alarm-ok', alarm }, 'checkout-high is OK.']],
  'alarm-insufficient-data': [
    [
      { code: 'alarm-insufficient-data', alarm },
      'checkout-high has insufficient data, so it asks for nothing.',
    ],
  ],
  'alarm-missing': [[{ code: 'alarm-missing', alarm }, 'There is no alarm checkout-high.']],
  'alarm-unreadable': [
    [
      { code: 'alarm-unreadable', alarm, ...down },
      'cloudwatch:DescribeAlarms gave no answer, so the state of checkout-high is unknown.',
    ],
  ],
  'alarm-actions-disabled': [
    [
      { code: 'alarm-actions-disabled', alarm },
      'checkout-high is in ALARM with its actions disabled, so it asks for nothing.',
    ],
  ],
  'alarm-muted': [
    [
      { code: 'alarm-muted', alarm, remainingMs: 20 * minute },
      'checkout-high is in ALARM and muted for another 20 min.',
    ],
  ],
  'alarm-suppressed': [
    [
      { code: 'alarm-suppressed', alarm, by: 'WaitPeriod' },
      'checkout-high is in ALARM and suppressed (WaitPeriod).',
    ],
  ],
  'alarm-without-metric': [
    [
      { code: 'alarm-without-metric', alarm, steps: 3 },
      'checkout-high is in ALARM without a single metric that could choose among 3 steps.',
    ],
    [
      { code: 'alarm-without-metric', alarm, steps: 0 },
      'checkout-high is in ALARM, but no step is on its side of the threshold.',
    ],
  ],
  'metric-missing': [
    [
      { code: 'metric-missing', alarm },
      'checkout-high is in ALARM, but its metric has no recent data point.',
    ],
  ],
  'metric-unreadable': [
    [
      { code: 'metric-unreadable', alarm, operation: 'cloudwatch:GetMetricData', failure: 'denied' },
      'cloudwatch:GetMetricData was denied, so how far checkout-high is from its threshold is unknown.',
    ],
  ],
  'metric-stale': [
    [
      { code: 'metric-stale', alarm, ageMs: 12 * minute, limitMs: 5 * minute },
      'checkout-high is in ALARM, but its newest data point is 12 min old, more than 5 min.',
    ],
  ],
  'metric-not-finite': [
    [{ code: 'metric-not-finite', alarm }, 'checkout-high is in ALARM, but its metric is no finite number.'],
  ],
  'schedule-floor': [
    [
      { code: 'schedule-floor', trigger: 'schedule 0 8 * * 1-5', desired: 2, min: 10 },
      '2 tasks are below the 10 of schedule 0 8 * * 1-5.',
    ],
  ],
  'schedule-ceiling': [
    [
      { code: 'schedule-ceiling', trigger: 'schedule 0 20 * * *', desired: 9, max: 3 },
      '9 tasks are above the 3 of schedule 0 20 * * *.',
    ],
  ],
  'target-out': [
    [
      {
        code: 'target-out',
        trigger: 'cpu',
        signal: 'cpu',
        per: 'service',
        measured: { value: 81.25, target: 65 },
        wanted: 13,
        limit: null,
      },
      'cpu is at 81.25 %, aimed at 65 %: 13 tasks.',
    ],
    [
      {
        code: 'target-out',
        trigger: 'requestsPerTask',
        signal: 'requests',
        per: 'task',
        measured: { value: 1_200, target: 10 },
        wanted: 120,
        limit: { bound: 'max', tasks: 100 },
      },
      'requestsPerTask is at 1,200 requests/s, aimed at 10 per task: 120 tasks, limited to the maximum of 100.',
    ],
  ],
  'target-in': [
    [
      {
        code: 'target-in',
        trigger: 'Latency',
        signal: 'metric',
        per: 'service',
        measured: { value: 12, target: 40 },
        wanted: 3,
        limit: { bound: 'rate', tasks: 9 },
      },
      'Latency is at 12, aimed at 40: 3 tasks, limited to 9 for now by the rate.',
    ],
  ],
  'target-met': [
    [
      {
        code: 'target-met',
        trigger: 'cpu',
        signal: 'cpu',
        per: 'service',
        measured: null,
        wanted: 1,
        limit: null,
      },
      'cpu is away from its target: 1 task.',
    ],
  ],
  'queue-out': [
    [
      {
        code: 'queue-out',
        trigger: 'queue orders',
        queue: 'orders',
        messages: 1_200,
        perTask: 10,
        wanted: 120,
        limit: { bound: 'starting', tasks: 20 },
      },
      'orders has 1,200 messages, and one task is to have 10: 120 tasks, limited to 20 while tasks are starting.',
    ],
  ],
  'queue-in': [
    [
      {
        code: 'queue-in',
        trigger: 'queue orders',
        queue: 'orders',
        messages: 1,
        perTask: 10,
        wanted: 1,
        limit: { bound: 'window', tasks: 4 },
      },
      'orders has 1 message, and one task is to have 10: 1 task, 4 for now, because it asked for that for long enough.',
    ],
  ],
  'queue-met': [
    [
      {
        code: 'queue-met',
        trigger: 'queue orders',
        queue: 'orders',
        messages: 20,
        perTask: 10,
        wanted: 2,
        limit: null,
      },
      'orders has 20 messages, and one task is to have 10: 2 tasks.',
    ],
  ],
  'slo-out': [
    [
      {
        code: 'slo-out',
        trigger: 'slo',
        figures: {
          of: 'requests',
          perSecond: 140,
          slackPerSecond: 6.91,
          capacityPerSecond: 50,
          ageMs: 12_000,
        },
        wanted: 3,
        limit: { bound: 'min', tasks: 4 },
      },
      '140 requests/s (12 s old) and 6.91/s of slack with 50/s per task: 3 tasks, limited to the minimum of 4.',
    ],
  ],
  'slo-in': [
    [
      {
        code: 'slo-in',
        trigger: 'slo',
        figures: { of: 'queue', queue: 'orders', messages: 30, capacityPerSecond: 0.5, withinSeconds: 60 },
        wanted: 1,
        limit: null,
      },
      'orders has 30 messages to be done in 1 min with 0.5/s per task: 1 task.',
    ],
  ],
  'slo-met': [
    [
      {
        code: 'slo-met',
        trigger: 'slo',
        figures: { of: 'queue', queue: 'orders', messages: 60, capacityPerSecond: 0.5, withinSeconds: 60 },
        wanted: 2,
        limit: null,
      },
      'orders has 60 messages to be done in 1 min with 0.5/s per task: 2 tasks.',
    ],
  ],
  fallback: [
    [
      {
        code: 'fallback',
        trigger: 'cpu',
        use: 'static',
        failedForMs: 4 * minute,
        wanted: 10,
        limit: null,
      },
      'cpu could not be judged for 4 min: its fallback (static) asks for 10 tasks.',
    ],
  ],
  idle: [
    [
      { code: 'idle', trigger: 'queue orders', idleForMs: 5 * minute, wanted: 0, limit: null },
      'Nothing was active for 5 min: 0 tasks.',
    ],
  ],
  'not-idle-yet': [
    [
      { code: 'not-idle-yet', trigger: 'queue orders', remainingMs: 2 * minute },
      'queue orders is inactive; the last task stays for another 2 min.',
    ],
  ],
  inactive: [
    [
      { code: 'inactive', trigger: 'cpu' },
      'No trigger with an activation threshold is active, and cpu alone keeps no task.',
    ],
  ],
  'starting-suffices': [
    [
      { code: 'starting-suffices', trigger: 'cpu', starting: 1, desired: 4 },
      'cpu is over its target, but 1 task is starting: 4 tasks are enough.',
    ],
  ],
  'new-ones-suffice': [
    [
      { code: 'new-ones-suffice', trigger: 'cpu', unmeasured: 4, desired: 8 },
      'cpu was over its target before 4 tasks joined: 8 tasks are enough.',
    ],
  ],
  'asked-too-briefly': [
    [
      { code: 'asked-too-briefly', trigger: 'cpu', wanted: 3, held: 5, windowMs: 5 * minute },
      'cpu asks for 3 tasks, but not for 5 min yet.',
    ],
  ],
  'paused-direction': [
    [
      { code: 'paused-direction', trigger: 'cpu', wanted: 3, direction: 'in', note: 'launch day' },
      'cpu asks for 3 tasks, but scaling in is paused (launch day).',
    ],
    [
      { code: 'paused-direction', trigger: null, wanted: 3, direction: 'out', note: 'longshore.yml' },
      'The minimum asks for 3 tasks, but scaling out is paused (longshore.yml).',
    ],
    [
      { code: 'paused-direction', trigger: null, wanted: 3, direction: 'in', note: 'longshore.yml' },
      'The maximum asks for 3 tasks, but scaling in is paused (longshore.yml).',
    ],
  ],
  'rate-limit': [
    [
      { code: 'rate-limit', trigger: 'cpu', wanted: 20, desired: 8, direction: 'out' },
      'cpu asks for 20 tasks, but within this time the count may not move further than 8.',
    ],
  ],
  'tasks-starting': [
    [
      { code: 'tasks-starting', trigger: 'slo', wanted: 40, starting: 10, most: 10 },
      'slo asks for 40 tasks, but 10 tasks are starting already; 10 may at a time.',
    ],
  ],
  'signal-missing': [
    [{ code: 'signal-missing', trigger: 'cpu' }, 'There is nothing to read for cpu, so it asks for nothing.'],
  ],
  'signal-unreadable': [
    [
      {
        code: 'signal-unreadable',
        trigger: 'cpu',
        operation: 'cloudwatch:GetMetricData',
        failure: 'throttled',
      },
      'cloudwatch:GetMetricData was throttled, so cpu cannot be judged.',
    ],
  ],
  'signal-stale': [
    [
      { code: 'signal-stale', trigger: 'cpu', ageMs: 4 * minute, limitMs: 3 * minute },
      'What cpu reads is 4 min old, more than 3 min.',
    ],
  ],
  'signal-not-finite': [
    [{ code: 'signal-not-finite', trigger: 'cpu' }, 'What cpu reads is no number from 0 on.'],
  ],
  'none-ready': [[{ code: 'none-ready', trigger: 'cpu' }, 'No task is ready yet, so cpu cannot be judged.']],
  'capacity-unknown': [
    [
      { code: 'capacity-unknown', trigger: 'slo' },
      'How much one task can do is not known yet, so slo asks for nothing.',
    ],
  ],
  'suspicious-fall': [
    [
      { code: 'suspicious-fall', trigger: 'cpu', remainingMs: 3 * minute },
      'What cpu reads fell suddenly: nothing is removed for another 3 min.',
    ],
  ],
  'no-step-matches': [
    [
      { code: 'no-step-matches', alarm, measured: { metric: 45, threshold: 50 } },
      'checkout-high is 5 under its threshold of 50 (45): no step covers that.',
    ],
  ],
}

const outages: Record<FailureCode, string> = {
  throttled: 'ecs:DescribeServices was throttled, so the count stays as it is.',
  unavailable: 'ecs:DescribeServices gave no answer, so the count stays as it is.',
  denied: 'ecs:DescribeServices was denied, so the count stays as it is.',
  'not-found': 'ecs:DescribeServices found nothing, so the count stays as it is.',
  conflict: 'ecs:DescribeServices met a conflict, so the count stays as it is.',
  quota: 'ecs:DescribeServices hit a quota, so the count stays as it is.',
  invalid: 'ecs:DescribeServices was refused as invalid, so the count stays as it is.',
}

describe('every reason in one sentence', () => {
  it.each(Object.values(sentences).flat())('%o', (reason, sentence) => {
    expect(explain(reason)).toBe(sentence)
  })

  it.each(Object.entries(outages))('a call that failed: %s', (failure, sentence) => {
    const operation = 'ecs:DescribeServices'
    expect(explain({ code: 'service-unreadable', operation, failure: failure as FailureCode })).toBe(sentence)
  })

  it('the table files each reason under its own code', () => {
    for (const [code, rows] of Object.entries(sentences))
      expect(rows.map(([reason]) => reason.code)).toEqual(rows.map(() => code))
  })
})
