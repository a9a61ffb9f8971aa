import { describe, expect, it } from 'vitest'
import { serviceTarget } from '../../src/model/target.ts'
import { servicePolicyFor, serviceRuleFor } from '../../src/policy/match.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { renderProblems } from '../../src/policy/problem.ts'
import { readPolicy } from '../../src/policy/read.ts'
import { queuesOf } from '../../src/policy/trigger-for.ts'
import type { ScalePolicy } from '../../src/scaling/policy.ts'

/** What an owner can write under `scale`: what each key means, and what each mistake is told. */

const text = (scale: string, match = '{ cluster: prod, service: checkout }'): string =>
  `version: 1\nmode: act\nservices:\n  - match: ${match}\n    scale:\n      min: 2\n      max: 40\n${scale}\n`
const triggers = (...written: string[]): string =>
  `      triggers:\n${written.map(each => `        - ${each}`).join('\n')}`

const policyOf = (written: string): Policy => {
  const reading = readPolicy(written, 'l.yml')
  if (!reading.ok) throw new Error(renderProblems(reading.problems))
  return reading.policy
}
const scaleOf = (written: string): ScalePolicy => {
  const scale = policyOf(text(written)).services[0]?.scale
  if (!scale) throw new Error('no scale')
  return scale
}
const problem = (written: string): string[] => {
  const reading = readPolicy(text(written), 'l.yml')
  return reading.ok
    ? []
    : reading.problems.map(
        ({ line, column, path, sentence }) =>
          `${line}:${column} ${path.replace('services[0].scale.', '')}: ${sentence}`,
      )
}

const tenPercent = { out: 0.1, in: 0.1 }
const stat = (metricName: string, statistic: string, periodSeconds: number) => ({
  namespace: 'Checkout',
  metricName,
  dimensions: {},
  periodSeconds,
  statistic,
})

