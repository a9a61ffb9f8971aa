import { plannedFor } from '../healing/planned/planned-for.ts'
import { isSameStrategy } from '../model/capacity-provider-strategy.ts'
import type { Action, Intent, Outcome } from '../model/decision.ts'
import { type AwsFailure, isTransient } from '../model/reading.ts'
import { primaryOf } from '../model/service.ts'
import type { Target } from '../model/target.ts'
import { isStopping, startedByLongshore } from '../model/task.ts'
import { minute, second } from '../model/time.ts'
import { taskRuleFor } from '../policy/match.ts'
import type { Policy } from '../policy/policy.ts'
import { writeVisibleAfterMs } from '../scaling/bounds.ts'
import { deployedRevision, deploymentOf, failed, overtaken } from './act.ts'
import type { WorkerPorts } from './landing.ts'

/**
 * What came of an intent of which nobody knows: its holder did not live to say, or the answer of AWS was lost. Only reads.
 * Null: nothing came of it, and the same call again is right.
 */
export async function whatCameOf(
  ports: WorkerPorts,
  target: Target,
  { action, because, recordedAtMs }: Intent,
  policy: Policy,
): Promise<Outcome | null> {
  const ageMs = () => ports.clock.now() - recordedAtMs
  switch (action.verb) {
    case 'update-service': {
      const seen = await ports.ecs.describeServices(action.cluster, [action.service])
      if (!seen.ok) return unasked(seen.failure)
      const count = seen.value.services[0]?.desiredCount
      if (count === action.desiredCount) return { ok: true }
      // DescribeServices lags: for a while the count from before, or no answer about the service, says nothing.
      const mayLag = count === undefined || count === action.previousDesiredCount
      return mayLag && ageMs() < writeVisibleAfterMs ? notSeenYet : overtaken
    }
    case 'stop-deployment': {
      const ongoing = await ports.ecs.ongoingDeployments(action.cluster, action.service)
      if (!ongoing.ok) return unasked(ongoing.failure)
      const deployment = ongoing.value.find(({ arn }) => arn === action.serviceDeploymentArn)
      if (deployment?.state === 'ending') return { ok: true }
      if (deployment === undefined) {
        const seen = await ports.ecs.describeServices(action.cluster, [action.service])
        if (!seen.ok) return unasked(seen.failure)
        const deployed = deployedRevision(seen.value.services[0])
        // The call ended it, or a new deployment of the owner's did; if neither, it completed.
        if (deployed !== null && deployed !== action.from) return { ok: true }
      }
      return ageMs() < writeVisibleAfterMs ? notSeenYet : overtaken
    }
    case 'roll-back-service': {
      const seen = await ports.ecs.describeServices(action.cluster, [action.service])
      if (!seen.ok) return unasked(seen.failure)
      const deployed = deployedRevision(seen.value.services[0])
      if (deployed === action.to) return { ok: true }
      const mayLag = deployed === null || deployed === action.from
      return mayLag && ageMs() < writeVisibleAfterMs ? notSeenYet : overtaken
    }
    case 'redeploy-service': {
      const seen = await ports.ecs.describeServices(action.cluster, [action.service])
      if (!seen.ok) return unasked(seen.failure)
      const deployed = primaryOf(seen.value.services[0])?.id
      // Another deployment: the call's, or its owner's, who needs none any more.
      if (deployed !== undefined && deployed !== action.deploymentId) return { ok: true }
      return ageMs() < writeVisibleAfterMs ? notSeenYet : overtaken
    }
    case 'set-capacity-providers': {
      const seen = await ports.ecs.describeServices(action.cluster, [action.service])
      if (!seen.ok) return unasked(seen.failure)
      const [service] = seen.value.services
      const present = service?.capacityProviderStrategy
      if (service && present && isSameStrategy(present, action.to))
        return { ok: true, ...deploymentOf(service) }
      const mayLag = !present || isSameStrategy(present, action.from)
      return mayLag && ageMs() < writeVisibleAfterMs ? notSeenYet : overtaken
    }
    case 'run-task': {
      const started = await startedTasks(ports, action)
      if (!started.ok) return started
      if (started.taskArns.length > 0) return started
      if (ageMs() >= forgottenAfterMs) return forgotten
      // It lived when this was decided; what follows its stop, a look decides by the cause.
      if (plannedFor(because.code) !== null) {
        const replaced = await ports.ecs.describeTasks(action.cluster, [action.replaces])
        if (!replaced.ok) return unasked(replaced.failure)
        if (!replaced.value.tasks.some(task => !isStopping(task))) return overtaken
      }
      return isWanted(policy, target) ? null : overtaken
    }
    case 'stop-task': {
      const seen = await ports.ecs.describeTasks(action.cluster, [action.taskArn])
      if (!seen.ok) return unasked(seen.failure)
      // One that ECS no longer knows has stopped; one that runs is decided again: the policy may be another by now.
      const [task] = seen.value.tasks
      return task === undefined || isStopping(task) ? { ok: true } : overtaken
    }
    case 'register-instance':
    case 'deregister-instance': {
      const listed = await ports.cloudMap.listInstances(action.cloudMapServiceId)
      if (!listed.ok) return unasked(listed.failure)
      const instance = listed.value.find(({ id }) => id === action.instanceId)
      const isDone =
        action.verb === 'register-instance'
          ? instance !== undefined && hasAll(instance.attributes, action.attributes)
          : instance === undefined
      if (isDone) return { ok: true }
      return ageMs() < operationEndsMs ? notSeenYet : overtaken
    }
    // Cloud Map shows it half a minute later; what the task's health is by then, a fresh look knows.
    case 'set-instance-health':
      return overtaken
  }
}

/** The token lives min(24 h, task lifetime + 1 h), and a lost answer may hide a task: it is looked for by its `startedBy`. */
async function startedTasks(
  ports: WorkerPorts,
  { cluster, rootTaskId, attempt }: Extract<Action, { verb: 'run-task' }>,
): Promise<(Outcome & { ok: false }) | { ok: true; taskArns: string[] }> {
  const startedBy = startedByLongshore(rootTaskId, attempt)
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const started = await ports.ecs.listTasks(cluster, { startedBy, desiredStatus })
    if (!started.ok) return unasked(started.failure)
    if (started.value.length > 0) return { ok: true, taskArns: started.value }
  }
  return { ok: true, taskArns: [] }
}

/** The owner may have changed their mind since it was written down. */
const isWanted = (policy: Policy, target: Target): boolean =>
  policy.mode === 'act' && target.kind === 'family' && taskRuleFor(policy, target)?.heal != null

const hasAll = (present: Record<string, string>, wanted: Record<string, string>): boolean =>
  Object.entries(wanted).every(([key, value]) => present[key] === value)

/** ECS lists a stopped task for an hour at least: from then on "not listed" no longer means "not run". */
const forgottenAfterMs = 55 * minute
/** Cloud Map's operations take seconds: one that is not visible by then did not happen. */
const operationEndsMs = 15 * second

/** Asked again at the next look: the answer says nothing yet about what is asked, and is no failure of it. */
const unanswered = { ok: false, code: 'unanswered', transient: true } as const

const notSeenYet: Outcome = {
  ...unanswered,
  message: 'the answer was lost, and what it changed may not be visible yet',
}

const unasked = (failure: AwsFailure): Outcome & { ok: false } =>
  isTransient(failure) ? { ...failed(failure), ...unanswered } : failed(failure)

const forgotten: Outcome = {
  ok: false,
  code: 'forgotten',
  message: 'ECS no longer tells whether the call started a task',
  transient: false,
}
