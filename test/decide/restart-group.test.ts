import { describe, expect, it } from 'vitest'
import type { RestartGroup } from '../../src/healing/policy.ts'
import { restartGroupOf } from '../../src/healing/restart-group.ts'
import type { StopCause } from '../../src/healing/stop-cause.ts'
import { container, running } from './healing-tasks.ts'

/** Which of the owner's words a stop falls under, with a task that says nothing more about it. */
const groups: Record<StopCause, RestartGroup | 'permanent' | null> = {
  'not-stopped': null,
  completed: null,
  'app-crash': 'crash',
  oom: 'oom',
  'image-not-found': 'permanent',
  'image-auth': 'permanent',
  'image-network': 'start',
  'image-rate-limit': 'start',
  secrets: 'permanent',
  'network-interface': 'start',
  'health-check-elb': 'health',
  'health-check-container': 'health',
  'spot-interruption': 'spot',
  'host-terminated': 'host',
  maintenance: 'host',
  placement: 'start',
  'user-stop': null,
  'scale-in-or-deployment': null,
  volume: 'start',
  'log-driver': 'permanent',
  'start-timeout': 'start',
  quota: 'start',
  'max-runtime': null,
  stuck: null,
  unhealthy: null,
  replaced: null,
  unknown: null,
}

describe('the restart group of a cause', () => {
  it.each(Object.entries(groups))('%s: %s', (cause, group) => {
    expect(restartGroupOf(cause as StopCause, running('a'))).toBe(group)
  })

  it.each<[cause: StopCause]>([['secrets'], ['log-driver']])('%s, where the network is to blame', cause => {
    const outOfReach = running('a', { containers: [container({ reason: 'dial tcp 10.0.0.1: i/o timeout' })] })
    expect(restartGroupOf(cause, outOfReach)).toBe('start')
  })
})
