import { targetKey } from '../model/target.ts'
import { minute } from '../model/time.ts'
import type { Contents } from '../world/memory-store.ts'
import type { World } from '../world/world.ts'
import { isAboutBug } from './acknowledgement.ts'
import { type Courtroom, isBugged, targetOf, waitMaxMs } from './judge.ts'
import { alarmOf, cluster } from './policies.ts'
import type { Post } from './post.ts'
import { effectOf } from './safety.ts'
import { boundsOf } from './safety-counts.ts'
import { groupOf, lineageTold } from './safety-restarts.ts'
import type { FamilyPart, ServicePart } from './scenario.ts'
import { foreignInstance } from './stage.ts'
import type { TrueTask } from './truth.ts'

/** Judges the end of a run: half of it was quiet, and everything promised must have come true. */

/** The last part of the quiet: by then nothing is done any more. */
export const stillMs = 6 * minute
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
    if (generation !== observedGeneration) violate('L3', `${name}: marked and not looked at`)
    if (intents.length > 0) violate('L3', `${name}: ${intents[0]?.action.verb} is still open`)
    if (inbox.length > 0) violate('L3', `${name}: ${inbox[0]} is still in the inbox`)
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

async function judgeService(
  court: Courtroom,
  world: World,
  part: ServicePart,
  version: number,
): Promise<void> {
  const { violate, now, history } = court
  const { name } = part
  const last = history.attempts.get(`${targetOf('service', name)} ecs.updateService`)?.at(-1)
  if (last !== undefined && now() - last < stillMs)
    violate('L1', `${name} is still being scaled, ${Math.round((now() - last) / 1_000)} s before the end`)
  if (part.strategy === 'DAEMON' || part.tags['longshore:paused'] !== undefined) return
  const answer = await world.ports.ecs.describeServices(cluster, [name])
  const service = answer.ok ? answer.value.services[0] : undefined
  if (service?.status !== 'ACTIVE') return
  const { min, max } = boundsOf(court, part, version, service.tags)
  const { desiredCount } = service
  const isDeploying = service.deployments.some(({ rolloutState }) => rolloutState === 'IN_PROGRESS')
  if (desiredCount < min) violate('L1', `${name} has ${desiredCount} tasks, below ${min}`)
  if (desiredCount > max && !isDeploying) violate('L1', `${name} has ${desiredCount} tasks, above ${max}`)
  const alarms = await world.ports.cloudWatch.describeAlarms([alarmOf(name, 'high'), alarmOf(name, 'low')])
  const since = (side: 'high' | 'low'): number => {
    const alarm = alarms.ok
      ? alarms.value.find(({ alarmName }) => alarmName === alarmOf(name, side))
      : undefined
    const changed = court.truth.alarms.get(alarmOf(name, side))?.at(-1)
    return alarm?.state === 'ALARM' && changed && part.disabled !== side ? now() - changed.atMs : 0
  }
  // Without data nothing is scaled, whatever the alarm makes of that.
  const hasData = service.runningCount > 0
  if (hasData && desiredCount < max && since('high') > stillMs)
    violate('L1', `${name} has ${desiredCount} of ${max} tasks, and ${alarmOf(name, 'high')} is in ALARM`)
  const bothReadable = alarms.ok && alarms.value.length === 2
  if (
    hasData &&
    bothReadable &&
    since('high') === 0 &&
    desiredCount > min &&
    since('low') > stillMs &&
    !isDeploying
  )
    violate(
      'L1',
      `${name} has ${desiredCount} tasks, more than ${min}, and ${alarmOf(name, 'low')} is in ALARM`,
    )
}

/** A task that ended so late that its back-off, and a look that failed before it, may still run. */
const healedWithinMs = 4 * minute
/** One that nobody told of and that lived between two looks left no trace. */
const unseenMs = 6 * minute