describe('a trigger', () => {
  it.each<[what: string, written: string, trigger: ScalePolicy['triggers'][number]]>([
    [
      'slo for requests, and nothing else',
      'slo: { requests: 1s }',
      {
        kind: 'slo',
        of: 'requests',
        name: 'slo',
        deadlineSeconds: 1,
        lateShare: 0.001,
        capacityPerSecond: null,
        from: null,
        lateFrom: null,
      },
    ],
    [
      'slo with all it can say',
      'slo: { requests: 90s, late: 1%, capacity: 600/min, from: { namespace: Checkout, name: Requests, statistic: Sum, period: 10s } }',
      {
        kind: 'slo',
        of: 'requests',
        name: 'slo',
        deadlineSeconds: 90,
        lateShare: 0.01,
        capacityPerSecond: 10,
        from: {
          queries: [
            {
              id: 'm',
              returnData: true,
              stat: stat('Requests', 'Sum', 10),
              expression: null,
              periodSeconds: null,
            },
          ],
          periodSeconds: 10,
          isCount: true,
        },
        lateFrom: null,
      },
    ],
    [
      'slo for a queue',
      'slo: { queue: orders, drainWithin: 2m, capacity: 0.5/s }',
      {
        kind: 'slo',
        of: 'queue',
        name: 'slo',
        queue: 'orders',
        drainWithinSeconds: 120,
        capacityPerSecond: 0.5,
        wakeAt: 1,
      },
    ],
    [
      'cpu',
      'cpu: 65%',
      {
        kind: 'target',
        name: 'cpu',
        signal: { of: 'cpu', periodSeconds: 60 },
        per: 'service',
        target: 65,
        tolerance: tenPercent,
        wakeAt: null,
      },
    ],
    [
      'memory in high resolution',
      '{ memory: 70%, period: 20s, tolerance: { out: 5% } }',
      {
        kind: 'target',
        name: 'memory',
        signal: { of: 'memory', periodSeconds: 20 },
        per: 'service',
        target: 70,
        tolerance: { out: 0.05, in: 0.1 },
        wakeAt: null,
      },
    ],
    [
      'requests per task',
      '{ requestsPerTask: 90/h, tolerance: 0% }',
      {
        kind: 'target',
        name: 'requestsPerTask',
        signal: { of: 'requests' },
        per: 'task',
        target: 0.025,
        tolerance: { out: 0, in: 0 },
        wakeAt: 0,
      },
    ],
    [
      'any metric',
      '{ target: 100, metric: { namespace: Checkout, name: Depth } }',
      {
        kind: 'target',
        name: 'Depth',
        signal: {
          of: 'metric',
          metric: {
            queries: [
              {
                id: 'm',
                returnData: true,
                stat: stat('Depth', 'Average', 60),
                expression: null,
                periodSeconds: null,
              },
            ],
            periodSeconds: 60,
            isCount: false,
          },
        },
        per: 'task',
        target: 100,
        tolerance: tenPercent,
        wakeAt: 0,
      },
    ],
    [
      'metric math',
      '{ target: 0.2, per: service, metric: { expression: m1 / 2, of: { m1: { namespace: Checkout, name: Depth, statistic: p99.9 } }, period: 5m } }',
      {
        kind: 'target',
        name: 'expression',
        signal: {
          of: 'metric',
          metric: {
            queries: [
              {
                id: 'm1',
                returnData: false,
                stat: stat('Depth', 'p99.9', 300),
                expression: null,
                periodSeconds: null,
              },
              { id: 'answer', returnData: true, stat: null, expression: 'm1 / 2', periodSeconds: 300 },
            ],
            periodSeconds: 300,
            isCount: false,
          },
        },
        per: 'service',
        target: 0.2,
        tolerance: tenPercent,
        wakeAt: null,
      },
    ],
    [
      'messages per task',
      '{ queue: orders.fifo, perTask: 0.5, wakeAt: 20 }',
      { kind: 'queue', name: 'queue orders.fifo', queue: 'orders.fifo', perTask: 0.5, wakeAt: 20 },
    ],
    [
      'schedule',
      '{ schedule: { from: "0 8 * * 1-5", to: "0 20 * * 1-5", timeZone: Europe/Berlin }, min: 10 }',
      {
        kind: 'schedule',
        name: 'schedule 0 8 * * 1-5',
        from: '0 8 * * 1-5',
        to: '0 20 * * 1-5',
        timeZone: 'Europe/Berlin',
        min: 10,
        max: null,
      },
    ],
  ])('%s', (_what, written, trigger) => {
    expect(scaleOf(triggers(written)).triggers).toStrictEqual([trigger])
  })

  it('has a name of its own, also beside another of its kind', () => {
    const { triggers: read } = scaleOf(triggers('cpu: 65%', 'cpu: 90%', 'memory: 70%'))
    expect(read.map(trigger => 'name' in trigger && trigger.name)).toEqual(['cpu', 'cpu 2', 'memory'])
  })

  it('is kept in the package as it is: nothing in it is lost in JSON', () => {
    const scale = scaleOf(triggers('slo: { requests: 1s }', 'cpu: 65%', '{ queue: a, perTask: 1 }'))
    expect(JSON.parse(JSON.stringify(scale))).toStrictEqual(scale)
  })
})

describe('what holds for all triggers', () => {
  it('every key', () => {
    const scale =
      scaleOf(`      out: { after: 20s, atMost: [100% per 1m, 1 task per 1m30s], select: smallest, starting: 50%, cooldown: 1m }
      in: { after: 0s, atMost: [12.5% per 30m] }
      whileDeploying: freeze
      fallback: { tasks: 10 }
      zero: { idle: 20s }
      suspicious: { hold: 0s }
      pause: out`)
    expect(scale).toStrictEqual({
      min: 2,
      max: 40,
      triggers: [],
      out: {
        cooldownMs: 60_000,
        afterMs: 20_000,
        atMost: [
          { percent: 100, periodMs: 60_000 },
          { tasks: 1, periodMs: 90_000 },
        ],
        select: 'smallest',
        startingPercent: 50,
      },
      in: {
        cooldownMs: 300_000,
        afterMs: 0,
        atMost: [{ percent: 12.5, periodMs: 1_800_000 }],
        select: 'largest',
      },
      whileDeploying: 'freeze',
      fallback: { afterMs: 180_000, tasks: 10, use: 'if-higher' },
      zero: { initialCooldownMs: 0, idleMs: 20_000 },
      suspicious: { dropPercent: 90, holdMs: 0 },
      pause: { all: null, in: null, out: 'longshore.yml' },
    })
  })
})

