import type { Wishes } from '../../backtest/contestants.ts'
import { singleLine } from '../../model/single-line.ts'
import { serviceTarget } from '../../model/target.ts'
import { serviceRuleFor } from '../../policy/match.ts'
import type { Policy } from '../../policy/policy.ts'
import { renderProblems } from '../../policy/problem.ts'
import { readPolicy } from '../../policy/read.ts'
import type { ScalePolicy } from '../../scaling/policy.ts'
import { readText } from '../read-text.ts'
import type { ServiceName } from './arguments.ts'

/** What ours is asked to keep, or what is wrong with the policy. `rule`: the service whose rule counts; null: the first that scales. */
export async function wishesFrom(
  file: string | null,
  rule: ServiceName | null,
  lateShare: number,
): Promise<{ wishes: Wishes } | { problem: string }> {
  if (file === null) return { wishes: { lateShare, scale: null } }
  const told = singleLine(file)
  const found = await readText(file, 'Name the policy, as in: --policy longshore.yml')
  if ('problem' in found) return { problem: `${told}: ${found.problem}\n` }
  const read = readPolicy(found.text, file)
  if (!read.ok) return { problem: renderProblems(read.problems) }
  const scale = scaleOf(read.policy, rule)
  if (scale) return { wishes: { lateShare, scale } }
  const what = rule ? `rule with triggers for ${rule.cluster}/${rule.name}` : 'service rule with triggers'
  return { problem: `${told}: there is no ${what}, so nothing could be replayed.\n` }
}

function scaleOf(policy: Policy, rule: ServiceName | null): ScalePolicy | null {
  const scales = rule
    ? [serviceRuleFor(policy, serviceTarget(rule.cluster, rule.name))?.scale]
    : policy.services.map(({ scale }) => scale)
  return scales.find(scale => scale && scale.triggers.length > 0) ?? null
}
