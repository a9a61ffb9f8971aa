import { changedSpec, type LaunchSpec, type MemoryChange } from '../model/launch-spec.ts'
import { isInjectedContainer, type Task } from '../model/task.ts'
import { isFargate, overridesLimit } from './launch-spec.ts'
import type { OomPolicy } from './policy.ts'

/** More memory for a task that ran out of it. */
export type Growth =
  | { kind: 'more'; fromMiB: number; toMiB: number; memory: MemoryChange }
  /** It has the most that the owner or Fargate allows. */
  | { kind: 'most'; atMiB: number }
  /** Nobody tells how much it had, or it had no limit but its host's: run as it was. */
  | { kind: 'unknown' }

export function growthOf(task: Task, oom: OomPolicy): Growth {
  return isFargate(task) ? onFargate(task, oom) : onMachines(task, oom)
}

/** RunTask refuses overrides that are too long. */
export const isTooLong = (spec: LaunchSpec, memory: MemoryChange): boolean =>
  JSON.stringify(changedSpec(spec, { memory }).overrides).length > overridesLimit

/** Limits of containers grow with the task, so that their sum fits as before. */
function onFargate(task: Task, oom: OomPolicy): Growth {
  const { memoryMiB: fromMiB, cpuUnits } = task
  if (!fromMiB || !cpuUnits) return { kind: 'unknown' }
  const size = fargateSize(cpuUnits, fromMiB, oom)
  if (!size) return { kind: 'most', atMiB: fromMiB }
  const containers = limited(task).map(({ name, limitMiB }) => ({
    name,
    memoryMiB: Math.floor((limitMiB * size.memoryMiB) / fromMiB),
  }))
  return { kind: 'more', fromMiB, toMiB: size.memoryMiB, memory: { task: size, containers } }
}

/** A container on a machine of the owner's has its own limit; the task's is not touched. */
function onMachines(task: Task, oom: OomPolicy): Growth {
  const killed = limited(task).filter(({ exitCode, reason }) =>
    reason ? /outofmemoryerror/i.test(reason) : exitCode === 137,
  )
  const [first] = killed
  if (!first) return { kind: 'unknown' }
  const grown = killed.map(({ name, limitMiB }) => ({
    name,
    limitMiB,
    memoryMiB: Math.min(wanted(limitMiB, oom), oom.upToMiB),
  }))
  const more = grown.filter(({ memoryMiB, limitMiB }) => memoryMiB > limitMiB)
  const [told] = more
  if (!told) return { kind: 'most', atMiB: first.limitMiB }
  const containers = more.map(({ name, memoryMiB }) => ({ name, memoryMiB }))
  return { kind: 'more', fromMiB: told.limitMiB, toMiB: told.memoryMiB, memory: { containers } }
}

const limited = ({ containers }: Task) =>
  containers.flatMap(({ memoryMiB, ...rest }) =>
    memoryMiB && !isInjectedContainer(rest.name) ? [{ ...rest, limitMiB: memoryMiB }] : [],
  )

const wanted = (fromMiB: number, { growPercent }: OomPolicy): number =>
  Math.ceil((fromMiB * (100 + growPercent)) / 100)

/** CPU units with the memory they go with, MiB: least, most and step (ECS Developer Guide, "Task CPU and memory" for Fargate). */
const fargate: readonly (readonly [cpuUnits: number, leastMiB: number, mostMiB: number, stepMiB: number])[] =
  [
    [256, 1_024, 2_048, 1_024],
    [512, 1_024, 4_096, 1_024],
    [1_024, 2_048, 8_192, 1_024],
    [2_048, 4_096, 16_384, 1_024],
    [4_096, 8_192, 30_720, 1_024],
    [8_192, 16_384, 61_440, 4_096],
    [16_384, 32_768, 122_880, 8_192],
  ]

/**
 * The smallest size that has what is wanted, with the least CPU, never with less CPU than before; where that is beyond the
 * owner's limit, the largest below it. Null: none is larger than before.
 */
function fargateSize(
  cpuUnits: number,
  fromMiB: number,
  oom: OomPolicy,
): { cpuUnits: number; memoryMiB: number } | null {
  const wantedMiB = Math.min(wanted(fromMiB, oom), oom.upToMiB)
  const sizes = fargate
    .filter(([units]) => units >= cpuUnits)
    .flatMap(([units, leastMiB, mostMiB, stepMiB]) =>
      Array.from({ length: (mostMiB - leastMiB) / stepMiB + 1 }, (_, n) => ({
        cpuUnits: units,
        memoryMiB: leastMiB + n * stepMiB,
      })),
    )
    .filter(({ memoryMiB }) => memoryMiB > fromMiB && memoryMiB <= oom.upToMiB)
    .sort((a, b) => a.memoryMiB - b.memoryMiB || a.cpuUnits - b.cpuUnits)
  const enough = sizes.find(({ memoryMiB }) => memoryMiB >= wantedMiB)
  if (enough) return enough
  const most = sizes.at(-1)?.memoryMiB
  return sizes.find(({ memoryMiB }) => memoryMiB === most) ?? null
}