describe('one clear sentence', () => {
  it.each<[written: string, told: string]>([
    [
      'slo: { requests: 1s, capcity: 50/s }',
      '9:32 triggers[0].slo.capcity: no such key. Did you mean capacity?',
    ],
    ['slo: { requests: 1x }', '9:28 triggers[0].slo.requests: "1x" is no duration. Write 2m, 120s or 1h30m.'],
    ['slo: { requests: 0s }', '9:28 triggers[0].slo.requests: no time at all. Write at least 1s.'],
    [
      'slo: { requests: 1s, late: 99% }',
      '9:38 triggers[0].slo.late: "99%" is no percentage from 0.001% to 50%. Write it as 65%.',
    ],
    [
      'slo: { requests: 1s, late: 0.001 }',
      '9:38 triggers[0].slo.late: 0.001 is no percentage from 0.001% to 50%. Write it as 65%.',
    ],
    [
      'slo: { requests: 1s, capacity: 0/s }',
      '9:42 triggers[0].slo.capacity: "0/s" is never. Write more than 0.',
    ],
    ['slo: { queue: orders }', '9:11 triggers[0].slo.drainWithin: missing.'],
    [
      'slo: { queue: orders, drainWithin: 2m, wakeAt: 0 }',
      '9:58 triggers[0].slo.wakeAt: 0 is too small. At least 1.',
    ],
    ['slo: 4', '9:16 triggers[0].slo: 4 stands where a mapping belongs.'],
    ['slo: { request: 1s }', '9:16 triggers[0].slo: this says nothing to go by. Did you mean requests?'],
    ['cpu: 165%', '9:16 triggers[0].cpu: "165%" is no percentage from 1% to 100%. Write it as 65%.'],
    [
      '{ cpu: 65%, memory: 70% }',
      '9:23 triggers[0].memory: this is another kind. Begin a new entry with "- ".',
    ],
    ['{ cpu: 65%, tolerance: { ot: 5% } }', '9:36 triggers[0].tolerance.ot: no such key. Did you mean out?'],
    ['{ cpu: 65%, tolerance: 5 }', '9:34 triggers[0].tolerance: 5 cannot stand here. For example 10%.'],
    ['{ cpu: 65%, period: 10s }', '9:31 triggers[0].period: "10s" is not known. Did you mean 20s?'],
    [
      '{ requestsPerTask: 600 }',
      '9:30 triggers[0].requestsPerTask: 600 is no rate. Write 50/s, 600/min or 90/h.',
    ],
    [
      '{ target: 0, metric: { namespace: A, name: B } }',
      '9:21 triggers[0].target: 0 is too small. At least 0.',
    ],
    [
      '{ target: 1, metric: { namespace: A, nme: B } }',
      '9:48 triggers[0].metric.nme: no such key. Did you mean name?',
    ],
    [
      '{ target: 1, metric: { namespace: A, name: B, period: 15s } }',
      '9:65 triggers[0].metric.period: no period of a metric. Write 10s, 20s, 30s or whole minutes, at most 1h.',
    ],
    [
      '{ target: 1, metric: { namespace: A, name: B, statistic: sum } }',
      '9:68 triggers[0].metric.statistic: "sum" is no statistic. Write Average, Sum, Maximum, p99 or another of CloudWatch.',
    ],
    [
      '{ target: 1, metric: { namespace: A, name: "{task}" } }',
      '9:54 triggers[0].metric.name: "{task}" is no placeholder. Known: {service} and {cluster}.',
    ],
    [
      '{ target: 1, metric: { expression: m1, of: { m1: { namespace: A, name: B, stat: Sum } } } }',
      '9:85 triggers[0].metric.of.m1.stat: no such key. Known here: namespace, name, dimensions, statistic.',
    ],
    [
      '{ target: 1, metric: { expression: M1, of: { M1: { namespace: A, name: B } } } }',
      '9:60 triggers[0].metric.of.M1: "M1" is no id of a metric. A small letter, then letters, digits and _.',
    ],
    [
      '{ target: 1, metric: { namespace: A, name: B }, per: tasks }',
      '9:64 triggers[0].per: "tasks" is not known. Did you mean task?',
    ],
    ['{ queue: orders }', '9:11 triggers[0].perTask: missing. For example 10.'],
    [
      '{ queue: "ord ers", perTask: 10 }',
      '9:20 triggers[0].queue: "ord ers" is no queue name. Letters, digits, - and _; {service} and {cluster} may stand in it.',
    ],
    [
      '{ queue: "arn:aws:sqs:eu-west-1:123456789012:orders", perTask: 10 }',
      '9:20 triggers[0].queue: an ARN or a URL is not read here. Write the queue’s name.',
    ],
    [
      '{ schedule: { from: "0 8 * * 1-5", to: "0 25 * * *", timeZone: UTC }, min: 10 }',
      '9:50 triggers[0].schedule.to: "0 25 * * *" is no time that comes again. Write minute, hour, day, month and weekday: 0 8 * * 1-5.',
    ],
    [
      '{ schedule: { from: "0 8 30 2 *", to: "0 20 * * *", timeZone: UTC }, min: 10 }',
      '9:31 triggers[0].schedule.from: "0 8 30 2 *" is no time that comes again. Write minute, hour, day, month and weekday: 0 8 * * 1-5.',
    ],
    [
      '{ schedule: { from: "0 8 * * *", to: "0 20 * * *", timeZone: Mars/Olympus }, min: 10 }',
      '9:72 triggers[0].schedule.timeZone: "Mars/Olympus" is no time zone. Write Europe/Berlin, America/New_York or UTC.',
    ],
    [
      '{ schedule: { from: "0 8 * * *", to: "0 20 * * *", timeZone: UTC } }',
      '9:23 triggers[0].schedule: a window in which nothing holds. Write min, max or both.',
    ],
    [
      '{ schedule: { from: "0 8 * * *", to: "0 8 * * *", timeZone: UTC }, min: 3 }',
      '9:48 triggers[0].schedule.to: the window closes when it opens.',
    ],
    [
      '{ schedule: { from: "0 8 * * *", to: "0 20 * * *", timeZone: UTC }, min: 30, max: 3 }',
      '9:84 triggers[0].min: min 30 is above max 3.',
    ],
    [
      '{ schedule: { from: "0 8 * * *", to: "0 20 * * *", timeZone: UTC }, min: 50 }',
      '9:84 triggers[0].min: min 50 is above the max 40 of the rule.',
    ],
    ['{ cpuu: 65% }', '9:11 triggers[0]: this says nothing to go by. Did you mean cpu?'],
    ['hello', '9:11 triggers[0]: "hello" stands where a mapping belongs.'],
    [
      '{}',
      '9:11 triggers[0]: this says nothing to go by. Write one of slo, cpu, memory, requestsPerTask, target, queue, schedule or alarm.',
    ],
  ])('%s', (written, told) => {
    expect(problem(triggers(written))).toEqual([told])
  })

  it.each<[written: string, told: string]>([
    [
      'out: { atMost: [100% for 1m] }',
      '8:23 out.atMost[0]: "100% for 1m" is no limit. Write 4 tasks per 1m, or 10% per 1m.',
    ],
    ['in: { atMost: [4 tasks per 0s] }', '8:22 in.atMost[0]: a period that limits nothing. Write 1s to 30m.'],
    ['in: { atMost: [4 tasks per 1h] }', '8:22 in.atMost[0]: a period that limits nothing. Write 1s to 30m.'],
    ['in: { select: most }', '8:21 in.select: "most" is not known. Write largest or smallest.'],
    ['in: { starting: 300% }', '8:13 in.starting: no such key. Known here: after, atMost, select, cooldown.'],
    ['out: { starting: 5 }', '8:24 out.starting: 5 is no percentage from 1% to 10000%. Write it as 65%.'],
    ['in: { after: 1h }', '8:20 in.after: more than a window may have. At most 30m.'],
    ['whileDeploying: never', '8:23 whileDeploying: "never" is not known. Write out-only, freeze or normal.'],
    ['fallback: { use: static }', '8:7 fallback.tasks: missing. For example 10.'],
    [
      'fallback: { tasks: 3, use: if-high }',
      '8:34 fallback.use: "if-high" is not known. Did you mean if-higher?',
    ],
    ['zero: { idel: 5m }', '8:15 zero.idel: no such key. Did you mean idle?'],
    [
      'suspicious: { drop: 0% }',
      '8:27 suspicious.drop: "0%" is no percentage from 1% to 100%. Write it as 65%.',
    ],
    ['pause: inn', '8:14 pause: "inn" is not known. Did you mean in?'],
  ])('%s', (written, told) => {
    expect(problem(`      ${written}`)).toEqual([told])
  })
})