function judgeHealing(court: Courtroom, part: FamilyPart, heal: NonNullable<FamilyPart['heal']>): void {
  const { truth, now, violate } = court
  for (const task of truth.tasks.values()) {
    if (
      task.family !== part.name ||
      task.service !== null ||
      task.keeper !== 'nobody' ||
      task.stoppedAtMs === null
    )
      continue
    const group = task.cause === null ? null : groupOf[task.cause]
    if (!group || !heal.on.includes(group) || now() - task.stoppedAtMs < healedWithinMs) continue
    if (!isKnown(court, task) || isReplaced(court, task) || isGivenUp(court, task)) continue
    violate(
      'L4',
      `task ${task.taskId.slice(0, 8)} of ${part.name} ended by ${task.cause} and is neither replaced nor given up`,
    )
  }
}

function isKnown({ history, scenario, startAtMs }: Courtroom, task: TrueTask): boolean {
  // Told of, or seen alive: but not while another version of the policy only watched.
  const observed = scenario.versions.some(({ mode }) => mode === 'observe')
  if (observed && (task.stoppedAtMs ?? 0) < startAtMs + scenario.quietFromMs) return false
  const livedMs = (task.endingAtMs ?? 0) - (task.runningAtMs ?? task.endingAtMs ?? 0)
  // In bad weather every look at it may have failed.
  const isFair = Object.keys(scenario.faults).length === 0
  return task.toldOfEnd || history.seenLiving.has(task.taskId) || (isFair && livedMs > unseenMs)
}

const isReplaced = ({ history }: Courtroom, task: TrueTask): boolean => {
  const lineage = lineageTold(task.startedBy)
  const next = lineage ? `longshore/${lineage.root}/${lineage.attempt + 1}` : null
  return (
    history.replacements.has(`longshore/${task.taskId}/1`) ||
    (next !== null && history.replacements.has(next))
  )
}

/** Why nobody gives up a task whose end the policy wants healed: its cause was misread. */
const misreadings: ReadonlySet<string> = new Set([
  'user-stop',
  'own-stop',
  'permanent',
  'not-in-policy',
  'scheduled-elsewhere',
])

function isGivenUp({ history, scenario }: Courtroom, { taskId }: TrueTask): boolean {
  const isVague = scenario.faults.partial !== undefined || scenario.faults.stale !== undefined
  return history.journal.some(
    ({ room, about, outcome, tell, because: { code } }) =>
      room === 'healing' &&
      about === taskId &&
      tell &&
      (outcome === 'held' || outcome === 'failed') &&
      !misreadings.has(code) &&
      (code !== 'cause-unknown' || isVague),
  )
}

async function judgeMap({ truth, violate, now }: Courtroom, world: World, part: FamilyPart): Promise<void> {
  const healthOf = new Map<string, string | null>()
  const tasks = await world.ports.ecs.describeTasks(
    cluster,
    truth.living(part.name).map(({ taskId }) => taskId),
  )
  for (const { taskId, healthStatus } of tasks.ok ? tasks.value.tasks : []) healthOf.set(taskId, healthStatus)
  const service = world.cloudMapServices().find(each => each.service === part.name)
  const answer = await world.ports.cloudMap.listInstances(service?.id ?? '')
  if (!answer.ok) return
  const named = answer.value.map(({ id }) => id)
  const living = truth.living(part.name)
  const settled = living.filter(
    ({ lastStatus, runningAtMs }) => lastStatus === 'RUNNING' && now() - (runningAtMs ?? now()) > minute,
  )
  for (const { taskId } of settled)
    if (!named.includes(taskId) && (!part.checked || healthOf.get(taskId) === 'HEALTHY'))
      violate('L2', `task ${taskId.slice(0, 8)} of ${part.name} runs and is not in Cloud Map`)
  const ours = named.filter(id => id !== foreignInstance)
  const dead = ours.filter(id => !living.some(({ taskId }) => taskId === id))
  const gone = dead.filter(id => now() - (truth.tasks.get(id)?.stoppedAtMs ?? 0) > 3 * minute)
  // The last instance is left: an empty answer would be cached for minutes.
  if (gone.length > 0 && named.length > 1)
    violate('L2', `Cloud Map still names task ${gone[0]?.slice(0, 8)} of ${part.name}, which is gone`)
  const sick = ours.filter(id => part.checked && healthOf.get(id) === 'UNHEALTHY')
  if (sick.length > 0 && named.length > 1)
    violate(
      'L2',
      `Cloud Map still names task ${sick[0]?.slice(0, 8)} of ${part.name}, which fails its health checks`,
    )
}
