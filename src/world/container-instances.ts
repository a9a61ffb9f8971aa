import type { Ec2 } from '../model/ports.ts'
import { answered } from '../model/reading.ts'
import { isoTime } from '../model/time.ts'
import type { ClusterRecord, ContainerInstanceRecord, EcsRecords } from './ecs-records.ts'
import type { Tasks } from './ecs-tasks.ts'
import type { EventBus } from './events.ts'
import type { Faults } from './failures.ts'
import { containerInstanceArn, region } from './names.ts'
import type { Randomness } from './randomness.ts'
import type { ServiceScheduler } from './service-scheduler.ts'
import type { Timeline } from './timeline.ts'

/** EC2 machines of a cluster (developer guide, "Amazon ECS container instance state change events"). */
export interface Fleet {
  /** Answers the container instance's ARN. */
  registerContainerInstance(cluster: string, zone?: 'a' | 'b' | 'c'): string
  /** The machine is gone, and every task on it. */
  terminateContainerInstance(arn: string): void
  /**
   * Its agent goes silent, or is back. Its tasks run on; what happens to them is told once it is back. An agent "disconnects and
   * reconnects several times per hour" (developer guide, "Amazon ECS container instance state change events").
   */
  setAgentConnected(arn: string, connected: boolean): void
  /** UpdateContainerInstancesState: standalone tasks run on and block the drain (developer guide, "Container instance draining"). */
  drainContainerInstance(arn: string, draining?: boolean): void
  /** Its own health checks fail, or succeed again ("Amazon ECS container instance health events"). */
  setMachineHealth(arn: string, health: 'OK' | 'IMPAIRED'): void
}

/** The nth machine has the nth address of 10.1.0.0/16. */
const addressOf = (machine: number): string => `10.1.${machine >> 8}.${machine & 255}`

export function createFleet(world: {
  records: EcsRecords
  timeline: Timeline
  random: Randomness
  events: EventBus
  tasks: Tasks
  scheduler: ServiceScheduler
  faults: Faults
}): Fleet & { ec2: Pick<Ec2, 'describeInstances'> } {
  const { records, timeline, random, events, tasks, scheduler, faults } = world
  let machines = 0

  const tell = (
    cluster: ClusterRecord,
    instance: ContainerInstanceRecord,
    status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' = instance.status,
  ) => {
    instance.version += 1
    events.emit('aws.ecs', 'ECS Container Instance State Change', instance.arn, {
      agentConnected: status !== 'INACTIVE' && instance.agentConnected,
      attributes: [{ name: 'ecs.availability-zone', value: instance.availabilityZone }],
      clusterArn: cluster.arn,
      containerInstanceArn: instance.arn,
      ec2InstanceId: instance.ec2InstanceId,
      registeredResources: [
        { name: 'CPU', type: 'INTEGER', integerValue: 2048 },
        { name: 'MEMORY', type: 'INTEGER', integerValue: 3767 },
      ],
      status,
      version: instance.version,
      versionInfo: { agentVersion: '1.98.0', agentHash: '1a2b3c4d', dockerVersion: 'DockerVersion: 25.0.8' },
      updatedAt: isoTime(timeline.clock.now()),
    })
  }
  const wakeDaemons = (cluster: ClusterRecord): void => {
    for (const service of records.services.values()) {
      if (service.cluster === cluster && service.schedulingStrategy === 'DAEMON') scheduler.wake(service)
    }
  }

  const machine = (arn: string): { cluster: ClusterRecord; instance: ContainerInstanceRecord } => {
    for (const cluster of records.clusters.values()) {
      const instance = cluster.instances.find(candidate => candidate.arn === arn)
      if (instance) return { cluster, instance }
    }
    throw new Error(`no container instance ${arn}`)
  }

  return {
    ec2: {
      describeInstances: ids =>
        faults.call('ec2:DescribeInstances', () => {
          const living = [...records.clusters.values()].flatMap(({ instances }) => instances)
          return answered(
            living
              .filter(({ ec2InstanceId }) => ids.includes(ec2InstanceId))
              .map(({ ec2InstanceId, privateIpv4 }) => ({
                instanceId: ec2InstanceId,
                privateIpv4,
                ipv6: null,
              })),
          )
        }),
    },
    registerContainerInstance(name, zone = 'a') {
      const cluster = records.clusters.get(name)
      if (!cluster) throw new Error(`no cluster ${name}`)
      const instance: ContainerInstanceRecord = {
        arn: containerInstanceArn(name, random.hex(32)),
        ec2InstanceId: `i-0${random.hex(16)}`,
        privateIpv4: addressOf(++machines),
        availabilityZone: `${region}${zone}`,
        version: 0,
        status: 'ACTIVE',
        agentConnected: true,
        health: 'OK',
      }
      cluster.instances.push(instance)
      tell(cluster, instance)
      wakeDaemons(cluster)
      return instance.arn
    },
    terminateContainerInstance(arn) {
      const { cluster, instance } = machine(arn)
      cluster.instances = cluster.instances.filter(candidate => candidate !== instance)
      tell(cluster, instance, 'INACTIVE')
      for (const task of records.tasks.values()) {
        if (task.instance === instance) tasks.loseHost(task)
      }
      wakeDaemons(cluster)
    },
    setAgentConnected(arn, connected) {
      const { cluster, instance } = machine(arn)
      if (instance.agentConnected === connected) return
      instance.agentConnected = connected
      tell(cluster, instance)
      if (!connected) return
      for (const task of records.tasks.values()) if (task.instance === instance) tasks.resume(task)
    },
    drainContainerInstance(arn, draining = true) {
      const { cluster, instance } = machine(arn)
      instance.status = draining ? 'DRAINING' : 'ACTIVE'
      tell(cluster, instance)
    },
    setMachineHealth(arn, health) {
      const { cluster, instance } = machine(arn)
      instance.health = health
      events.emit('aws.ecs', 'ECS Container Instance Health Change', arn, {
        clusterArn: cluster.arn,
        containerInstanceArn: arn,
        ec2InstanceId: instance.ec2InstanceId,
        overallStatus: health,
        healthChecks: [{ type: 'CONTAINER_RUNTIME', status: health }],
      })
    },
  }
}
