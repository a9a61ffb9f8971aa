import { isDo, type Verb } from '../model/decision.ts'
import type { Plan } from './plan.ts'
import type { Explained, ExplainedDo } from './rooms.ts'
import { isNews, type Standing, standingOf } from './standing.ts'

/** What of a plan is written down and done by one look. */
export interface Portion {
  /** Holds that are news. */
  holds: Explained[]
  acts: ExplainedDo[]
  settled: Plan['settled']
  /** What the next look need not write down again. */
  standing: Standing
  /** Something was left for a look right afterwards. */
  more: boolean
}

/** A tenth of a second each and more. */
const actsMax = 25
const holdsMax = 200
const settledMax = 500
/** Waits beyond it are neither told nor remembered: 60 bytes each, of 400 kB that a state may have. */
const standingMax = 1_000

/**
 * A look must end within its lease and its state must fit into one item, however many tasks stop at once: the rest is
 * decided again right afterwards. News before what failed before, so that nothing that cannot succeed keeps the rest waiting.
 */
export function portionOf({ explained, settled }: Plan, stood: Standing): Portion {
  const old = explained.filter(each => !isNews(each, stood))
  const news = explained.filter(each => isNews(each, stood))

  const newActs = news.filter(isAct)
  const acts = [...newActs, ...old.filter(isAct)].slice(0, actsMax)

  const ends = new Set(settled.map(({ key }) => key))
  const isFinal = (each: Explained) => each.decision.tell || ends.has(keyOf(each))
  const newHolds = news.filter(each => !isAct(each))
  const final = newHolds.filter(isFinal).slice(0, holdsMax)
  const room = Math.min(holdsMax - final.length, Math.max(0, standingMax - old.length))
  const holds = [...final, ...newHolds.filter(each => !isFinal(each)).slice(0, room)]

  // Not settled before it is written down why.
  const unsaid = new Set(newHolds.filter(each => !holds.includes(each)).map(keyOf))
  const settledNow = settled.filter(({ key }) => !unsaid.has(key)).slice(0, settledMax)
  return {
    holds,
    acts: acts.sort((a, b) => rank[a.decision.do.verb] - rank[b.decision.do.verb]),
    settled: settledNow,
    standing: standingOf([...old, ...holds, ...acts]),
    more: newActs.length > acts.length || settledNow.length < settled.length,
  }
}

const isAct = (each: Explained): each is ExplainedDo => isDo(each.decision)

/** The evidence that a hold of healing is about. */
const keyOf = ({ decision }: Explained): string => (isDo(decision) ? '' : `task/${decision.about}`)

/** First what drains, then what adds, last what is offered to clients. */
const rank: Record<Verb, number> = {
  'deregister-instance': 0,
  'set-instance-health': 0,
  'stop-task': 1,
  'run-task': 2,
  'stop-deployment': 2,
  'roll-back-service': 2,
  'redeploy-service': 2,
  'set-capacity-providers': 2,
  'update-service': 3,
  'register-instance': 4,
}
