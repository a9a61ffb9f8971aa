import type { Fact } from '../model/decision.ts'
import type { Proposal } from './proposal.ts'
import type { ScalingReason } from './reason.ts'

/**
 * How the count came about, for messages and `why`: what each trigger asks for, and what cut it. Nothing where alarms are all there
 * is: a step's own sentence says it.
 */
export function trailOf(proposals: readonly Proposal[], because: ScalingReason): { facts?: Fact[] } {
  if (!proposals.some(({ kind }) => kind !== 'step')) return {}
  const facts: Fact[] = []
  for (const proposal of proposals)
    if (proposal.asks) facts.push({ label: proposal.trigger, value: `asks ${proposal.count}` })
    else if (proposal.unsure) facts.push({ label: proposal.trigger, value: 'cannot be judged' })
  if ('limit' in because && because.limit)
    facts.push({ label: because.limit.bound, value: String(because.limit.tasks) })
  return { facts }
}
