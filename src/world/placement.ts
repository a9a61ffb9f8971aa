import type { ClusterRecord, ContainerInstanceRecord } from './ecs-records.ts'
import type { Randomness } from './randomness.ts'

/** Where a task may run: on Fargate (null), on a machine of the cluster, or nowhere, for a reason. */
export type Place = { instance: ContainerInstanceRecord | null } | { noPlace: string }

export interface Placement {
  place(cluster: ClusterRecord, capacity: Capacity): Place
  /** No task is placed from now on, on this capacity provider or launch type, or on any (null); `reason` as AWS says it, null ends it. */
  noCapacity(reason: string | null, on: string | null): void
}

export interface Capacity {
  launchType: 'FARGATE' | 'EC2'
  capacityProvider: string | null
}

export function createPlacement(random: Randomness): Placement {
  const shortages = new Map<string | null, string>()
  return {
    place(cluster, { launchType, capacityProvider }) {
      const shortage = shortages.get(capacityProvider ?? launchType) ?? shortages.get(null)
      if (shortage) return { noPlace: shortage }
      if (launchType === 'FARGATE') return { instance: null }
      const ready = cluster.instances.filter(isReady)
      if (ready.length > 0) return { instance: random.pick(ready) }
      // Developer guide, "API failure reasons".
      return { noPlace: capacityProvider ? 'EMPTY CAPACITY PROVIDER' : 'NO ACTIVE INSTANCES' }
    },
    noCapacity(reason, on) {
      if (reason === null) shortages.delete(on)
      else shortages.set(on, reason)
    },
  }
}

/** "Only instances connected to an agent can accept task placement requests" (API reference, ContainerInstance). */
export const isReady = ({ status, agentConnected, health }: ContainerInstanceRecord): boolean =>
  status === 'ACTIVE' && agentConnected && health === 'OK'

/** FARGATE and FARGATE_SPOT come with every cluster; any other provider is the owner's own fleet of EC2 instances. */
export const launchTypeOf = (capacityProvider: string): 'FARGATE' | 'EC2' =>
  capacityProvider === 'FARGATE' || capacityProvider === 'FARGATE_SPOT' ? 'FARGATE' : 'EC2'
