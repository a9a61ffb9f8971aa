import type { Fact } from '../model/decision.ts'
import { exitSummary } from './cause-text.ts'
import type { StoppedTask } from './view.ts'

const counts = new Intl.NumberFormat('en-US')

/** What a person wants to know of a stop at a glance: how it ended, with how much memory, which revision, where. */
export function stopFacts({ task, essential }: StoppedTask): Fact[] {
  const { family, revision, memoryMiB, capacityProvider, launchType, availabilityZone } = task
  const facts: [string, string | null][] = [
    ['', exitSummary(task, essential)],
    ['Memory', memoryMiB === null ? null : `${counts.format(memoryMiB)} MiB`],
    ['Revision', family === null || revision === null ? null : `${family}:${revision}`],
    ['On', [capacityProvider ?? launchType, availabilityZone].filter(Boolean).join(', ')],
  ]
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []))
}
