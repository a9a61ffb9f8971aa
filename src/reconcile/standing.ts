import { type Decision, isDo } from '../model/decision.ts'
import { subjectOf } from './journal.ts'
import type { Explained } from './rooms.ts'

/** What stands now, by room and subject. A hold that stood at the last look is not written down again. */
export function standingOf(explained: Explained[]): Record<string, string> {
  return Object.fromEntries(explained.map(each => [subject(each), stance(each.decision)]))
}

export const isNews = (each: Explained, before: Record<string, string> | undefined): boolean =>
  before?.[subject(each)] !== stance(each.decision)

const subject = ({ room, decision }: Explained): string =>
  `${room}/${(isDo(decision) ? subjectOf(decision.do) : decision.about) ?? ''}`

/** An action stands with its values (a new count is news), a hold with its code (a new number is not). */
const stance = (decision: Decision): string =>
  isDo(decision)
    ? `${decision.do.verb}${decision.do.verb === 'update-service' ? ` ${decision.do.desiredCount}` : ''}`
    : decision.because.code