describe('names of the service', () => {
  const policy = policyOf(
    text(
      triggers(
        '{ queue: "{cluster}-{service}", perTask: 10 }',
        'slo: { queue: "{service}", drainWithin: 2m }',
        '{ target: 1, metric: { namespace: "{cluster}", name: Depth, dimensions: { Service: "{service}" } } }',
        'slo: { requests: 1s, from: { namespace: A, name: B, dimensions: { S: "{service}" } } }',
      ),
      '{ cluster: prod, service: "*" }',
    ),
  )

  it('stand in queues and dimensions', () => {
    const read = JSON.stringify(serviceRuleFor(policy, serviceTarget('prod', 'mail'))?.scale)
    expect(read).toContain('"queue":"prod-mail"')
    expect(read).toContain('"name":"queue prod-mail"')
    expect(read).toContain('"queue":"mail"')
    expect(read).toContain('"namespace":"prod"')
    expect(read).toContain('"dimensions":{"Service":"mail"}')
    expect(read).toContain('"dimensions":{"S":"mail"}')
    expect(read).not.toContain('{service}')
  })

  it('stand for any run of characters where rights are asked for', () => {
    expect(queuesOf(policy)).toEqual(['*'])
    const some = text(
      triggers('{ queue: "{service}-jobs", perTask: 1 }', '{ queue: orders, perTask: 1 }'),
      '{ cluster: c, service: "web-*" }',
    )
    expect(queuesOf(policyOf(some))).toEqual(['web-*-jobs', 'orders'])
    expect(queuesOf(policyOf(text('      pause: in')))).toEqual([])
  })
})

