import { isSameStrategy } from '../model/capacity-provider-strategy.ts'
import type { Action, Intent, Outcome } from '../model/decision.ts'
import { changedSpec } from '../model/launch-spec.ts'
import { type AwsFailure, isTransient } from '../model/reading.ts'
import { isDeploying, primaryOf, type Service } from '../model/service.ts'
import type { Target } from '../model/target.ts'
import { isRunning, startedByLongshore } from '../model/task.ts'
import { isPaused } from '../policy/tags.ts'
import type { WorkerPorts } from './landing.ts'

/**
 * The only file that changes production. Every action is absolute or carries a token, so that doing it twice changes
 * nothing more. `isOver`: whether the lease has ended meanwhile; then somebody else may act, and nothing is done any more.
 */
export async function act(
  ports: WorkerPorts,
  target: Target,
  { id, action }: Pick<Intent, 'id' | 'action'>,
  isOver: () => boolean,
): Promise<Outcome> {
  switch (action.verb) {
    case 'update-service':
      return updateService(ports, action)
    case 'run-task':
      return runTask(ports, target, action, isOver)
    case 'stop-deployment':
    case 'roll-back-service':
      return rollBack(ports, action, isOver)
    case 'redeploy-service':
      return redeployService(ports, action, isOver)
    case 'set-capacity-providers':
      return setCapacityProviders(ports, action, isOver)
    case 'stop-task':
      return stopTask(ports, action, isOver)
    case 'register-instance': {
      const { cloudMapServiceId, instanceId, attributes } = action
      const answer = await ports.cloudMap.registerInstance(cloudMapServiceId, instanceId, attributes, id)
      return answer.ok ? { ok: true, operationId: answer.value.operationId } : unlessBusy(answer.failure)
    }
    case 'deregister-instance': {
      const answer = await ports.cloudMap.deregisterInstance(action.cloudMapServiceId, action.instanceId)
      if (answer.ok) return { ok: true, operationId: answer.value.operationId }
      return answer.failure.code === 'not-found' ? { ok: true } : unlessBusy(answer.failure)
    }
    case 'set-instance-health': {
      const { cloudMapServiceId, instanceId, status } = action
      const answer = await ports.cloudMap.setInstanceHealth(cloudMapServiceId, instanceId, status)
      return answer.ok ? { ok: true } : failed(answer.failure)
    }
  }
}

export const failed = (failure: AwsFailure): Outcome & { ok: false } => ({
  ok: false,
  code: failure.code,
  message: `${failure.operation}: ${failure.message}`,
  transient: isTransient(failure),
})

/** Cloud Map refuses a second operation on an instance while the first one runs (DuplicateRequest): that passes. */
const unlessBusy = (failure: AwsFailure): Outcome => ({
  ...failed(failure),
  transient: isTransient(failure) || failure.code === 'conflict',
})

async function updateService(
  ports: WorkerPorts,
  { cluster, service, desiredCount }: Extract<Action, { verb: 'update-service' }>,
): Promise<Outcome> {
  if (!Number.isSafeInteger(desiredCount) || desiredCount < 0)
    throw new RangeError(`desiredCount ${desiredCount}`)
  const answer = await ports.ecs.updateService({ cluster, service, desiredCount })
  return answer.ok ? { ok: true } : failed(answer.failure)
}

async function redeployService(
  ports: WorkerPorts,
  { cluster, service, deploymentId }: Extract<Action, { verb: 'redeploy-service' }>,
  isOver: () => boolean,
): Promise<Outcome> {
  const seen = await ports.ecs.describeServices(cluster, [service])
  if (!seen.ok) return { ...failed(seen.failure), code: 'unavailable', transient: true }
  const [found] = seen.value.services
  // Whoever deploys now, or paused it, knows better.
  if (!found || primaryOf(found)?.id !== deploymentId || isDeploying(found) || isPaused(found.tags))
    return overtaken
  if (isOver()) return tooLate
  const answer = await ports.ecs.redeployService({ cluster, service })
  return answer.ok ? { ok: true } : failed(answer.failure)
}

