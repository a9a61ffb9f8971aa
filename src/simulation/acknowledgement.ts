import { lastSegment } from '../model/arn.ts'
import { parseTimestamp, second } from '../model/time.ts'
import { type Courtroom, isBugged, targetOf } from './judge.ts'
import type { Letter } from './post.ts'
import type { Invocation } from './sandbox.ts'

/** Judges which messages are acknowledged, and which come again. */

/** A message comes again because the table did not answer, or because nobody can understand it: never because of its neighbours. */
export function judgeKept(
  court: Courtroom,
  invocation: Invocation,
  batch: Letter[],
  unacknowledged: ReadonlySet<string>,
): void {
  const { history, violate } = court
  const told = history.told.get(invocation.id)
  if ((told?.refusals ?? 0) > 0) return
  const isUnheard = (letter: Letter) => asksEcs(letter) && (told?.unheard ?? 0) > 0
  const kept = batch.find(
    letter =>
      unacknowledged.has(letter.id) && !letter.isPoison && !isAboutBug(court, letter) && !isUnheard(letter),
  )
  if (kept) violate('S17', `a message comes again for no reason of its own: ${kept.body.slice(0, 120)}`)
}

/** Whose tasks it is about, only ECS knows. */
const asksEcs = ({ event }: Letter): boolean =>
  event !== null && /^(AWS Health Event|ECS Container Instance)/.test(event['detail-type'])

/** An acknowledged message is in the table, or none of our business. */
export function judgeAcknowledged(court: Courtroom, { event }: Letter, version: number): void {
  if (event === null) return
  const { scenario, history, violate } = court
  const { detail } = event
  if (event['detail-type'] === 'CloudWatch Alarm State Change') {
    // What a composite alarm is made of is named by no trigger.
    if (String(detail.alarmName).endsWith('-raw')) return
    const part = scenario.services.find(
      ({ name, managed }) => managed && String(detail.alarmName).startsWith(`${name}-cpu-`),
    )
    if (!part) return
    const key = `${targetOf('service', part.name)} alarm/${detail.alarmName}`
    const changedAtMs = parseTimestamp((detail.state as { timestamp: string }).timestamp) ?? 0
    if ((history.evidence.get(key) ?? -1) < changedAtMs)
      violate('S15', `a change of ${detail.alarmName} was acknowledged and is not in the table`)
    return
  }
  if (event['detail-type'] !== 'ECS Task State Change' || detail.desiredStatus !== 'STOPPED') return
  const taskId = String(detail.taskArn).split('/').at(-1)
  const task = court.truth.tasks.get(taskId ?? '')
  if (!task || task.service !== null || task.keeper === 'orchestrator') return
  const part = scenario.families.find(({ name, managed }) => managed && task.family === name)
  if (!part || (!part.heal && !part.discover)) return
  const key = `${targetOf('family', part.name)} task/${taskId}`
  const kept = history.evidence.get(key) ?? -1
  if (kept < Number(detail.version ?? 0))
    violate(
      'S15',
      `version ${detail.version} of task ${taskId?.slice(0, 8)} was acknowledged by version ${version + 1} and is not in the table`,
    )
  // An older version than what is kept needs no mark of its own.
  else if (kept === Number(detail.version ?? 0) && !history.marked.has(key))
    violate('S15', `the end of task ${taskId?.slice(0, 8)} was acknowledged and its family is not marked`)
}

/** Whether it names the target about which our own code throws. */
export function isAboutBug({ scenario, truth }: Courtroom, { event, body }: Letter): boolean {
  const { bug } = scenario
  if (!bug) return false
  const [kind, cluster, name = ''] = bug.target.split('/')
  if (!event) return JSON.parse(body).target === `${kind}/${cluster}/${name}`
  const { detail, resources } = event
  const isOnMachine = [...truth.tasks.values()].some(
    ({ host, family }) => host !== null && host === detail.containerInstanceArn && family === name,
  )
  if (
    kind === 'family' &&
    (isOnMachine || resources.some(arn => truth.tasks.get(lastSegment(arn))?.family === name))
  )
    return true
  if (kind === 'service')
    return (
      detail.group === `service:${name}` ||
      String(detail.alarmName).startsWith(`${name}-cpu-`) ||
      resources.some(arn => arn.endsWith(`/${name}`))
    )
  return truth.tasks.get(lastSegment(String(detail.taskArn)))?.family === name
}

/** Clocks may be ten seconds apart. */
const nearEndMs = 10 * second

/** Who lived to the end, and heard every answer of the table, gave back what it held. */
export function judgeLeases(court: Courtroom, { id }: Invocation): void {
  const { history, now, violate } = court
  if ((history.told.get(id)?.refusals ?? 0) > 0) return
  for (const [key, { lease, isOver, invocation }] of history.leases)
    if (invocation === id && !isOver && lease.untilMs > now() + nearEndMs && !isBugged(court, key))
      violate('L3', `the worker is done, and still holds the lease of ${key}`)
}
