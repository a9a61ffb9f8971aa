import type { Ports } from '../model/ports.ts'
import type { Policy } from '../policy/policy.ts'

/** The workers speak through the journal: Slack is the notifier's. */
export type WorkerPorts = Omit<Ports, 'slack'>

/** What the landing works with. */
export interface Landing {
  ports: WorkerPorts
  policy: Policy
  /** Function timeout + 5 s: Lambda kills at the timeout, so no holder outlives its lease. */
  leaseMs: number
  /** Milliseconds this invocation may still work. */
  timeLeftMs(): number
  /** Uniform in [0, 1): spreads retries. */
  random(): number
}
