import type { LaunchSpec } from '../model/launch-spec.ts'
import type { Reading } from '../model/reading.ts'
import type { Owner, Task } from '../model/task.ts'
import type { ImageReadings } from './images.ts'

/** What healing has seen of one family: the stops nobody has dealt with, and its living tasks. */
export interface HealingView {
  stopped: StoppedTask[]
  /** The family's standalone tasks that are not stopping. */
  living: Task[]
  /** Launch specifications of living tasks could not be read just now: look again within seconds. */
  specsOutstanding: boolean
  /** Of what is about to be run again; absent before anybody asked. */
  images?: ImageReadings
}

export interface StoppedTask {
  /** The evidence's key. */
  key: string
  /** The newest of evidence and DescribeTasks. */
  task: Task
  owner: Owner
  /** Names of the essential containers; null when the task definition could not be read. */
  essential: string[] | null
  /** `missing`: it stopped before anything was recorded, and AWS has forgotten it. */
  spec: Reading<LaunchSpec>
  /** Subnets that living tasks of the family, launched alike, use; absent: none is known. */
  otherSubnets?: string[]
  /** Not null: dealt with before. */
  resolution: string | null
}
