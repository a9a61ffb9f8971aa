import { describe, expect, it } from 'vitest'
import type { RunTaskAction } from '../../src/healing/judgement.ts'
import { isPlacementPermanent, placementWord } from '../../src/healing/placement.ts'
import type { HealingReason } from '../../src/healing/reason.ts'
import { remember } from '../../src/healing/remember.ts'
import type { Outcome } from '../../src/model/decision.ts'
import type { HealingMemory } from '../../src/model/memory.ts'
import { now, policy } from './healing-tasks.ts'

const action: RunTaskAction = {
  verb: 'run-task',
  cluster: 'prod',
  specTaskId: 'a',
  replaces: 'arn:aws:ecs:eu-west-1:123456789012:task/prod/a',
  rootTaskId: 'r',
  attempt: 2,
  clientToken: 'f'.repeat(64),
}
const recovering = { r: { stoppedAtMs: now - 30_000 }, other: { stoppedAtMs: now - 1 } }
const withFailures = (failures: number): HealingMemory => ({
  placements: {
    ...(failures > 0 ? { a: { failures, nextTryAtMs: now } } : {}),
    b: { failures: 1, nextTryAtMs: 7 },
  },
  recovering,
})
const b = { failures: 1, nextTryAtMs: 7 }
const refusedWith = (code: string, message = '', transient = false): Outcome => ({
  ok: false,
  code,
  message,
  transient,
})
const vcpus = refusedWith('quota', "You've reached the limit on the number of vCPUs you can run concurrently")
const full = refusedWith('placement', 'RESOURCE:MEMORY')

