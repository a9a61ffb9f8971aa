import type { Ports } from '../model/ports.ts'
import type { Target } from '../model/target.ts'
import type { Policy } from '../policy/policy.ts'

/** The workers speak through the journal: Slack is the notifier's. */
export type WorkerPorts = Omit<Ports, 'slack'>

/** What the landing works with. */
export interface Landing {
  ports: WorkerPorts
  policy: Policy
  /** What this worker may touch, where a message names more than that. Default: both. */
  serves?: Target['kind']
  /** Function timeout + 5 s: Lambda kills at the timeout, so no holder outlives its lease. */
  leaseMs: number
  /** Milliseconds this invocation may still work. */
  timeLeftMs(): number
  /** Uniform in [0, 1): spreads retries. */
  random(): number
}
