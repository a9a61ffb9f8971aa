import type { Reading } from '../../model/reading.ts'
import type { Service } from '../../model/service.ts'
import type { Task } from '../../model/task.ts'

/** What healing has seen of one service. */
export interface ServiceHealingView {
  service: Reading<Service>
  /** Stops that were told since the last look, in any order. */
  stopped: { key: string; task: Task }[]
}
