import { expect, it } from 'vitest'
import { memory } from '../../src/adapters/dynamodb-store-memory-shapes.ts'
import type { Memory } from '../../src/model/memory.ts'
import { leaves, spoiled } from './spoiled.ts'

/** What is remembered of tasks comes back from the table, and what somebody edited by hand does not. */

/** The type asks for every member that there is: one that is new is wanted here, too. */
type Whole<T> = T extends readonly (infer Each)[]
  ? Whole<Each>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<NonNullable<T[Key]>> }
    : T

const onSpot = [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: 1 }]
const trouble = { trouble: 'disconnected', sinceMs: 1, seenAtMs: 2, told: 'machine-of-service' }

const remembered: Whole<Required<Pick<Memory, 'healing' | 'serviceHealing' | 'discovery'>>> = {
  healing: {
    placements: { a: { failures: 1, nextTryAtMs: 2 } },
    recovering: { a: { stoppedAtMs: 1 } },
    replaced: { a: { attempt: 1, atMs: 2, for: 'host', by: 'b', endedAtMs: 3 } },
    hosts: { machine: trouble },
    leftOnHost: { a: 1 },
    unhealthySince: { a: 1 },
    spot: { failures: [{ id: 'a', atMs: 1 }], untilMs: 2, moved: { a: 3 } },
    stopping: { a: { askAgainAtMs: 1 } },
    grown: {
      a: {
        task: { cpuUnits: 512, memoryMiB: 3_072 },
        containers: [{ name: 'app', memoryMiB: 3_072 }],
        atMs: 1,
      },
    },
    restarts: [1, 2],
    budgetToldAtMs: 2,
  },
  serviceHealing: {
    stops: [
      {
        taskId: 'a',
        version: 7,
        taskDefinitionArn: 'web:2',
        stoppedAtMs: 1,
        cause: 'app-crash',
        summary: 'exit 1',
        container: 'web',
      },
    ],
    loops: { 'web:2': { sinceMs: 1, isTold: true, lastAtMs: 2 } },
    toldDeployment: 'ecs-svc/1',
    standing: { taskDefinitionArn: 'web:1', sinceMs: 1 },
    good: ['web:1'],
    rolledBack: [{ taskDefinitionArn: 'web:2', atMs: 1, isRefused: true }],
    hosts: { machine: trouble },
    machinesReadAtMs: 1,
    stopping: { a: { askAgainAtMs: 1 } },
    spot: {
      failures: [{ id: '17', atMs: 17 }],
      refusedAtMs: 5,
      fallback: {
        original: onSpot,
        share: 100,
        sinceMs: 1,
        waitMs: 2,
        set: [{ capacityProvider: 'FARGATE', base: 0, weight: 1 }],
        before: { strategy: onSpot, share: 0 },
        changedAtMs: 1,
        deploymentId: 'ecs-svc/1',
        isSeen: true,
      },
    },
  },
  discovery: {
    operations: [{ operationId: 'o', instanceId: 'a', verb: 'register', startedAtMs: 1 }],
    missingSince: { a: 1 },
    failures: { a: { count: 1, nextTryAtMs: 2 } },
    full: { untilMs: 1 },
    health: { a: { status: 'UNHEALTHY', atMs: 1 } },
    unnamedSince: { a: 1 },
  },
}

it('is what the table takes back, and nothing else', () => {
  expect(memory(JSON.parse(JSON.stringify(remembered)))).toBeNull()
  const paths = [...leaves(remembered)]
  expect(paths.length).toBeGreaterThan(60)
  for (const path of paths) expect(memory(spoiled(remembered, path)), path.join('.')).not.toBeNull()
})
