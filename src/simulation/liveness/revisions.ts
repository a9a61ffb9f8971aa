import { primaryOf, type Service } from '../../model/service.ts'
import { minute } from '../../model/time.ts'
import type { Courtroom } from '../judge.ts'
import { failuresOf, isLoop, judgeLoopsKnown } from '../loops.ts'
import { shortRevision } from '../narration.ts'
import type { ServicePart } from '../scenario.ts'

/** Judges at the end of the quiet what became of revisions that fail. */

/** By then a loop was looked at, and what stood in the way is read again. */
const answeredWithinMs = 6 * minute

/** Reasons why nothing can be rolled back, as they are told. */
const isRefusal = (code: string): boolean =>
  code === 'crash-loop-not-rolled-back' || code === 'deployment-stuck-not-rolled-back'

export function judgeRevisions(court: Courtroom, part: ServicePart, service: Service): void {
  const { history, truth, now, violate } = court
  judgeLoopsKnown(court, part.name)
  const primary = primaryOf(service)
  const deployed = primary?.taskDefinitionArn
  if (!primary || !deployed) return
  const releases = truth.releases.get(part.name) ?? []
  const rolledBack = history.rolledBack.get(`${part.name} ${deployed}`)
  const isAgain = releases.some(
    ({ taskDefinitionArn, atMs }) => taskDefinitionArn === deployed && atMs > (rolledBack?.atMs ?? Infinity),
  )
  if (rolledBack && !isAgain)
    violate('L9', `${shortRevision(deployed)} was rolled back from and is still deployed`)
  const isFated = truth.fateOf(deployed) !== null
  const lastRollBackMs = Math.max(
    0,
    ...[...history.rolledBack].filter(([key]) => key.startsWith(`${part.name} `)).map(([, { atMs }]) => atMs),
  )
  const isSettled = now() - lastRollBackMs > answeredWithinMs
  const isWhole = primary.rolloutState === 'COMPLETED' && service.runningCount === service.desiredCount
  if (lastRollBackMs > 0 && isSettled && !isFated && !isWhole)
    violate(
      'L9',
      `${part.name} was rolled back, and ${service.runningCount} of ${service.desiredCount} tasks of ${shortRevision(deployed)} run`,
    )
  if (part.care.crashLoop !== 'roll-back' || rolledBack) return
  const failures = failuresOf(court, part.name, now() - answeredWithinMs)
  if (!isLoop(failures, deployed, now() - answeredWithinMs)) return
  const isRefused = history.journal.some(
    ({ because, tell, outcome }) =>
      tell &&
      (outcome === 'failed' || isRefusal(because.code)) &&
      (because as { revision?: string }).revision === shortRevision(deployed),
  )
  if (!isRefused)
    violate('L9', `${shortRevision(deployed)} is in a crash loop and is neither rolled back nor told why not`)
}
