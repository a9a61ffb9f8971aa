import type { LaunchSpecGap } from '../model/launch-spec.ts'
import { clockTime, isoTime, span } from '../model/time.ts'
import { check, quotasPage, remedy } from './advice.ts'
import { causeLabel } from './cause-text.ts'
import type { HealingReason } from './reason.ts'

/** The one sentence of each reason; used by Slack, the command line and the log. */
export function explain(reason: HealingReason): string {
  switch (reason.code) {
    case 'restart':
      return `Stopped: ${causeLabel(reason.cause)}. Run again${changes(reason)}, attempt ${reason.attempt} of ${reason.attempts}, ${span(reason.waitedMs)} after the stop.${movedWords(reason)}`
    case 'backoff':
      return `Stopped: ${causeLabel(reason.cause)}. Attempt ${reason.attempt} of ${reason.attempts} waits ${span(reason.waitMs)} and follows at ${clockTime(reason.untilMs)} UTC.`
    case 'slow':
      return `Stopped: ${causeLabel(reason.cause)}. Only time helps: attempt ${reason.attempt} of ${reason.attempts} follows at ${clockTime(reason.untilMs)} UTC. Sooner: ${slowAdvice(reason)}, then run it again by hand.`
    case 'in-line':
      return `Waits its turn: at most ${reason.atOnce} tasks of a family are run again at once.`
    case 'budget-wait':
      return `Waits for the family's budget: its turn comes at ${clockTime(reason.untilMs)} UTC or later.`
    case 'budget-spent':
      return `${reason.restarts} tasks of the family were run again within ${span(reason.withinMs)}, as many as heal.restart.budget allows: ${reason.waiting} more ${reason.waiting === 1 ? 'waits' : 'wait'} until ${clockTime(reason.untilMs)} UTC or later. Find out what stops so many; or raise the budget if that is usual.`
    case 'not-stopped-yet':
      return `It is stopping (${reason.lastStatus}): the cause is certain once it has stopped.`
    case 'unreadable':
      return `${reason.what} could not be read (${reason.failure}): read again in some seconds.`
    case 'overdue':
      return `${overdueWords(reason)}: stopped. ${
        reason.runAgain
          ? 'It is run again once it has stopped.'
          : `It is not run again. ${check(reason.why)}, and run it again by hand if it is needed.`
      }`
    case 'completed':
      return 'It finished: nothing to do.'
    case 'user-stop':
      return 'Stopped by a user: left alone. Run it again by hand if that was a mistake.'
    case 'own-stop':
      return 'Longshore stopped it itself: left alone.'
    case 'scale-in-or-deployment':
      return 'Stopped by a scale-in or a deployment: left alone.'
    case 'cause-unknown':
      return 'Stopped for a reason that nobody tells: not run again. Look at its containers and run it again by hand if it is needed.'
    case 'permanent':
      return `Stopped: ${causeLabel(reason.cause)}. Not run again, it would fail the same way. ${remedy(reason.cause)}`
    case 'not-in-policy':
      return `Stopped: ${causeLabel(reason.cause)}. Left alone: heal.restart.on in longshore.yml does not name ${reason.group}. Add it there for the next time, and run it again by hand if it is needed.`
    case 'scheduled-elsewhere':
      return `Stopped: ${causeLabel(reason.cause)}. Left to its schedule: set heal.restart.scheduled in longshore.yml to have it run again.`
    case 'attempts-exhausted':
      return reason.memoryMiB === undefined
        ? `Stopped: ${causeLabel(reason.cause)}. All ${reason.attempts} attempts are used up: given up. ${check(reason.cause, reason.region)}, then run it again by hand.`
        : `Stopped: ${causeLabel(reason.cause)}. All ${reason.attempts} attempts are used up, the last with ${mebibytes(reason.memoryMiB)}: given up. Find out why it needs so much, or let heal.oom grow faster, then run it again by hand.`
    case 'memory-exhausted':
      return `Stopped: ${causeLabel('oom')}. It had ${mebibytes(reason.memoryMiB)}, and heal.oom.upTo allows ${mebibytes(reason.upToMiB)}: given up. Find out why it needs so much, or raise heal.oom.upTo, then run it again by hand.`
    case 'launch-spec-missing':
      return `Stopped: ${causeLabel(reason.cause)}. Not run again: it stopped before its launch specification was recorded. Run it again by hand.`
    case 'launch-spec-unsure':
      return `Stopped: ${causeLabel(reason.cause)}. Not run again, because it could not be run exactly as it was: ${reason.gaps.map(gap => gaps[gap]).join('; ')}. Run it again by hand.`
    case 'image-gone':
      return `Stopped: ${causeLabel(reason.cause)}. Not run again: its image ${reason.image} is no longer in ECR. Push it again, or register a revision that names another, then run it by hand.`
    case 'already-replaced':
      return `Its replacement was started before (attempt ${reason.attempt}).`
    case 'ecs-replaces':
      return 'It belongs to a service: ECS replaces it.'
    case 'other-orchestrator':
      return 'Another orchestrator runs it, or nobody tells who does: left alone.'
    case 'no-heal-policy':
      return 'Its rule in longshore.yml has no heal: left alone.'
    case 'retirement':
      return `AWS stops it ${fromWhen(reason.atMs)}, to renew its host. Another is started in its place now${reason.old === 'stop' ? '; once that runs, this one is stopped' : '; the old one runs on until AWS stops it'}.`
    case 'retirement-planned':
      return `AWS stops it ${fromWhen(reason.atMs)}, to renew its host. Another is started in its place when the window of heal.retirement opens, at ${instant(reason.opensAtMs)}.`
    case 'retirement-in-line':
      return `Waits its turn: at most ${reason.atOnce} replaced at once, as heal.retirement says.`
    case 'retirement-waits':
      return `ECS found no place for its replacement: tried again at ${clockTime(reason.untilMs)} UTC, while the window of heal.retirement is open.`
    case 'retirement-noticed':
      return `AWS stops it ${fromWhen(reason.atMs)}, to renew its host. ${
        reason.follows
          ? 'It is run again after that. To have it replaced beforehand, set heal.retirement in longshore.yml.'
          : 'Nothing runs it again then: name host in heal.restart.on, or set heal.retirement, in longshore.yml, or start another beforehand.'
      }`
    case 'retirement-too-late':
      return `AWS stops it ${fromWhen(reason.atMs)}, and no window of heal.retirement is left before that: it is left to what heal.restart says about its stop.`
    case 'retirement-unsure':
      return `AWS stops it ${fromWhen(reason.atMs)}. It cannot be replaced exactly as it is: ${unsureWords(reason.gaps)}. Start another by hand beforehand.`
    case 'retirement-image-gone':
      return `AWS stops it ${fromWhen(reason.atMs)}, to renew its host. No other can be started in its place: its image ${reason.image} is no longer in ECR. Push it again, or start a task of another revision beforehand.`
    case 'retirement-of-service':
      return `AWS stops tasks of this service ${fromWhen(reason.atMs)}, to renew their hosts. ECS replaces them itself; a new deployment beforehand, at a time of your own, replaces them too.`
    case 'machine':
      return `${machineWords(reason.trouble, reason.forMs)}. Another is started elsewhere in its place; once that runs, this one is stopped.`
    case 'machine-held-down':
      return `${machineWords(reason.trouble)}: agents come and go, so nothing is done before that has lasted as long as heal.host says.`
    case 'machine-noticed':
      return `${machineWords(reason.trouble, reason.forMs)}, with ${tasksOf(reason.tasks)} of this family. ECS leaves standalone tasks there: start others elsewhere, or end the machine.`
    case 'machine-planned':
      return `${machineWords(reason.trouble, reason.forMs)}, with ${tasksOf(reason.tasks)} of this family. Others are started elsewhere in their place when the window of heal.host opens, at ${instant(reason.opensAtMs)}.`
    case 'machine-in-line':
      return `Waits its turn: at most ${reason.atOnce} replaced at once, as heal.host says.`
    case 'machine-waits':
      return `ECS found no place for its replacement: tried again at ${clockTime(reason.untilMs)} UTC.`
    case 'machine-unsure':
      return `${machineWords(reason.trouble)}. It cannot be replaced exactly as it is: ${unsureWords(reason.gaps)}. Start another by hand.`
    case 'machine-left':
      return `${machineWords(reason.trouble)}. It could not be replaced, which was told: left where it is.`
    case 'old-task':
      return reason.why === 'host'
        ? 'Its machine is or was in trouble, and its replacement runs: stopped. While the agent is disconnected ECS only writes that down, and the containers end once it is back.'
        : 'AWS stops it to renew its host, and its replacement runs: stopped.'
    case 'old-task-waits':
      return `Its replacement runs. It is stopped when the window opens, at ${instant(reason.opensAtMs)}.`
    case 'successor-starts':
      return 'It is stopped once its replacement runs.'
    case 'successor-settles':
      return `Its replacement has just begun to run: it is stopped after ${clockTime(reason.untilMs)} UTC.`
    case 'successor-unhealthy':
      return 'Its replacement fails its health check: not stopped while that lasts.'
    case 'successor-unlisted':
      return 'It is stopped once Cloud Map names its replacement.'
    case 'drains':
      return reason.untilMs === null
        ? 'It is stopped once Cloud Map no longer names it.'
        : `Cloud Map no longer names it: it is stopped at ${clockTime(reason.untilMs)} UTC, when clients have forgotten its address.`
    case 'replaced':
      return `Run again, attempt ${reason.attempt}.`
    case 'placement-failed-retry':
      if (reason.region !== undefined)
        return `A quota is reached: try ${reason.failures + 1} of ${reason.attempts + 1} follows at ${clockTime(reason.untilMs)} UTC. Sooner: raise the quota at ${quotasPage(reason.region)}.`
      return `ECS found no place for it${reason.placement ? ` (${reason.placement})` : ''}: try ${reason.failures + 1} of ${reason.attempts + 1} follows at ${clockTime(reason.untilMs)} UTC.`
    case 'placement-exhausted':
      if (reason.region !== undefined)
        return `A quota was reached ${reason.failures} times: given up. ${check('quota', reason.region)}, then run it again by hand.`
      return `ECS found no place for it ${reason.failures} times (${reason.placement}): given up. Add capacity to the cluster or change its capacity provider, then run it again by hand.`
    case 'placement-permanent':
      return `ECS has no place that fits it (${reason.placement}): given up. Correct its placement constraints or the cluster's container instances, then run it again by hand.`
    case 'call-failed-retry':
      return `ECS did not answer RunTask (${reason.failure}): the same call follows at ${clockTime(reason.untilMs)} UTC.`
    case 'call-forgotten':
      return 'Whether RunTask started it again is not known: for an hour nobody could ask. Not called again, so that it does not run twice. Run it again by hand if it is missing.'
    case 'call-refused':
      return `ECS refused RunTask (${reason.failure}): given up. Correct what the error names, then run it again by hand.`
  }
}

