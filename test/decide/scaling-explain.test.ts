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
      '1 task, between 1 and 2,000, and no alarm asks for another number.',
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
      { code: 'at-max', alarm, wanted: 12, max: 10 },
      'checkout-high asks for 12 tasks, but 10 is the maximum.',
    ],
  ],
  'at-min': [
    [{ code: 'at-min', alarm, wanted: -3, min: 0 }, 'checkout-high asks for 0 tasks, but 0 is the minimum.'],
  ],
  'cooldown-out': [
    [
      { code: 'cooldown-out', alarm, wanted: 12, base: 10, desired: 12, remainingMs: 200 * second },
      'checkout-high asks for 12 tasks, counted from the 10 before the cooldown, and 12 are there; the cooldown ends in 3 min 20 s.',
    ],
  ],
  'cooldown-in': [
    [
      { code: 'cooldown-in', alarm, wanted: 7, after: 'out', remainingMs: 2 * minute },
      'checkout-high asks for 7 tasks, but the cooldown after scaling out ends in 2 min.',
    ],
  ],
  'deployment-in-progress': [
    [
      { code: 'deployment-in-progress', alarm, wanted: 7, desired: 8 },
      'checkout-high asks for 7 tasks, but nothing is taken from 8 while a deployment is in progress.',
    ],
    [
      { code: 'deployment-in-progress', alarm: null, wanted: 10, desired: 12 },
      'The maximum asks for 10 tasks, but nothing is taken from 12 while a deployment is in progress.',
    ],
  ],
  'scale-in-unsure': [
    [
      { code: 'scale-in-unsure', alarm: 'checkout-low', wanted: 7, unsure: alarm },
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
