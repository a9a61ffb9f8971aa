import { isoTime } from '../model/time.ts'
import type { ClusterRecord, ContainerInstanceRecord, EcsRecords } from './ecs-records.ts'
import type { Tasks } from './ecs-tasks.ts'
import type { EventBus } from './events.ts'
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
}

export function createFleet(world: {
  records: EcsRecords
  timeline: Timeline
  random: Randomness
  events: EventBus
  tasks: Tasks
  scheduler: ServiceScheduler
}): Fleet {
  const { records, timeline, random, events, tasks, scheduler } = world

  const tell = (cluster: ClusterRecord, instance: ContainerInstanceRecord, status: 'ACTIVE' | 'INACTIVE') => {
    instance.version += 1
    events.emit('aws.ecs', 'ECS Container Instance State Change', instance.arn, {
      agentConnected: status === 'ACTIVE',
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

  return {
    registerContainerInstance(name, zone = 'a') {
      const cluster = records.clusters.get(name)
      if (!cluster) throw new Error(`no cluster ${name}`)
      const instance: ContainerInstanceRecord = {
        arn: containerInstanceArn(name, random.hex(32)),
        ec2InstanceId: `i-0${random.hex(16)}`,
        availabilityZone: `${region}${zone}`,
        version: 0,
      }
      cluster.instances.push(instance)
      tell(cluster, instance, 'ACTIVE')
      wakeDaemons(cluster)
      return instance.arn
    },
    terminateContainerInstance(arn) {
      const cluster = [...records.clusters.values()].find(({ instances }) =>
        instances.some(instance => instance.arn === arn),
      )
      const instance = cluster?.instances.find(candidate => candidate.arn === arn)
      if (!cluster || !instance) throw new Error(`no container instance ${arn}`)
      cluster.instances = cluster.instances.filter(candidate => candidate !== instance)
      tell(cluster, instance, 'INACTIVE')
      for (const task of records.tasks.values()) {
        if (task.instance === instance) tasks.loseHost(task)
      }
      wakeDaemons(cluster)
    },
  }
}
