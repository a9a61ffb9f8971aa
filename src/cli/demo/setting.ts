import { createWorld, type World } from '../../world/world.ts'
import { startAtMs } from './stage.ts'

/** Where the story plays: a cluster, a web service, a nightly job and three thumbnailers on Fargate Spot. */
export interface Setting {
  world: World
  /** ARNs of the tasks the owner started. */
  etl: string
  thumbnailers: string[]
  cloudMapServiceId: string
}

/** Requests a second that one checkout task can serve. */
const capacityPerTask = 100

export function createSetting(seed: number): Setting {
  const world = createWorld({ seed, startAtMs })
  world.createCluster('prod')
  world.injectSidecar('prod')
  world.createNamespace('jobs.internal', 'private-dns')
  const cloudMapServiceId = world.createCloudMapService('jobs.internal', 'thumbnailer', ['A', 'SRV'])

  world.registerTaskDefinition({ family: 'checkout', containers: [{ name: 'web', image: 'checkout:812' }] })
  world.createService({ cluster: 'prod', name: 'checkout', taskDefinition: 'checkout', desiredCount: 2 })
  world.load('prod/checkout', 100, capacityPerTask)
  alarms(world)

  world.registerTaskDefinition({
    family: 'etl-nightly',
    containers: [{ name: 'app', image: 'etl:41' }],
    cpuUnits: 1024,
    memoryMiB: 2048,
  })
  const network = (subnet: string) => ({
    subnets: [subnet],
    securityGroups: ['sg-0f1e2d3c4b5a69780', 'sg-0a9b8c7d6e5f40312'],
    assignPublicIp: 'DISABLED' as const,
  })
  const etl = world.runTask({
    cluster: 'prod',
    taskDefinition: 'etl-nightly',
    capacityProvider: 'FARGATE',
    network: network('subnet-0a1b2c3d4e5f60702'),
    overrides: {
      containerOverrides: [
        {
          name: 'app',
          command: ['load', '--partition', '2026-11-22'],
          environment: [{ name: 'DATABASE_PASSWORD', value: 'a secret that nobody is told' }],
        },
      ],
    },
    tags: { team: 'data' },
  })
  world.registerTaskDefinition({
    family: 'thumbnailer',
    containers: [{ name: 'worker', image: 'thumbnailer:7' }],
  })
  const thumbnailers = [
    'subnet-0a1b2c3d4e5f60701',
    'subnet-0a1b2c3d4e5f60702',
    'subnet-0a1b2c3d4e5f60703',
  ].map(subnet =>
    world.runTask({
      cluster: 'prod',
      taskDefinition: 'thumbnailer',
      capacityProvider: 'FARGATE_SPOT',
      network: network(subnet),
    }),
  )
  return { world, etl, thumbnailers, cloudMapServiceId }
}

function alarms(world: World): void {
  const cpu = {
    namespace: 'AWS/ECS',
    metricName: 'CPUUtilization',
    dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
    statistic: 'Average',
  }
  world.createMetricAlarm({
    ...cpu,
    alarmName: 'checkout-cpu-high',
    operator: 'GreaterThanThreshold',
    threshold: 75,
    evaluationPeriods: 2,
  })
  world.createMetricAlarm({
    ...cpu,
    alarmName: 'checkout-cpu-low',
    operator: 'LessThanThreshold',
    threshold: 30,
    evaluationPeriods: 3,
  })
}
