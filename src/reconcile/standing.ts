import { lastSegment } from '../model/arn.ts'
import { strategyWords } from '../model/capacity-provider-strategy.ts'
import { type Action, type Decision, isDo } from '../model/decision.ts'
import { subjectOf } from './journal.ts'
import type { Explained } from './rooms.ts'

/** What stands, by room and subject: what still stands at the next look is not written down again. */
export type Standing = Record<string, string>

export const standingOf = (explained: Explained[]): Standing =>
  Object.fromEntries(explained.map(each => [subject(each), stance(each.decision)]))

export const isNews = (each: Explained, stood: Standing): boolean =>
  stood[subject(each)] !== stance(each.decision)

const subject = ({ room, decision }: Explained): string =>
  isDo(decision) ? actSubject(room, decision.do) : `${room}/${decision.about ?? ''}`

export const actSubject = (room: Explained['room'], action: Action): string =>
  `${room}/${subjectOf(action) ?? ''}`

/** An action stands with its values (a new count is news), a hold with its code (a new number is not). */
const stance = (decision: Decision): string =>
  isDo(decision) ? `${decision.do.verb}${valuesOf(decision.do)}` : decision.because.code

const valuesOf = (action: Action): string =>
  action.verb === 'update-service'
    ? ` ${action.desiredCount}`
    : action.verb === 'set-capacity-providers'
      ? ` ${strategyWords(action.to)}`
      : 'from' in action
        ? ` ${lastSegment(action.from)}`
        : ''