async function stopTask(
  ports: WorkerPorts,
  { cluster, taskArn: task, reason, successor, whileSteady }: Extract<Action, { verb: 'stop-task' }>,
  isOver: () => boolean,
): Promise<Outcome> {
  if (whileSteady !== undefined) {
    const seen = await ports.ecs.describeServices(cluster, [whileSteady.service])
    if (!seen.ok) return { ...failed(seen.failure), code: 'unavailable', transient: true }
    const [found] = seen.value.services
    const isSteady = found && !isDeploying(found) && found.runningCount >= found.desiredCount
    if (!isSteady || found.runningCount < whileSteady.running) return overtaken
  }
  if (successor !== undefined) {
    const seen = await ports.ecs.describeTasks(cluster, [successor])
    if (!seen.ok) return { ...failed(seen.failure), code: 'unavailable', transient: true }
    // Whoever stands in its place may have ended meanwhile.
    if (!seen.value.tasks.some(isRunning)) return overtaken
  }
  if (isOver()) return tooLate
  const answer = await ports.ecs.stopTask({ cluster, task, reason })
  return answer.ok ? { ok: true } : failed(answer.failure)
}

async function rollBack(
  { ecs }: WorkerPorts,
  action: Extract<Action, { verb: 'stop-deployment' | 'roll-back-service' }>,
  isOver: () => boolean,
): Promise<Outcome> {
  const { cluster, service, from } = action
  const seen = await ecs.describeServices(cluster, [service])
  if (!seen.ok) return { ...failed(seen.failure), code: 'unavailable', transient: true }
  // Whoever deployed meanwhile knows better.
  if (deployedRevision(seen.value.services[0]) !== from) return overtaken
  if (isOver()) return tooLate
  const answer =
    action.verb === 'stop-deployment'
      ? await ecs.stopDeployment(action.serviceDeploymentArn)
      : await ecs.rollBackService({ cluster, service, taskDefinition: action.to })
  return answer.ok ? { ok: true } : failed(answer.failure)
}

async function setCapacityProviders(
  ports: WorkerPorts,
  { cluster, service, deploymentId, from, to: strategy }: Extract<Action, { verb: 'set-capacity-providers' }>,
  isOver: () => boolean,
): Promise<Outcome> {
  const seen = await ports.ecs.describeServices(cluster, [service])
  if (!seen.ok) return { ...failed(seen.failure), code: 'unavailable', transient: true }
  // Whoever changed it or deployed meanwhile knows better.
  const [found] = seen.value.services
  const present = found?.capacityProviderStrategy
  if (!present || !isSameStrategy(present, from)) return overtaken
  if ((primaryOf(found)?.id ?? null) !== deploymentId) return overtaken
  if (isOver()) return tooLate
  const answer = await ports.ecs.setCapacityProviders({ cluster, service, strategy })
  return answer.ok ? { ok: true, ...deploymentOf(answer.value) } : failed(answer.failure)
}

/** The deployment that the change began. */
export function deploymentOf(service: Service): { operationId?: string } {
  const primary = primaryOf(service)
  return primary ? { operationId: primary.id } : {}
}

/** ARN of the task definition of its PRIMARY deployment. */
export const deployedRevision = (service: Service | undefined): string | null =>
  primaryOf(service)?.taskDefinitionArn ?? null

/** What a fresh look decides better than a repetition. */
export const overtaken: Outcome = {
  ok: false,
  code: 'superseded',
  message: 'left over from an interrupted look; decided again from the present',
  transient: false,
}

/** What was read before the call took its time: whoever holds the lease now decides. */
const tooLate: Outcome = {
  ok: false,
  code: 'unanswered',
  message: 'the lease ended before the call',
  transient: true,
}

async function runTask(
  ports: WorkerPorts,
  target: Target,
  action: Extract<Action, { verb: 'run-task' }>,
  isOver: () => boolean,
): Promise<Outcome> {
  const specs = await ports.store.launchSpecs(target, [action.specTaskId])
  // Whatever the table says, it says nothing about RunTask: a refusal of its own must not read as one of ECS.
  if (!specs.ok) return { ...failed(specs.failure), code: 'unavailable', transient: true }
  const spec = specs.value[0]
  if (!spec) {
    const message = `the launch specification of task ${action.specTaskId} is no longer in the table`
    return { ok: false, code: 'not-found', message, transient: false }
  }
  // After a placement that failed, whoever holds the lease now has another token: this one would start a second task.
  if (isOver()) return tooLate
  const answer = await ports.ecs.runTask({
    spec: changedSpec(spec, action.change ?? {}),
    startedBy: startedByLongshore(action.rootTaskId, action.attempt),
    clientToken: action.clientToken,
  })
  if (!answer.ok) return failed(answer.failure)
  if (answer.value.taskArns.length > 0) return { ok: true, taskArns: answer.value.taskArns }
  const [failure] = answer.value.failures
  const message = failure
    ? [failure.reason, failure.detail].filter(Boolean).join(': ')
    : 'no task and no failure'
  return { ok: false, code: 'placement', message, transient: false }
}