const machineTroubles: Record<string, string> = {
  disconnected: 'The agent of its machine has been disconnected',
  impaired: 'Its machine has been impaired',
  draining: 'Its machine has been draining',
}

const machineWords = (trouble: string, forMs?: number): string =>
  `${machineTroubles[trouble] ?? 'Its machine has been in trouble'}${forMs === undefined ? '' : ` for ${span(forMs)}`}`

const tasksOf = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

const unsureWords = (unsure: LaunchSpecGap[]): string =>
  unsure.length === 0 ? 'its launch specification was not recorded' : unsure.map(gap => gaps[gap]).join('; ')

/** `2026-11-30 07:18 UTC`. */
const instant = (atMs: number): string => `${isoTime(atMs).slice(0, 16).replace('T', ' ')} UTC`

const fromWhen = (atMs: number | null): string => (atMs === null ? 'soon' : `from ${instant(atMs)} on`)
function overdueWords({
  why,
  forMs,
  afterMs,
  lastStatus,
}: Extract<HealingReason, { code: 'overdue' }>): string {
  const allowed = `heal.stop allows ${span(afterMs)}`
  switch (why) {
    case 'max-runtime':
      return `It has run for ${span(forMs)}, and ${allowed}`
    case 'stuck':
      return `It has not got beyond ${lastStatus} for ${span(forMs)}, and ${allowed}`
    case 'unhealthy':
      return `Its health check has failed for ${span(forMs)}, and ${allowed}`
  }
}

