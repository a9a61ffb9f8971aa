import type { Action, Intent, Outcome } from '../model/decision.ts'
import { type AwsFailure, isTransient } from '../model/reading.ts'
import type { Target } from '../model/target.ts'
import { startedByLongshore } from '../model/task.ts'
import { minute } from '../model/time.ts'
import type { WorkerPorts } from './reconcile.ts'

/**
 * The only file that changes production. Every action is absolute or carries a token, so doing it twice changes nothing.
 * `leftover`: the intent was written down by a holder that did not live to say what came of it.
 */
export async function act(
  ports: WorkerPorts,
  target: Target,
  intent: Intent,
  leftover: boolean,
): Promise<Outcome> {
  const { action } = intent
  switch (action.verb) {
    case 'update-service':
      return updateService(ports, action, leftover ? ports.clock.now() - intent.recordedAtMs : null)
    case 'run-task':
      return runTask(ports, target, action, leftover)
    case 'register-instance': {
      if (leftover) return overtaken
      const { cloudMapServiceId, instanceId, attributes } = action
      const answer = await ports.cloudMap.registerInstance(
        cloudMapServiceId,
        instanceId,
        attributes,
        intent.id,
      )
      return answer.ok ? { ok: true, operationId: answer.value.operationId } : failed(answer.failure)
    }
    case 'deregister-instance': {
      if (leftover) return overtaken
      const answer = await ports.cloudMap.deregisterInstance(action.cloudMapServiceId, action.instanceId)
      if (answer.ok) return { ok: true, operationId: answer.value.operationId }
      return answer.failure.code === 'not-found' ? { ok: true } : failed(answer.failure)
    }
  }
}

/** A leftover that a fresh look decides better than a repetition. */
const overtaken: Outcome = {
  ok: false,
  code: 'superseded',
  message: 'left over from an interrupted look; decided again from the present',
  transient: false,
}

const failed = (failure: AwsFailure): Outcome => ({
  ok: false,
  code: failure.code,
  message: `${failure.operation}: ${failure.message}`,
  transient: isTransient(failure),
})

/** An absolute count is only as good as the look it came from: a leftover counts as done when the service shows it, and else is overtaken. */
async function updateService(
  ports: WorkerPorts,
  action: Extract<Action, { verb: 'update-service' }>,
  leftoverForMs: number | null,
): Promise<Outcome> {
  const { cluster, service, desiredCount } = action
  if (!Number.isSafeInteger(desiredCount) || desiredCount < 0)
    throw new RangeError(`desiredCount ${desiredCount}`)
  if (leftoverForMs !== null) {
    const seen = await ports.ecs.describeServices(cluster, [service])
    if (!seen.ok) return failed(seen.failure)
    return seen.value.services[0]?.desiredCount === desiredCount ? { ok: true } : overtaken
  }
  const answer = await ports.ecs.updateService({ cluster, service, desiredCount })
  return answer.ok ? { ok: true } : failed(answer.failure)
}

/** RunTask's token lives min(24 h, task lifetime + 1 h): a leftover is first looked for by its `startedBy`. */
async function runTask(
  ports: WorkerPorts,
  target: Target,
  action: Extract<Action, { verb: 'run-task' }>,
  leftover: boolean,
): Promise<Outcome> {
  const startedBy = startedByLongshore(action.rootTaskId, action.attempt)
  if (leftover) {
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const started = await ports.ecs.listTasks(action.cluster, { startedBy, desiredStatus })
      if (!started.ok) return failed(started.failure)
      if (started.value.length > 0) return { ok: true, taskArns: started.value }
    }
  }
  const specs = await ports.store.launchSpecs(target, [action.specTaskId])
  if (!specs.ok) return failed(specs.failure)
  const spec = specs.value[0]
  if (!spec) {
    const message = `the launch specification of task ${action.specTaskId} is no longer in the table`
    return { ok: false, code: 'not-found', message, transient: false }
  }
  const answer = await ports.ecs.runTask({ spec, startedBy, clientToken: action.clientToken })
  if (!answer.ok) return failed(answer.failure)
  if (answer.value.taskArns.length > 0) return { ok: true, taskArns: answer.value.taskArns }
  const [failure] = answer.value.failures
  const message = failure
    ? [failure.reason, failure.detail].filter(Boolean).join(': ')
    : 'no task and no failure'
  return { ok: false, code: 'placement', message, transient: false }
}

/** A leftover whose result nobody asked for that long is decided again from the present. */
export const intentLifetimeMs = 60 * minute
