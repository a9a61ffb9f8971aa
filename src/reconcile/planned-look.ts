import type { ImageReadings } from '../healing/images.ts'
import type { StopTaskAction } from '../healing/overdue.ts'
import { decideMachines } from '../healing/planned/decide-machines.ts'
import { decideOldTasks } from '../healing/planned/decide-old-tasks.ts'
import { decideRetirements } from '../healing/planned/decide-retirements.ts'
import { observeMachines } from '../healing/planned/observe-machines.ts'
import { observeRetiring } from '../healing/planned/observe-retirements.ts'
import type { HealPolicy } from '../healing/policy.ts'
import { readImagesOf } from '../healing/read-images.ts'
import type { HealingReason } from '../healing/reason.ts'
import type { Decision } from '../model/decision.ts'
import type { HealingMemory } from '../model/memory.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { FamilyTarget } from '../model/target.ts'
import type { Task } from '../model/task.ts'
import type { WorkerPorts } from './landing.ts'
import { filled, type Plan, soonest } from './plan.ts'

type HealingDecision = Decision<HealingReason>

export interface PlannedLook {
  decisions: HealingDecision[]
  /** Old tasks to be stopped, and what keeps them: Cloud Map has a say in it (`drain.ts`). */
  oldTasks: Decision<HealingReason, StopTaskAction>[]
  settled: Plan['settled']
  /** What is added to healing's memory. */
  memory: Pick<HealingMemory, 'placements' | 'hosts' | 'leftOnHost' | 'stopping'>
  nextLookAtMs: number | null
  isUnsure: boolean
}

/**
 * Living tasks that are replaced all the same: all of a family share one budget. `living` null: ECS did not tell. `ending`: those
 * that are stopped for another reason; what follows is the business of their stop.
 */
export async function lookAtPlanned(
  ports: WorkerPorts,
  target: FamilyTarget,
  policy: HealPolicy | null,
  inbox: readonly KeptEvidence[],
  living: readonly Task[] | null,
  ending: ReadonlySet<string>,
  memory: HealingMemory | undefined,
  images: ImageReadings,
): Promise<PlannedLook> {
  const now = ports.clock.now()
  if (living === null) return asBefore(memory)
  // Unknown is not gone here either.
  const noticed = await observeRetiring(ports, target, inbox, living)
  const retiring = noticed.retiring.filter(({ retirement: { taskId } }) => !ending.has(taskId))
  const sight = await observeMachines(ports, target, policy, living)
  const retire = (readings: ImageReadings) =>
    decideRetirements(retiring, living, policy, memory, now, readings)
  const retired = retire(
    await readImagesOf(
      ports,
      retiring.flatMap(({ task }) => task ?? []),
      readings => retire(readings).decisions,
      images,
    ),
  )
  const staying = living.filter(({ taskId }) => !ending.has(taskId))
  const moved = decideMachines(sight, staying, policy, memory, now, retired.inFlight)
  const old = decideOldTasks(staying, policy, memory, now)
  return {
    decisions: [...retired.decisions, ...moved.decisions],
    oldTasks: old.decisions,
    settled: retired.settled,
    memory: {
      placements: { ...moved.placements, ...retired.placements },
      ...filled('hosts', moved.hosts),
      ...filled('leftOnHost', moved.leftOnHost),
      ...filled('stopping', old.stopping),
    },
    nextLookAtMs: soonest(retired.nextLookAtMs, moved.nextLookAtMs, old.nextLookAtMs),
    isUnsure: noticed.isUnsure || sight.isUnsure,
  }
}

function asBefore(memory: HealingMemory | undefined): PlannedLook {
  const { placements = {}, hosts, leftOnHost, stopping } = memory ?? {}
  return {
    decisions: [],
    oldTasks: [],
    settled: [],
    memory: {
      placements,
      ...(hosts ? { hosts } : {}),
      ...(leftOnHost ? { leftOnHost } : {}),
      ...(stopping ? { stopping } : {}),
    },
    nextLookAtMs: null,
    isUnsure: false,
  }
}
