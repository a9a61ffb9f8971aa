import { expect, it } from 'vitest'
import type { ScalingMemory } from '../../src/model/memory.ts'
import type { DescribedTask, Ecs } from '../../src/model/ports.ts'
import type { Service } from '../../src/model/service.ts'
import { minute } from '../../src/model/time.ts'
import { isUnsettled, serviceTasks } from '../../src/scaling/service-tasks.ts'
import { deployment, noon, service } from './scaling-view.ts'

const written = (minutesAgo: number): ScalingMemory => ({
  cooldown: null,
  lastWrite: { desiredCount: 10, replaced: [], atMs: noon - minutesAgo * minute },
})
const known: ScalingMemory = { cooldown: null, lastWrite: null }
const deployed = (minutesAgo: number) => ({
  deployments: [deployment({ createdAtMs: noon - minutesAgo * minute })],
})

it.each<[what: string, change: Partial<Service>, memory: ScalingMemory | undefined, is: boolean]>([
  ['as many run as should, for long', deployed(60), written(60), false],
  ['nothing is known of it yet', {}, undefined, true],
  ['a task is pending', { pendingCount: 1 }, known, true],
  ['one too few runs', { runningCount: 9 }, known, true],
  ['one too many runs', { runningCount: 11 }, known, true],
  ['the count was changed just now', {}, written(9), true],
  ['the count was changed long ago', {}, written(10), false],
  ['it was deployed just now', deployed(9), known, true],
  ['it was deployed long ago', deployed(10), known, false],
  ['it is being deployed', { deployments: [deployment({ rolloutState: 'IN_PROGRESS' })] }, known, true],
  ['nobody tells when it was deployed', {}, known, false],
])('whether its tasks are looked at: %s', (_what, change, memory, is) => {
  expect(isUnsettled(service(change), memory, noon)).toBe(is)
})

/** ECS lists these tasks and describes some of them; all run and are healthy. */
const showing = (listed: string[], described = listed) => {
  const tasks = described.map(taskId => ({
    taskId,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    healthStatus: 'HEALTHY',
  })) as DescribedTask[]
  const missing = listed.filter(id => !described.includes(id))
  const ecs: Partial<Ecs> = {
    listTasks: async () => ({ ok: true, value: listed }),
    describeTasks: async () => ({ ok: true, value: { tasks, missing } }),
  }
  return { ecs: ecs as Ecs, clock: { now: () => noon } }
}

it.each<[what: string, ports: ReturnType<typeof showing>, is: string]>([
  ['all that run', showing(['a', 'b', 'c']), 'value'],
  ['one more than were counted', showing(['a', 'b', 'c', 'd']), 'value'],
  ['a page was lost', showing(['a', 'b']), 'failed'],
  ['one is described to nobody', showing(['a', 'b', 'c'], ['a', 'c']), 'failed'],
])('a list that holds fewer tasks than run is not whole, and tells nothing: %s', async (_what, ports, is) => {
  expect((await serviceTasks(ports, service({ runningCount: 3 }))).kind).toBe(is)
})
