import type { LaunchSpec } from '../model/launch-spec.ts'
import type { FamilySpotMemory } from '../model/memory.ts'
import { lineageOf, type Task } from '../model/task.ts'
import { day, minute } from '../model/time.ts'
import type { RunTaskAction } from './judgement.ts'
import type { FamilySpotPolicy } from './spot-policy.ts'
import { stopCause } from './stop-cause.ts'

/** On which capacity stopped tasks of a family that runs on Spot are run again. */
export interface FamilyCapacity {
  /** The capacity provider that a restart takes in place of the recorded one; null = that one. */
  insteadOf(task: Task, spec: LaunchSpec): string | null
  /** It is about to be run. */
  note(task: Task, action: RunTaskAction): void
  /** Absent: nothing to remember. */
  memory(): FamilySpotMemory | undefined
}

const failuresMax = 50
/** Of lineages that were moved, the newest; each as long as it may come back. */
const movedMax = 500
const movedKeptMs = 30 * day
/** Until a task that was run is on the list of the living. */
const listedAfterMs = 2 * minute

const rootOf = (task: Task): string => lineageOf(task.startedBy)?.rootTaskId ?? task.taskId

/**
 * After so many failures within the window restarts run on demand, until `returnAfter` has passed since the last one; then they go
 * back to Spot with their next stop. A lineage that was moved is remembered: its own launch specification says on demand.
 */
export function familyCapacity(
  stopped: Task[],
  living: Task[],
  policy: FamilySpotPolicy | undefined,
  before: FamilySpotMemory | undefined,
  now: number,
): FamilyCapacity {
  if (!policy) return { insteadOf: () => null, note: () => {}, memory: () => undefined }
  const { from, to, after, withinMs, returnAfterMs, atOnce } = policy
  const failures = failuresOf(stopped, from, before?.failures ?? [], withinMs, now)
  const newest = failures.length >= after ? failures.at(-1) : undefined
  const untilMs = Math.max(before?.untilMs ?? 0, newest ? newest.atMs + returnAfterMs : 0)
  const moved = new Map(Object.entries(before?.moved ?? {}).filter(([, atMs]) => now - atMs < movedKeptMs))
  const onDemand = new Set(
    living.filter(task => task.capacityProvider === to && moved.has(rootOf(task))).map(rootOf),
  )
  for (const [root, atMs] of moved)
    if (now - atMs < listedAfterMs && !ended(root, stopped)) onDemand.add(root)
  return {
    insteadOf(task, { capacityProvider }) {
      const root = rootOf(task)
      if (capacityProvider !== from && !(capacityProvider === to && moved.has(root))) return null
      const wanted = now < untilMs && onDemand.size < atOnce ? to : from
      return wanted === capacityProvider ? null : wanted
    },
    note(task, { rootTaskId, change }) {
      const root = rootOf(task)
      const goesOn = change?.capacityProvider === undefined && moved.has(root)
      if (change?.capacityProvider !== to && !goesOn) return
      moved.set(rootTaskId, now)
      onDemand.add(rootTaskId)
    },
    memory() {
      const isQuiet = failures.length === 0 && untilMs <= now && moved.size === 0
      if (isQuiet) return undefined
      return { failures, untilMs, moved: Object.fromEntries([...moved].slice(-movedMax)) }
    },
  }
}

const ended = (root: string, stopped: Task[]): boolean => stopped.some(task => rootOf(task) === root)

/** Interruptions, each task once; RunTask's own failures are in the memory already. */
function failuresOf(
  stopped: Task[],
  from: string,
  known: FamilySpotMemory['failures'],
  withinMs: number,
  now: number,
): FamilySpotMemory['failures'] {
  const interrupted = stopped
    .filter(task => task.capacityProvider === from && stopCause(task) === 'spot-interruption')
    .map(({ taskId, stoppingAtMs, stoppedAtMs }) => ({
      id: taskId,
      atMs: Math.min(stoppingAtMs ?? stoppedAtMs ?? now, now),
    }))
  return [...new Map([...interrupted, ...known].map(failure => [failure.id, failure])).values()]
    .filter(({ atMs }) => now - atMs < withinMs)
    .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
    .slice(-failuresMax)
}

/** RunTask placed nothing, for want of room on Spot. */
export function withPlacementFailure(
  memory: FamilySpotMemory | undefined,
  action: RunTaskAction,
  message: string,
  policy: FamilySpotPolicy,
  now: number,
): FamilySpotMemory | undefined {
  const provider = action.change?.capacityProvider ?? policy.from
  if (provider !== policy.from || !/RESOURCE:|capacity is unavailable|EMPTY CAPACITY/i.test(message))
    return memory
  const before = memory ?? { failures: [], untilMs: 0, moved: {} }
  const failures = [
    ...before.failures.filter(({ id }) => id !== action.clientToken),
    { id: action.clientToken, atMs: now },
  ]
  return { ...before, failures: failures.slice(-failuresMax) }
}
