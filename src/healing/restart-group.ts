import type { Task } from '../model/task.ts'
import type { RestartGroup } from './policy.ts'
import { remedyClass, type StopCause } from './stop-cause.ts'

/** Under which of the owner's words a stop falls; null for stops that no restart belongs to. */
const groups: Record<StopCause, RestartGroup | null> = {
  'app-crash': 'crash',
  oom: 'oom',
  'health-check-elb': 'health',
  'health-check-container': 'health',
  'spot-interruption': 'spot',
  'host-terminated': 'host',
  maintenance: 'host',
  'image-network': 'start',
  'image-rate-limit': 'start',
  'network-interface': 'start',
  'start-timeout': 'start',
  placement: 'start',
  quota: 'start',
  volume: 'start',
  // Only where the words blame the network; otherwise their remedy class is permanent.
  secrets: 'start',
  'log-driver': 'start',
  'image-not-found': null,
  'image-auth': null,
  completed: null,
  'user-stop': null,
  'scale-in-or-deployment': null,
  // What follows Longshore's own stops stands beside them in the policy.
  'max-runtime': null,
  stuck: null,
  unhealthy: null,
  replaced: null,
  unknown: null,
  'not-stopped': null,
}

/** `permanent`: the same again would fail again. */
export function restartGroupOf(cause: StopCause, task: Task): RestartGroup | 'permanent' | null {
  return remedyClass(cause, task) === 'permanent' ? 'permanent' : groups[cause]
}