/** What is otherwise than it was. */
const changes = ({ subnet, memory, capacity }: Extract<HealingReason, { code: 'restart' }>): string =>
  [
    memory ? ` with ${mebibytes(memory.toMiB)} instead of ${mebibytes(memory.fromMiB)}` : '',
    subnet ? ` in ${subnet.to} instead of ${subnet.from}` : '',
    capacity ? ` on ${capacity.to} instead of ${capacity.from}` : '',
  ].join('')

const movedWords = ({ moved }: Extract<HealingReason, { code: 'restart' }>): string =>
  moved ? ` Not the image that ran: ${moved.image} was ${moved.ran}, and names ${moved.now} now.` : ''

const amounts = new Intl.NumberFormat('en-US')
const mebibytes = (amount: number): string => `${amounts.format(amount)} MiB`

/** `Raise …` in the middle of a sentence. */
function slowAdvice({ cause, region }: Extract<HealingReason, { code: 'slow' }>): string {
  const advice = check(cause, region)
  return `${advice.charAt(0).toLowerCase()}${advice.slice(1)}`
}

const gaps: Record<LaunchSpecGap, string> = {
  'network-interface-gone': 'its network interface was gone before its security groups were read',
  'ebs-volume': 'no answer of AWS tells what its EBS volume was made from',
  'overrides-too-long': 'its overrides are longer than the 8,192 characters that RunTask accepts',
  'task-definition-unreadable': 'its task definition could not be read',
  'external-instance': 'its owner chose the external instance it ran on',
}
