import { describe, expect, it } from 'vitest'
import { explain } from '../../src/discovery/explain.ts'
import type { DiscoveryReason } from '../../src/discovery/reason.ts'
import { now } from './discovery-view.ts'

const taskId = 'a117'
const cloudMap = { namespace: 'jobs.internal', service: 'thumbs' }

/** Every code at least once; the type asks for all of them. */
const sentences: Record<DiscoveryReason['code'], [reason: DiscoveryReason, sentence: string][]> = {
  'task-running': [
    [
      { code: 'task-running', taskId, address: '10.0.0.7' },
      'Task a117 is running at 10.0.0.7 and not yet in Cloud Map.',
    ],
  ],
  'address-changed': [
    [
      { code: 'address-changed', taskId, address: '10.0.0.7', registered: '10.0.0.9' },
      'Cloud Map names 10.0.0.9 for task a117, which is at 10.0.0.7.',
    ],
  ],
  'task-stopping': [
    [
      { code: 'task-stopping', taskId, lastStatus: 'RUNNING' },
      'Task a117 is about to stop and still runs: from now on nothing should be sent to it.',
    ],
    [
      { code: 'task-stopping', taskId, lastStatus: 'DEPROVISIONING' },
      'Task a117 is DEPROVISIONING: nothing should be sent to it any more.',
    ],
  ],
  'task-unhealthy': [[{ code: 'task-unhealthy', taskId }, 'Task a117 fails its container health check.']],
  'task-healthy-again': [
    [{ code: 'task-healthy-again', taskId }, 'Task a117 passes its container health check again.'],
  ],
  'task-gone': [
    [{ code: 'task-gone', taskId, missingForMs: 61_000 }, 'ECS has not known task a117 for 1 min 1 s.'],
  ],
  'ecs-left-it': [
    [
      { code: 'ecs-left-it', taskId, goneForMs: 61_000 },
      'Task a117 of an ECS service ended at least 1 min 1 s ago, and ECS left it in Cloud Map.',
    ],
  ],
  'all-true': [[{ code: 'all-true', instances: 3 }, 'Cloud Map names exactly the 3 living tasks.']],
  'not-healthy-yet': [
    [
      { code: 'not-healthy-yet', taskId, healthStatus: 'UNKNOWN' },
      'Task a117 is running, but its health check says UNKNOWN: it is registered once HEALTHY.',
    ],
  ],
  'no-address': [
    [
      { code: 'no-address', taskId, needs: 'any' },
      'Task a117 has no private address: it cannot be registered.',
    ],
    [
      { code: 'no-address', taskId, needs: 'IPv6' },
      'Task a117 has no IPv6 address, which the AAAA records of its Cloud Map service need: it cannot be registered.',
    ],
    [
      { code: 'no-address', taskId, needs: 'IPv4' },
      'Task a117 has no IPv4 address, which the A records of its Cloud Map service need: it cannot be registered.',
    ],
  ],
  'host-unknown': [
    [
      { code: 'host-unknown', taskId },
      'The machine of task a117 could not be looked up: it is registered once its address is known.',
    ],
  ],
  'port-not-published': [
    [
      { code: 'port-not-published', taskId, port: 8080 },
      'Task a117 publishes no container port 8080 on its machine: it cannot be registered.',
    ],
  ],
  'checks-unknown': [
    [
      { code: 'checks-unknown', taskId },
      'The task definition of a117 could not be read, so whether it has health checks is not known.',
    ],
  ],
  'last-instance': [
    [
      { code: 'last-instance', taskId, min: 3 },
      'Task a117 is one of the last 3 instances, which discover keeps (min): it stays until another task is registered.',
    ],
    [
      { code: 'last-instance', taskId, min: 1 },
      'Task a117 is the last instance: clients cache an empty answer for minutes, so it stays until another task is registered.',
    ],
  ],
  'operation-pending': [
    [
      { code: 'operation-pending', instanceId: taskId, verb: 'register' },
      'Cloud Map has not finished to register a117.',
    ],
  ],
  'operation-failed': [
    [
      { code: 'operation-failed', instanceId: taskId, error: 'THROTTLED_REQUEST', retryAtMs: now + 10_000 },
      'Cloud Map failed for a117 (THROTTLED_REQUEST): tried again at 13:46:50.',
    ],
  ],
  'missing-once': [
    [
      { code: 'missing-once', taskId },
      'ECS does not know task a117: it is deregistered if that is still so in a minute.',
    ],
  ],
  'service-full': [
    [
      { code: 'service-full', ...cloudMap, waiting: 1 },
      'The Cloud Map service thumbs in jobs.internal takes no more instances (1,000 in a service, a quota in its namespace), and 1 running task waits: spread the family over several services, or ask AWS for more in the namespace.',
    ],
    [
      { code: 'service-full', ...cloudMap, waiting: 20 },
      'The Cloud Map service thumbs in jobs.internal takes no more instances (1,000 in a service, a quota in its namespace), and 20 running tasks wait: spread the family over several services, or ask AWS for more in the namespace.',
    ],
  ],
  'records-of-names': [
    [
      { code: 'records-of-names', ...cloudMap },
      'The Cloud Map service thumbs in jobs.internal has CNAME records, which name other names and no tasks: give discover one with A, AAAA or SRV records, or with none.',
    ],
  ],
  'service-not-found': [
    [
      { code: 'service-not-found', ...cloudMap },
      'There is no Cloud Map service thumbs in the namespace jobs.internal: create it, or correct discover in longshore.yml.',
    ],
  ],
  'needs-port': [
    [
      { code: 'needs-port', ...cloudMap },
      'The Cloud Map service thumbs in jobs.internal has SRV records: give discover a port in longshore.yml.',
    ],
  ],
  unreadable: [
    [
      { code: 'unreadable', what: 'The list of instances', message: 'timed out' },
      'The list of instances could not be read (timed out): nothing is changed on old knowledge.',
    ],
  ],
}

describe('discovery explains', () => {
  it.each(Object.values(sentences).flat())('%o', (reason, sentence) => {
    expect(explain(reason)).toBe(sentence)
  })

  it('the table files each reason under its own code', () => {
    for (const [code, rows] of Object.entries(sentences))
      expect(rows.map(([reason]) => reason.code)).toEqual(rows.map(() => code))
  })
})
