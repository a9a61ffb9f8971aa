import type {
  CloudMapInstance,
  CloudMapOperation,
  CloudMapService,
  InstanceHealth,
} from '../model/cloud-map.ts'
import type { Ec2Instance, NetworkMode } from '../model/ports.ts'
import type { Reading } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import type { Task } from '../model/task.ts'

/** What discovery has seen of one family: its tasks, and what Cloud Map says of them. */
export interface DiscoveryView {
  target: Target
  cloudMapService: Reading<CloudMapService>
  /** Every instance of the Cloud Map service, ours and others'. */
  instances: Reading<CloudMapInstance[]>
  /** What Cloud Map takes its instances for; missing where the service has no custom health check. */
  health: Reading<Record<string, InstanceHealth | 'UNKNOWN'>>
  /** The standalone tasks of the family and those behind our instances, by DescribeTasks. */
  tasks: Reading<Task[]>
  /** Ids that DescribeTasks did not know. */
  missingTaskIds: string[]
  /** Ids whose stop was told by an event: a late or stale RUNNING resurrects none of them. */
  tombstones: ReadonlySet<string>
  /** Task definition ARN → has an essential container with a health check; absent = could not be read. */
  healthChecked: ReadonlyMap<string | null, boolean>
  /** Task definition ARN → its network mode; absent = could not be read. */
  networkModes: ReadonlyMap<string | null, NetworkMode>
  /** Container instance ARN → its machine; absent = not asked for, or could not be read. */
  hosts: ReadonlyMap<string, Ec2Instance>
  /** Operation id → how it stands. */
  operations: ReadonlyMap<string, Reading<CloudMapOperation>>
}
