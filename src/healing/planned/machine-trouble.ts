import type { HostMemory } from '../../model/memory.ts'
import type { ContainerInstance } from '../../model/ports.ts'
import { minute } from '../../model/time.ts'

/** What keeps tasks of a machine from being ECS's: it no longer hears of them, or is emptying or mistrusting the machine. */
export const machineTroubles = ['disconnected', 'impaired', 'draining'] as const
export type MachineTrouble = (typeof machineTroubles)[number]

/** Null: none. Undefined: not told. One that is INACTIVE is gone, and its tasks with it: their stops are told. */
export function troubleOf({
  status,
  agentConnected,
  health,
}: Pick<ContainerInstance, 'status' | 'agentConnected' | 'health'>): MachineTrouble | null | undefined {
  if (status === 'INACTIVE' || (agentConnected === null && status === null)) return undefined
  if (agentConnected === false) return 'disconnected'
  if (health === 'IMPAIRED') return 'impaired'
  return status === 'DRAINING' || status === 'DEREGISTERING' ? 'draining' : null
}

/** Looks are a minute apart while a machine is in trouble: after a longer gap nobody knows that it lasted. */
const gapMaxMs = 4 * minute

/**
 * What is remembered of the machines that the family's tasks run on. A hold-down counts from the first look that found trouble,
 * while each look since has found it; one that could not tell neither counts nor ends it.
 */
export function hostsAfter(
  arns: Iterable<string>,
  seen: ReadonlyMap<string, MachineTrouble | null>,
  before: Record<string, HostMemory>,
  now: number,
): Record<string, HostMemory> {
  const after: Record<string, HostMemory> = {}
  for (const arn of arns) {
    const trouble = seen.get(arn)
    const known = before[arn]
    const isUnbroken = known !== undefined && now - known.seenAtMs <= gapMaxMs
    if (trouble === null || (trouble === undefined && !isUnbroken)) continue
    if (trouble === undefined) after[arn] = known as HostMemory
    else
      after[arn] = isUnbroken
        ? { ...known, trouble, seenAtMs: now }
        : { trouble, sinceMs: now, seenAtMs: now }
  }
  return after
}
