import type { ServiceHealingMemory, ServiceStop } from '../../model/memory.ts'
import type { Reading } from '../../model/reading.ts'
import type { Service } from '../../model/service.ts'
import type { CrashLoopPolicy } from './policy.ts'
import { quietMs } from './window.ts'

/** Which revisions are good ones: SERVICE_STEADY_STATE would not do, as tasks that die after a minute reach it too. */

const goodMax = 2

type Standing = Pick<ServiceHealingMemory, 'standing' | 'good'>

/** A revision is good once it was deployed, alone and completely, for so long without a failure. `nextAtMs`: when it will be. */
export function revisionsThatStand(
  service: Reading<Service>,
  stops: ServiceStop[],
  before: Standing | undefined,
  policy: CrashLoopPolicy,
  now: number,
): Standing & { nextAtMs: number | null } {
  const good = before?.good ?? []
  const kept = good.length > 0 ? { good } : {}
  // Unknown is not fallen.
  if (service.kind !== 'value')
    return { ...kept, ...(before?.standing ? { standing: before.standing } : {}), nextAtMs: null }
  const taskDefinitionArn = standsAlone(service.value)
  if (taskDefinitionArn === null) return { ...kept, nextAtMs: null }
  const failedAtMs = stops.findLast(stop => stop.taskDefinitionArn === taskDefinitionArn)?.stoppedAtMs ?? 0
  const known = before?.standing?.taskDefinitionArn === taskDefinitionArn ? before.standing.sinceMs : now
  const sinceMs = Math.max(known, failedAtMs)
  const standing = { taskDefinitionArn, sinceMs }
  if (good.at(-1) === taskDefinitionArn) return { ...kept, standing, nextAtMs: null }
  const atMs = sinceMs + quietMs(policy)
  if (now < atMs) return { ...kept, standing, nextAtMs: atMs }
  const others = good.filter(each => each !== taskDefinitionArn)
  return { standing, good: [...others, taskDefinitionArn].slice(-goodMax), nextAtMs: null }
}

function standsAlone({ status, deployments, deploymentController }: Service): string | null {
  const [only] = deployments
  if (status !== 'ACTIVE' || deploymentController !== 'ECS' || deployments.length !== 1 || !only) return null
  return only.rolloutState === 'COMPLETED' && only.runningCount > 0 ? only.taskDefinitionArn : null
}
