import type { Reason } from '../model/decision.ts'

/** Why discovery registers, deregisters or holds. One sentence each in `explain.ts`. */
export type DiscoveryReason = Reason &
  (
    | { code: 'task-running'; taskId: string; address: string }
    | { code: 'address-changed'; taskId: string; address: string; registered: string }
    | { code: 'task-stopping'; taskId: string; lastStatus: string }
    | { code: 'task-unhealthy'; taskId: string }
    | { code: 'task-healthy-again'; taskId: string }
    | { code: 'task-gone'; taskId: string; missingForMs: number }
    | { code: 'ecs-left-it'; taskId: string; goneForMs: number }
    | { code: 'all-true'; instances: number }
    | { code: 'not-healthy-yet'; taskId: string; healthStatus: string }
    | { code: 'no-address'; taskId: string; needs: 'IPv4' | 'IPv6' | 'any' }
    | { code: 'host-unknown'; taskId: string }
    | { code: 'port-not-published'; taskId: string; port: number }
    | { code: 'checks-unknown'; taskId: string }
    | { code: 'last-instance'; taskId: string; min: number }
    | { code: 'operation-pending'; instanceId: string; verb: 'register' | 'deregister' }
    | { code: 'operation-failed'; instanceId: string; error: string; retryAtMs: number }
    | { code: 'missing-once'; taskId: string }
    | { code: 'service-full'; namespace: string; service: string; waiting: number }
    | { code: 'service-not-found'; namespace: string; service: string }
    | { code: 'needs-port'; namespace: string; service: string }
    | { code: 'records-of-names'; namespace: string; service: string }
    | { code: 'unreadable'; what: string; message: string }
  )
