import { lastSegment } from '../../src/model/arn.ts'
import { minute } from '../../src/model/time.ts'
import { createWorld, type World } from '../../src/world/world.ts'
import { type Account, type TestService, testDimensions } from './account.ts'

/** The world as the account: all that is put in is there at once. */
export interface WorldAccount extends Account, Pick<World, 'ports' | 'cloudMapServices' | 'queueNames'> {
  addCluster(name: string): void
  addService(service: TestService): void
  addTaskDefinition(family: string): string
  addTask(task: Parameters<Account['addTask']>[0]): string
  addCloudMapService(
    namespace: string,
    service: string,
    records: string[] | 'http',
    health?: 'custom',
  ): string
}

/** 2026-11-23T08:46:00Z, a full minute. */
export const startAtMs = 1_795_423_560_000

/** As long as a task or an operation may take. */
const awhileMs = 5 * minute

export function createAccount(): WorldAccount {
  const world = createWorld({ seed: 1, startAtMs })
  const namespaces = new Set<string>()

  const addTaskDefinition = (family: string): string =>
    world.registerTaskDefinition({ family, containers: [{ name: 'app', image: 'app:1' }] })

  let subnets = 0
  let securityGroups = 0

  return {
    id: '111122223333',
    get nowMs() {
      return world.clock.now()
    },
    ports: world.ports,
    cloudMapServices: world.cloudMapServices,
    queueNames: world.queueNames,
    addCluster: world.createCluster,
    addService: ({ strategy = 'REPLICA', taskDefinition, desiredCount, controller, ...service }) => {
      const { capacityProviders, ...rest } = service
      world.createService({
        ...rest,
        taskDefinition: taskDefinition ?? addTaskDefinition(service.name),
        schedulingStrategy: strategy,
        ...(strategy === 'REPLICA' ? { desiredCount } : {}),
        ...(controller ? { deploymentController: controller } : {}),
        ...(capacityProviders ? { capacityProviderStrategy: capacityProviders } : {}),
      })
    },
    addTaskDefinition,
    deregister: world.deregisterTaskDefinition,
    addRevision: (family, { image = 'app:1', memory, ...more }) => {
      const { cpu, memoryReservation, environment, secrets, command, log } = more
      return world.registerTaskDefinition({
        family,
        containers: [
          {
            name: 'app',
            image,
            memoryMiB: memory,
            ...(cpu === undefined ? {} : { cpuUnits: cpu }),
            ...(memoryReservation === undefined ? {} : { memoryReservationMiB: memoryReservation }),
            ...(environment ? { environment } : {}),
            ...(secrets ? { secrets } : {}),
            ...(command ? { command } : {}),
            ...(log ? { log: { group: log.group, streamPrefix: log.prefix, region: 'eu-west-1' } } : {}),
          },
        ],
      })
    },
    addTask: ({ family, ...task }) => {
      const arn = world.runTask({ ...task, taskDefinition: family, network })
      world.advance(awhileMs)
      return arn
    },
    stopTask: arn => {
      world.stopTask(arn)
      world.advance(awhileMs)
    },
    refusePlacement: reason => world.noCapacity(reason, null),
    addSubnet: () => `subnet-${++subnets}`,
    addSecurityGroup: () => `sg-${++securityGroups}`,
    addNetworkInterface: async ({ subnet, securityGroups, isPublic }) => {
      if (!(await world.ports.ecs.listTasks('networks', {})).ok) {
        world.createCluster('networks')
        addTaskDefinition('networked')
      }
      const arn = world.runTask({
        cluster: 'networks',
        taskDefinition: 'networked',
        network: {
          subnets: [subnet],
          securityGroups,
          assignPublicIp: isPublic ? 'ENABLED' : 'DISABLED',
        },
      })
      world.advance(awhileMs)
      const answer = await world.ports.ecs.describeTasks('networks', [lastSegment(arn)])
      const id = answer.ok ? answer.value.tasks[0]?.networkInterface?.id : undefined
      if (id === undefined) throw new Error(`${arn} has no network interface`)
      return id
    },
    addContainerInstance: async cluster => {
      const containerInstanceArn = world.registerContainerInstance(cluster)
      const told = await world.ports.ecs.describeContainerInstances(cluster, [containerInstanceArn])
      const instanceId = told.ok ? told.value.instances[0]?.ec2InstanceId : null
      if (!instanceId) throw new Error(`${containerInstanceArn} is no machine`)
      return { containerInstanceArn, instanceId }
    },
    addMetricAlarm: ({ name, metricName, threshold }) =>
      world.createMetricAlarm({
        alarmName: name,
        namespace: 'Test',
        metricName,
        dimensions: testDimensions,
        statistic: 'Sum',
        operator: 'GreaterThanThreshold',
        threshold,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
      }),
    addCompositeAlarm: ({ name, of }) =>
      world.createCompositeAlarm({ alarmName: name, rule: `ALARM("${of}")` }),
    setAlarm: (name, state) => {
      world.setAlarmState(name, state, 'the test says so')
      return { fromMs: world.clock.now(), toMs: world.clock.now() }
    },
    addMetric: (metricName, values) => {
      const now = world.clock.now()
      for (const [index, value] of values.entries())
        world.putMetric(
          { namespace: 'Test', metricName, dimensions: testDimensions },
          value,
          now - (values.length - 1 - index) * minute,
        )
    },
    addQueue: name => world.createQueue(name),
    sendMessages: world.sendMessages,
    receiveMessages: world.receiveMessages,
    imageName,
    pushImage: (repository, tag) => world.pushImage(imageName(repository, tag)),
    deleteImage: (repository, by) =>
      world.deleteImage(
        'tag' in by ? imageName(repository, by.tag) : `${registry}/${repository}@${by.digest}`,
      ),
    writeLog: (group, stream, lines) => {
      for (const line of lines) world.writeLog(group, stream, line)
    },
    addCloudMapService: (namespace, service, records, health) => {
      if (!namespaces.has(namespace))
        world.createNamespace(namespace, records === 'http' ? 'http' : 'private-dns')
      namespaces.add(namespace)
      return world.createCloudMapService(namespace, service, records === 'http' ? undefined : records, health)
    },
    settle: () => world.advance(awhileMs),
    failNext: (operation, code) => world.failNext(operation, { code }),
  }
}

const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'

const imageName = (repository: string, tag: string): string => `${registry}/${repository}:${tag}`

const network = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const }
