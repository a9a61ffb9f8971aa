import { ownerOf } from '../intake/owner.ts'
import { lastSegment } from '../model/arn.ts'
import type { LaunchSpec } from '../model/launch-spec.ts'
import type { DescribedTask, Ports } from '../model/ports.ts'
import type { AwsFailure, Reading } from '../model/reading.ts'
import type { KeptEvidence } from '../model/signal.ts'
import type { FamilyTarget } from '../model/target.ts'
import { isRunning, isStopped, isStopping, type Task, taskStatuses } from '../model/task.ts'
import { minute } from '../model/time.ts'
import { type RecordedSpecs, readRecordedSpecs } from './recorded-specs.ts'
import { readSpecSources, type SpecSources } from './spec-sources.ts'
import { subnetsOf } from './subnet.ts'
import type { HealingView, StoppedTask } from './view.ts'

type Reads = Pick<Ports, 'ecs' | 'ec2' | 'store'>

export interface HealingObservation {
  view: HealingView
  /** To be stored before anything is decided: RunTask reads them from there. */
  specsToKeep: LaunchSpec[]
}

/**
 * The stops in the inbox with all that is needed to judge them, and launch specifications not yet recorded.
 * `living`: the family's tasks that are meant to run. `isHealed` false: nothing is read, the stops are only named.
 */
export async function observeFamily(
  ports: Reads,
  target: FamilyTarget,
  isHealed: boolean,
  inbox: KeptEvidence[],
  living: DescribedTask[],
  now: number,
): Promise<HealingObservation> {
  const stops = inbox.flatMap(kept => ('task' in kept && isStopping(kept.task) ? [kept] : []))
  const stopIds = new Set(stops.map(({ task }) => task.taskId))
  const alive = living.filter(
    task => ownerOf(task) === 'standalone' && !isStopping(task) && !stopIds.has(task.taskId),
  )
  const open = stops.filter(kept => kept.resolution === null).map(kept => kept.task)
  if (!isHealed || (open.length === 0 && alive.length === 0)) {
    const stopped = stops.map(({ key, task, resolution }) => unread(key, task, resolution))
    return { view: { stopped, living: alive, specsOutstanding: false }, specsToKeep: [] }
  }

  const recorded = await readRecordedSpecs(ports, target, [...open, ...alive])
  const isUnrecorded = (task: Task) => recorded.failure === null && !recorded.of(task)
  const described = await describe(
    ports,
    target,
    open.filter(task => !isStopped(task) || isUnrecorded(task)),
  )
  const toRecord = alive.filter(
    task =>
      recorded.failure === null && !recorded.has(task) && (isRunning(task) || task.networkInterface !== null),
  )
  const sources = await readSpecSources(ports, {
    tasks: [...toRecord, ...described.byId.values()],
    taskDefinitionArns: open.flatMap(task => task.taskDefinitionArn ?? []),
  })
  const recordings = toRecord.map(task => sources.ofLiving(task, now))
  const subnetsLike = subnetsOf(recorded.all)
  const stopped = stops.map(({ key, task, resolution }) =>
    resolution === null
      ? readStop(key, task, subnetsLike, recorded, described, sources, now)
      : unread(key, task, resolution),
  )
  const isOutstanding = recorded.failure !== null || recordings.some(({ isSoon }) => isSoon)
  return {
    view: { stopped, living: alive, specsOutstanding: isOutstanding },
    specsToKeep: [
      ...recordings.flatMap(({ spec }) => spec ?? []),
      ...stopped.flatMap(({ task, spec }) =>
        isUnrecorded(task) && spec.kind === 'value' && spec.value.unsure.length === 0 ? [spec.value] : [],
      ),
    ],
  }
}

const unread = (key: string, task: Task, resolution: string | null): StoppedTask => ({
  key,
  task,
  owner: ownerOf(task),
  essential: null,
  spec: { kind: 'missing', what: 'launch specification' },
  resolution,
})

interface Described {
  byId: ReadonlyMap<string, DescribedTask>
  missing: ReadonlySet<string>
  failure: AwsFailure | null
}

/** Tasks still stopping, whose last event may be lost, and tasks that stopped before their launch specification was recorded. */
async function describe(ports: Reads, target: FamilyTarget, tasks: Task[]): Promise<Described> {
  if (tasks.length === 0) return { byId: new Map(), missing: new Set(), failure: null }
  const answer = await ports.ecs.describeTasks(
    target.cluster,
    tasks.map(task => task.taskId),
  )
  if (!answer.ok) return { byId: new Map(), missing: new Set(), failure: answer.failure }
  return {
    byId: new Map(answer.value.tasks.map(task => [task.taskId, task])),
    missing: new Set(answer.value.missing.map(lastSegment)),
    failure: null,
  }
}

function readStop(
  key: string,
  evidence: Task,
  subnetsLike: (spec: LaunchSpec) => string[],
  recorded: RecordedSpecs,
  described: Described,
  sources: SpecSources,
  now: number,
): StoppedTask {
  const task = newest(evidence, described, now)
  const spec = specOf(task, recorded, described, sources, now)
  const otherSubnets = spec.kind === 'value' ? subnetsLike(spec.value) : []
  return {
    key,
    task,
    owner: ownerOf(task),
    essential: sources.essentialOf(task.taskDefinitionArn),
    spec,
    ...(otherSubnets.length > 0 ? { otherSubnets } : {}),
    resolution: null,
  }
}

function specOf(
  task: Task,
  recorded: RecordedSpecs,
  described: Described,
  sources: SpecSources,
  now: number,
): Reading<LaunchSpec> {
  const known = recorded.of(task)
  if (known) return { kind: 'value', value: known, observedAtMs: known.recordedAtMs }
  const seen = described.byId.get(task.taskId)
  if (seen && recorded.failure === null) return sources.ofStopped(seen, now)
  const failure = recorded.failure ?? described.failure
  return failure ? { kind: 'failed', failure } : { kind: 'missing', what: 'launch specification' }
}

/** ECS tells of a stopped task for an hour at least: one it does not know so long after its stop began is over. */
const overAfterMs = 10 * minute

/** A description that lags behind the event counts for nothing. Overrides and tags stay out: they may hold secrets. */
function newest(evidence: Task, { byId, missing }: Described, now: number): Task {
  const seen = byId.get(evidence.taskId)
  if (seen && isStopping(seen) && phase(seen) >= phase(evidence)) {
    const { tags, overrides, ...task } = seen
    return task
  }
  const beganAtMs = evidence.stoppingAtMs ?? evidence.createdAtMs ?? 0
  const isOver = !isStopped(evidence) && missing.has(evidence.taskId) && now - beganAtMs >= overAfterMs
  return isOver ? { ...evidence, lastStatus: 'STOPPED' } : evidence
}

const phase = (task: Task): number => taskStatuses.indexOf(task.lastStatus)