describe('healing remembers', () => {
  it.each<[string, Outcome]>([
    ['a task that was started', { ok: true, taskArns: ['arn'] }],
    ['a task that the same token had started before', refusedWith('conflict', 'ConflictException')],
  ])('%s: the stop is settled, its recovery awaited', (_, outcome) => {
    expect(remember(withFailures(2), action, outcome, now, policy())).toEqual({
      memory: { placements: { b }, recovering, restarts: [now] },
      settle: true,
      resolution: 'replaced',
      because: { code: 'replaced', attempt: 2 },
    })
  })

  it.each<[string, before: number, outcome: Outcome, waitSeconds: number, after: number]>([
    ['the first time no place', 0, full, 10, 1],
    ['the second time no place', 1, full, 20, 2],
    ['the fifth time no place', 4, full, 160, 5],
    ['a quota that is free again soon', 0, refusedWith('quota', 'PROVISIONING tasks'), 10, 1],
    ['a quota of vCPUs', 0, vcpus, 900, 1],
    ['a quota of vCPUs for the second time', 1, vcpus, 1_800, 2],
    ['a quota of vCPUs for the fifth time', 4, vcpus, 3_600, 5],
    ['a quota that only its words tell', 0, refusedWith('invalid', vcpus.ok ? '' : vcpus.message), 900, 1],
    ['throttled: the same token', 0, refusedWith('throttled', 'Rate exceeded', true), 10, 0],
    [
      'timed out after two failures: still the third token',
      2,
      refusedWith('unavailable', 'timeout', true),
      10,
      2,
    ],
  ])('%s: tried again', (_, before, outcome, waitSeconds, after) => {
    const { memory, settle } = remember(withFailures(before), action, outcome, now, policy())
    expect(settle).toBe(false)
    expect(memory).toEqual({
      placements: { a: { failures: after, nextTryAtMs: now + waitSeconds * 1000 }, b },
      recovering,
    })
  })

  it.each<[string, outcome: Outcome, because: HealingReason]>([
    [
      'no place',
      full,
      {
        code: 'placement-failed-retry',
        placement: 'RESOURCE:MEMORY',
        failures: 1,
        attempts: 5,
        untilMs: now + 10_000,
      },
    ],
    [
      'a quota, whatever its words',
      refusedWith('quota', 'RESOURCE:MEMORY'),
      {
        code: 'placement-failed-retry',
        placement: 'quota',
        failures: 1,
        attempts: 5,
        untilMs: now + 10_000,
      },
    ],
    [
      'a quota that people raise',
      vcpus,
      {
        code: 'placement-failed-retry',
        placement: 'quota',
        failures: 1,
        attempts: 5,
        untilMs: now + 900_000,
        region: 'eu-west-1',
      },
    ],
    [
      'throttled',
      refusedWith('throttled', 'Rate exceeded', true),
      { code: 'call-failed-retry', failure: 'throttled', untilMs: now + 10_000 },
    ],
    [
      'an attribute that no instance has',
      refusedWith('placement', 'ATTRIBUTE'),
      { code: 'placement-permanent', placement: 'ATTRIBUTE' },
    ],
    ['refused', refusedWith('denied', 'iam:PassRole'), { code: 'call-refused', failure: 'denied' }],
    ['forgotten', refusedWith('forgotten'), { code: 'call-forgotten' }],
  ])('says what came of it: %s', (_, outcome, because) => {
    expect(remember(undefined, action, outcome, now, policy())).toMatchObject({
      because,
      resolution: because.code,
    })
  })

  it('waits at most five minutes between tries', () => {
    const { memory } = remember(withFailures(9), action, full, now, policy({ attempts: 100 }))
    expect(memory.placements.a).toEqual({ failures: 10, nextTryAtMs: now + 300_000 })
  })

  it.each<[string, before: number, outcome: Outcome, resolution: string]>([
    ['no place after the last try', 5, full, 'placement-exhausted'],
    ['no vCPUs after the last try', 5, vcpus, 'placement-exhausted'],
    ['no instance that could ever fit', 0, refusedWith('placement', 'ATTRIBUTE'), 'placement-permanent'],
    [
      'a request that cannot succeed',
      0,
      refusedWith('invalid', 'TaskDefinition is inactive'),
      'call-refused',
    ],
    ['a missing right', 0, refusedWith('denied', 'iam:PassRole'), 'call-refused'],
    ['a cluster that is gone', 0, refusedWith('not-found', 'ClusterNotFoundException'), 'call-refused'],
  ])('%s: given up, and no recovery awaited', (_, before, outcome, resolution) => {
    const after = remember(withFailures(before), action, outcome, now, policy())
    expect(after).toMatchObject({ settle: true, resolution })
    expect(after.because.code).toBe(resolution)
    expect(after.memory).toEqual({ placements: { b }, recovering: { other: recovering.other } })
  })

  it('leaves the memory it was given as it was', () => {
    const memory = withFailures(1)
    remember(memory, action, full, now, policy())
    remember(memory, action, refusedWith('denied'), now, policy())
    expect(memory).toEqual(withFailures(1))
  })

  it('begins without a memory', () => {
    expect(remember(undefined, action, full, now, policy()).memory).toEqual({
      placements: { a: { failures: 1, nextTryAtMs: now + 10_000 } },
      recovering: {},
    })
  })
})

describe('placement failures', () => {
  it.each<[message: string, permanent: boolean, word: string]>([
    ['RESOURCE:MEMORY', false, 'RESOURCE:MEMORY'],
    ['RESOURCE:FARGATE: not enough', false, 'RESOURCE:FARGATE'],
    ['RESOURCE', false, 'RESOURCE'],
    ['AGENT', false, 'AGENT'],
    ['EMPTY CAPACITY PROVIDER', false, 'EMPTY CAPACITY PROVIDER'],
    ['NO ACTIVE INSTANCES', false, 'NO ACTIVE INSTANCES'],
    ['Capacity is unavailable at this time. Please try again later', false, 'no capacity'],
    ['something new', false, 'no place'],
    ['', false, 'no place'],
    ['ATTRIBUTE', true, 'ATTRIBUTE'],
    ['LOCATION', true, 'LOCATION'],
    ['MISSING', true, 'MISSING'],
    ['INACTIVE', true, 'INACTIVE'],
    ['MemberOf placement constraint unsatisfied.', true, 'no place'],
    ['ATTRIBUTE, RESOURCE:CPU', false, 'ATTRIBUTE'],
  ])('%s', (message, permanent, word) => {
    expect(isPlacementPermanent(message)).toBe(permanent)
    expect(placementWord(message)).toBe(word)
  })
})
