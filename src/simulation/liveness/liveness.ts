import { type Target, targetKey } from '../../model/target.ts'
import { minute } from '../../model/time.ts'
import type { Contents } from '../../world/memory-store.ts'
import type { World } from '../../world/world.ts'
import { isAboutBug } from '../acknowledgement.ts'
import { type Courtroom, isBugged, targetOf, waitMaxMs } from '../judge.ts'
import type { Post } from '../post.ts'
import { judgePlansEnd } from '../safety/planned.ts'
import { effectOf } from '../safety/safety.ts'
import { judgeHealing, judgeMap } from './families.ts'
import { judgeService } from './services.ts'

/** Judges the end of a run: half of it was quiet, and everything promised must have come true. */

/** Quiet services are looked at every five minutes, quiet families every ten, by a tick that comes within the minute. */
const lookedWithinMs = 12 * minute

export async function judgeEnd(
  court: Courtroom,
  world: World,
  post: Post,
  contents: Contents,
): Promise<void> {
  const version = court.scenario.versions.length - 1
  const isActing = court.scenario.versions[version]?.mode === 'act'
  judgeLedger(court, post, contents)
  judgeOutbox(court, contents)
  judgeJournal(court)
  const isPromised = ({ managed }: { managed: boolean }, key: string) => managed && !isBugged(court, key)
  for (const part of court.scenario.services.filter(part =>
    isPromised(part, targetOf('service', part.name)),
  )) {
    judgeLook(court, targetOf('service', part.name))
    if (isActing) await judgeService(court, world, part, version)
  }
  for (const part of court.scenario.families.filter(part =>
    isPromised(part, targetOf('family', part.name)),
  )) {
    judgeLook(court, targetOf('family', part.name))
    if (!isActing) continue
    if (part.heal) judgeHealing(court, part, part.heal)
    judgePlansEnd(court, part)
    if (part.discover) await judgeMap(court, world, part)
  }
}

function judgeLedger(court: Courtroom, post: Post, { states }: Contents): void {
  const { violate, now, history } = court
  for (const {
    target,
    owner,
    leaseUntilMs,
    generation,
    observedGeneration,
    intents,
    inbox,
    failures,
  } of states.filter(({ target }) => !isBugged(court, targetKey(target)))) {
    const name = 'service' in target ? target.service : target.family
    // A look that began just now is not over yet; that none leaves its lease behind is judged at its end.
    if (owner !== null && leaseUntilMs > now()) continue
    if (intents.length > 0) violate('L3', `${name}: ${intents[0]?.action.verb} is still open`)
    // Tasks that crash as fast as they start leave it no minute of quiet.
    if (isRestless(court, target)) continue
    if (generation !== observedGeneration) violate('L3', `${name}: marked and not looked at`)
    // What is told to stop on a machine that stays silent has not stopped.
    const left = inbox.filter(key => court.truth.tasks.get(key.replace('task/', ''))?.stoppedAtMs !== null)
    if (left.length > 0) violate('L3', `${name}: ${left[0]} is still in the inbox`)
    if (failures > 0) violate('L3', `${name}: ${failures} looks in a row failed`)
  }
  for (const [target, sinceMs] of history.waiting)
    if (now() - sinceMs > waitMaxMs && !isBugged(court, target))
      violate('L3', `${target} is marked, and nobody has looked since`)
  const waiting = [...post.queues.services, ...post.queues.tasks].filter(letter => !isAboutBug(court, letter))
  if (waiting.length > 0) violate('L3', `${waiting.length} messages wait: ${waiting[0]?.body.slice(0, 80)}`)
  const lost = post.deadLetters.find(({ letter }) => !letter.isPoison && !isAboutBug(court, letter))
  if (lost) violate('L3', `a dead letter is no poison: ${lost.letter.body.slice(0, 120)}`)
}

/** Tries of a post that Slack may yet take. */
const noticeTriesMax = 12

function judgeOutbox({ violate, history, scenario }: Courtroom, { journal }: Contents): void {
  const early = journal.find(({ outbox, attempts }) => outbox === 'given-up' && attempts < noticeTriesMax)
  if (early) violate('L5', `a notice is given up after ${early.attempts} tries: ${early.entry.sentence}`)
  const isFair = Object.keys(scenario.faults).length === 0
  const twice = journal.find(({ entry }) => isFair && (history.posted.get(entry.id) ?? 0) > 1)
  if (twice) violate('L5', `a notice is posted twice in fair weather: ${twice.entry.sentence}`)
  const unheard = journal.find(({ outbox, entry }) => outbox === 'sent' && !history.posted.has(entry.id))
  if (unheard) violate('L5', `a notice counts as sent and never reached Slack: ${unheard.entry.sentence}`)
  const open = journal.find(({ outbox }) => outbox !== null && outbox !== 'sent' && outbox !== 'given-up')
  if (open) violate('L5', `a notice is ${open.outbox}: ${open.entry.sentence}`)
}

/** Every change that was carried out has its line. */
function judgeJournal(court: Courtroom): void {
  const { history, violate } = court
  const named = new Set(history.journal.map(effectOf))
  for (const [effect, target] of history.effects)
    if (!named.has(effect) && !isBugged(court, target)) violate('S10', `${effect} is not in the journal`)
}

function judgeLook({ history, violate, now }: Courtroom, target: string): void {
  const lookedAtMs = history.looked.get(target)
  if (lookedAtMs === undefined) violate('L6', `${target} was never looked at`)
  else if (now() - lookedAtMs > lookedWithinMs)
    violate('L6', `${target} was last looked at ${Math.round((now() - lookedAtMs) / minute)} minutes ago`)
}

/** What is deployed of it fails as soon as it starts. */
function isRestless({ truth }: Courtroom, target: Target): boolean {
  if (target.kind !== 'service') return false
  const live = [...truth.tasks.values()].filter(
    ({ service, stoppedAtMs }) => service === target.service && stoppedAtMs === null,
  )
  return live.some(({ taskDefinitionArn }) => truth.fateOf(taskDefinitionArn) !== null)
}
