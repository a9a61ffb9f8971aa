import type { Intent } from '../model/decision.ts'
import type { Courtroom } from './judge.ts'
import { familyOf } from './safety.ts'

/** Judges roll-backs: each revision is rolled back from at most once, and never to a revision that was rolled back from. */
export function judgeRollBack(court: Courtroom, service: string, { action }: Intent): void {
  if (action.verb !== 'stop-deployment' && action.verb !== 'roll-back-service') return
  const { history, scenario, violate } = court
  const what = action.verb === 'stop-deployment' ? action.serviceDeploymentArn : action.to
  const before = history.rolledBack.get(`${service} ${action.from}`)
  if (before !== undefined && before !== what)
    violate('S18', `${service} is rolled back a second time from ${action.from}`)
  history.rolledBack.set(`${service} ${action.from}`, what)
  if (action.verb === 'stop-deployment') return
  if (history.rolledBack.has(`${service} ${action.to}`))
    violate('S18', `${service} is rolled back to ${action.to}, from which it was rolled back before`)
  if (scenario.services.some(({ name }) => name === service) && familyOf(action.to) !== service)
    violate('S18', `${service} is rolled back to ${action.to}, which it never ran`)
}
