import { describe, expect, it } from 'vitest'
import { decide } from '../../src/discovery/decide.ts'
import type { DiscoveryReason } from '../../src/discovery/reason.ts'
import type { DiscoveryView } from '../../src/discovery/view.ts'
import type { DiscoveryMemory } from '../../src/model/memory.ts'
import {
  definition,
  foreign,
  now,
  ours,
  policy,
  seen,
  service,
  task,
  unavailable,
  view,
} from './discovery-view.ts'

const checked = new Map([[definition, true]])

describe('discovery says and looks again', () => {
  const tombstone = new Set(['a'])
  const twoInstances = seen([ours('a'), foreign('x')])

  /** The one decision in full: its reason, whether people are told, and when to look again. */
  it.each<
    [
      what: string,
      change: Partial<DiscoveryView>,
      because: DiscoveryReason,
      tell: boolean,
      seconds: number | null,
    ]
  >([
    ['nothing lives, nothing is named', {}, { code: 'all-true', instances: 0 }, false, null],
    [
      'ours are named, and one of somebody else',
      { tasks: seen([task('a')]), instances: twoInstances },
      { code: 'all-true', instances: 1 },
      false,
      300,
    ],
    [
      'no Cloud Map service',
      { cloudMapService: { kind: 'missing', what: 'x' } },
      { code: 'service-not-found', namespace: 'jobs.internal', service: 'thumbs' },
      true,
      60,
    ],
    [
      'SRV records without a port',
      { cloudMapService: seen({ ...service, dnsRecordTypes: ['SRV'] }) },
      { code: 'needs-port', namespace: 'jobs.internal', service: 'thumbs' },
      true,
      60,
    ],
    [
      'the service unread',
      { cloudMapService: unavailable },
      { code: 'unreadable', what: 'The Cloud Map service', message: 'timed out' },
      false,
      60,
    ],
    [
      'the tasks unread',
      { tasks: unavailable },
      { code: 'unreadable', what: 'The family’s tasks', message: 'timed out' },
      false,
      60,
    ],
    [
      'the instances missing',
      { instances: { kind: 'missing', what: 'instances' } },
      { code: 'unreadable', what: 'The list of instances', message: 'no answer' },
      false,
      60,
    ],
    [
      'no address',
      { tasks: seen([task('a', { networkInterface: null })]) },
      { code: 'no-address', taskId: 'a', needs: 'any' },
      false,
      300,
    ],
    [
      'its health unknown',
      { tasks: seen([task('a', { healthStatus: null })]), healthChecked: checked },
      { code: 'not-healthy-yet', taskId: 'a', healthStatus: 'UNKNOWN' },
      false,
      20,
    ],
    [
      'its health bad',
      { tasks: seen([task('a', { healthStatus: 'UNHEALTHY' })]), healthChecked: checked },
      { code: 'not-healthy-yet', taskId: 'a', healthStatus: 'UNHEALTHY' },
      false,
      20,
    ],
    [
      'its checks unknown',
      { tasks: seen([task('a')]), healthChecked: new Map() },
      { code: 'checks-unknown', taskId: 'a' },
      false,
      20,
    ],
    [
      'another address',
      { tasks: seen([task('a')]), instances: seen([ours('a', '10.7.7.7')]) },
      { code: 'address-changed', taskId: 'a', address: '10.0.0.1', registered: '10.7.7.7' },
      true,
      5,
    ],
    [
      'no address there',
      {
        tasks: seen([task('a')]),
        instances: seen([{ id: 'a', attributes: { LONGSHORE_TARGET: 'family/prod/thumbnailer' } }]),
      },
      { code: 'address-changed', taskId: 'a', address: '10.0.0.1', registered: 'no address' },
      true,
      5,
    ],
    [
      'a tombstone of a task that a lagging list shows running',
      { tasks: seen([task('a')]), instances: twoInstances, tombstones: tombstone },
      { code: 'task-stopping', taskId: 'a', lastStatus: 'STOPPED' },
      true,
      5,
    ],
    [
      'a tombstone alone',
      { instances: twoInstances, tombstones: tombstone },
      { code: 'task-stopping', taskId: 'a', lastStatus: 'STOPPED' },
      true,
      5,
    ],
    [
      'the last instance',
      { instances: seen([ours('a')]), tombstones: tombstone },
      { code: 'last-instance', taskId: 'a', min: 1 },
      false,
      300,
    ],
  ])('%s', (_, change, because, tell, seconds) => {
    const verdict = decide(view(change), policy, undefined, now)
    expect(verdict.decisions).toMatchObject([{ because, tell }])
    expect(verdict.decisions[0]?.because).toEqual(because)
    expect(verdict.nextLookAtMs).toBe(seconds === null ? null : now + seconds * 1000)
    expect(verdict.settled).toEqual([])
  })

  it('a hold names the room, the task and until when', () => {
    const looked = view({ tasks: seen([task('a')]), healthChecked: new Map() })
    expect(decide(looked, policy, undefined, now).decisions).toEqual([
      {
        hold: 'discovery',
        about: 'a',
        because: { code: 'checks-unknown', taskId: 'a' },
        untilMs: now + 20_000,
        tell: false,
      },
    ])
  })

  it('what could not be read changes no memory', () => {
    const memory: DiscoveryMemory = { operations: [], missingSince: { a: now }, failures: {} }
    expect(decide(view({ tasks: unavailable }), policy, memory, now).memory).toEqual(memory)
  })
})
