import type { TaskDefinition } from '../../model/ports.ts'
import type { Reading } from '../../model/reading.ts'
import type { RevisionImage, Service, ServiceDeployment } from '../../model/service.ts'
import type { Task } from '../../model/task.ts'

import type { ImageReadings } from '../images.ts'
import type { Explanation } from './explanation.ts'

/** What healing has seen of one service. */
export interface ServiceHealingView {
  service: Reading<Service>
  /** Stops that were told since the last look, in any order. */
  stopped: { key: string; task: Task }[]
  /** The owner's pause, or why one cannot be ruled out; null when there is none. */
  paused: string | null
  /** Its deployments that have not ended; null when nobody needed to know. */
  ongoing: Reading<ServiceDeployment[]> | null
  /** The revision to go back to; null when nobody needed to know. */
  earlier: Reading<TaskDefinition> | null
  /** Images of the service revision before, as ECS resolved them; null when nobody needed to know. */
  behind: Reading<RevisionImage[] | null> | null
  /** What ECR says of the images to go back to; absent before anybody asked. */
  images?: ImageReadings
  /** Of revisions that people are about to be told of; absent before it is read. */
  explained?: Explanation[]
}
