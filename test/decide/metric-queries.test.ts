import { describe, expect, it } from 'vitest'
import {
  latePercentQueries,
  queueQueries,
  requestCountQueries,
  utilizationQueries,
} from '../../src/scaling/metric-queries.ts'
import { service } from './scaling-view.ts'

const group = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/6d0ecf831eec9f09`
const expressions = (queries: { expression: string | null }[] | null) =>
  queries?.map(({ expression }) => expression)

describe('of the service itself', () => {
  it.each([20, 60])('CPU, every %i s', periodSeconds => {
    expect(utilizationQueries('CPUUtilization', periodSeconds, service())).toEqual([
      {
        id: 'm',
        returnData: true,
        stat: {
          namespace: 'AWS/ECS',
          metricName: 'CPUUtilization',
          dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
          periodSeconds,
          statistic: 'Average',
        },
        expression: null,
        periodSeconds: null,
      },
    ])
  })

  it('a queue', () => {
    expect(queueQueries('orders', 'ApproximateAgeOfOldestMessage', 'Maximum')).toMatchObject([
      {
        returnData: true,
        stat: {
          namespace: 'AWS/SQS',
          dimensions: { QueueName: 'orders' },
          periodSeconds: 60,
          statistic: 'Maximum',
        },
      },
    ])
  })
})

describe('of its load balancer', () => {
  const [one, two] = [
    { targetGroupArns: [group('web')] },
    { targetGroupArns: [group('blue'), group('green')] },
  ]

  it('none without a target group', () => {
    expect(requestCountQueries({ targetGroupArns: [] })).toBeNull()
    expect(latePercentQueries({ targetGroupArns: [] }, 1)).toBeNull()
  })

  it('requests', () => {
    expect(requestCountQueries(one)).toEqual([
      {
        id: 'e',
        returnData: true,
        stat: null,
        expression: `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" AND (TargetGroup="targetgroup/web/6d0ecf831eec9f09")', 'Sum', 60))`,
        periodSeconds: 60,
      },
    ])
  })

  it('of both groups of blue/green', () => {
    expect(expressions(requestCountQueries(two))).toEqual([
      `SUM(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="RequestCount" AND (TargetGroup="targetgroup/blue/6d0ecf831eec9f09" OR TargetGroup="targetgroup/green/6d0ecf831eec9f09")', 'Sum', 60))`,
    ])
  })

  it('what is late: of one group by its rank', () => {
    expect(expressions(latePercentQueries(one, 0.3))).toEqual([
      `MAX(SEARCH('{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="TargetResponseTime" AND (TargetGroup="targetgroup/web/6d0ecf831eec9f09")', 'PR(0.3:)', 60))`,
    ])
  })

  it('of several by counts', () => {
    const [expression = ''] = expressions(latePercentQueries(two, 1)) ?? []
    const groups =
      'TargetGroup="targetgroup/blue/6d0ecf831eec9f09" OR TargetGroup="targetgroup/green/6d0ecf831eec9f09"'
    const times = `'{AWS/ApplicationELB,LoadBalancer,TargetGroup} MetricName="TargetResponseTime" AND (${groups})'`
    expect(expression).toBe(
      `100 * SUM(SEARCH(${times}, 'TC(1:)', 60)) / SUM(SEARCH(${times}, 'SampleCount', 60))`,
    )
  })
})
