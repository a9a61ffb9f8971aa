import type { CloudMapInstance, CloudMapOperation, CloudMapService } from '../model/ports.ts'
import type { Reading } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import type { Task } from '../model/task.ts'

/** What discovery has seen of one family: its tasks, and what Cloud Map says of them. */
export interface DiscoveryView {
  target: Target
  cloudMapService: Reading<CloudMapService>
  /** Every instance of the Cloud Map service, ours and others'. */
  instances: Reading<CloudMapInstance[]>
  /** The standalone tasks of the family and those behind our instances, by DescribeTasks. */
  tasks: Reading<Task[]>
  /** Ids that DescribeTasks did not know. */
  missingTaskIds: string[]
  /** Ids whose stop was told by an event: a late or stale RUNNING resurrects none of them. */
  tombstones: ReadonlySet<string>
  /** Task definition ARN → has an essential container with a health check; absent = could not be read. */
  healthChecked: ReadonlyMap<string | null, boolean>
  /** Operation id → how it stands. */
  operations: ReadonlyMap<string, Reading<CloudMapOperation>>
}
