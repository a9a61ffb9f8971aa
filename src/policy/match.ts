import {
  type FamilyTarget,
  familyTarget,
  type ServiceTarget,
  serviceTarget,
  type Target,
} from '../model/target.ts'
import { alarmsOf } from '../scaling/trigger-names.ts'
import { ownerOfAlarm } from './alarm-name.ts'
import { isLiteral, matches } from './pattern.ts'
import type { Policy, ServicePolicy, ServiceRule, TaskRule } from './policy.ts'
import { withTags } from './tags.ts'
import { triggerFor } from './trigger-for.ts'

/** Which rule holds for which target. The first rule that matches wins; a target that no rule matches is never touched. */

const ruleFor = (policy: Policy, target: ServiceTarget): ServiceRule | undefined =>
  policy.services.find(
    ({ match }) => matches(match.cluster, target.cluster) && matches(match.service, target.service),
  )

/** The rule with the names of its alarms, queues and dimensions as they are for this service; null when none matches. */
export function serviceRuleFor(policy: Policy, target: ServiceTarget): ServiceRule | null {
  const rule = ruleFor(policy, target)
  if (!rule?.scale) return rule ?? null
  const triggers = rule.scale.triggers.map(trigger => triggerFor(trigger, target))
  return { ...rule, scale: { ...rule.scale, triggers } }
}

export const taskRuleFor = (policy: Policy, target: FamilyTarget): TaskRule | null =>
  policy.tasks.find(
    ({ match }) => matches(match.cluster, target.cluster) && matches(match.family, target.family),
  ) ?? null

/** The rule for a service after its tags had their say; null when no rule matches. `tags` null = they could not be read. */
export function servicePolicyFor(
  policy: Policy,
  target: ServiceTarget,
  tags: Record<string, string> | null,
): ServicePolicy | null {
  const rule = serviceRuleFor(policy, target)
  return rule && withTags(rule.scale, tags)
}

/** The services that an alarm moves, in the order of the rules; none when the policy does not name it. */
export function targetsOfAlarm(policy: Policy, alarmName: string): ServiceTarget[] {
  return policy.services.flatMap(rule => {
    for (const alarm of rule.scale ? alarmsOf(rule.scale) : []) {
      const owner = ownerOfAlarm(alarm, rule.match, alarmName)
      if (owner === null) continue
      const target = serviceTarget(owner.cluster, owner.service)
      // An earlier rule for this service, with other alarms, keeps this one away from it.
      if (ruleFor(policy, target) === rule) return [target]
    }
    return []
  })
}

/** What can be looked at without waiting for an event: targets that rules name without `*` and with a wish. */
export function literalTargets(policy: Policy): Target[] {
  const services = policy.services
    .filter(({ scale, heal }) => scale !== null || heal !== null)
    .filter(({ match }) => isLiteral(match.cluster) && isLiteral(match.service))
    .map(({ match }) => serviceTarget(match.cluster, match.service))
  const families = policy.tasks
    .filter(({ heal, discover }) => heal !== null || discover !== null)
    .filter(({ match }) => isLiteral(match.cluster) && isLiteral(match.family))
    .map(({ match }) => familyTarget(match.cluster, match.family))
  return [...services, ...families]
}