describe('a pause', () => {
  const policy = (written: string) => policyOf(text(`      ${written}`))
  const target = serviceTarget('prod', 'checkout')
  const none = { all: null, in: null, out: null }
  it.each<
    [
      what: string,
      written: string,
      tags: Record<string, string>,
      paused: string | null,
      pause: ScalePolicy['pause'],
    ]
  >([
    ['none', 'whileDeploying: normal', {}, null, none],
    ['of the policy', 'pause: all', {}, 'longshore.yml', { ...none, all: 'longshore.yml' }],
    ['of the policy, in', 'pause: in', {}, null, { ...none, in: 'longshore.yml' }],
    [
      'by tag, in',
      'whileDeploying: normal',
      { 'longshore:paused-in': 'launch day' },
      null,
      { ...none, in: 'launch day' },
    ],
    [
      'by tag, out',
      'whileDeploying: normal',
      { 'longshore:paused-out': 'true' },
      null,
      { ...none, out: 'tag longshore:paused-out' },
    ],
    [
      'a tag’s reason before the policy’s',
      'pause: out',
      { 'longshore:paused-out': 'budget' },
      null,
      { ...none, out: 'budget' },
    ],
    [
      'a tag that says false',
      'pause: out',
      { 'longshore:paused-out': 'false' },
      null,
      { ...none, out: 'longshore.yml' },
    ],
    [
      'both ways',
      'pause: in',
      { 'longshore:paused': 'us-east-1' },
      'us-east-1',
      { all: 'us-east-1', in: 'longshore.yml', out: null },
    ],
  ])('%s', (_what, written, tags, paused, pause) => {
    const held = servicePolicyFor(policy(written), target, tags)
    expect([held?.paused, held?.scale?.pause, held?.problems]).toEqual([paused, pause, []])
  })
})
