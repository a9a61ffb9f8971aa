import type { Action, Decision } from '../../model/decision.ts'
import type { Reading } from '../../model/reading.ts'
import { isDeploying, primaryOf, type Service } from '../../model/service.ts'
import type { Retirement } from '../../model/signal.ts'
import { minute, second } from '../../model/time.ts'
import { openFrom } from '../planned/window.ts'
import type { ServiceRetirementPolicy } from './policy.ts'
import type { ServiceHealingReason } from './reason.ts'

export type RedeployAction = Extract<Action, { verb: 'redeploy-service' }>

/** A notice that nobody has dealt with. `noticedAtMs`: when it was last changed; null when not told. */
export interface ServiceNotice {
  key: string
  retirement: Retirement
  noticedAtMs: number | null
}

export interface ServiceRetirementVerdict {
  decisions: Decision<ServiceHealingReason, RedeployAction>[]
  settled: { key: string; resolution: string }[]
  nextLookAtMs: number | null
}

const readAgainMs = 30 * second
const waitAgainMs = minute

/**
 * AWS will stop tasks of the service. A deployment of the same revision within the owner's window replaces them before that, once for
 * each notice, and not where somebody deployed since the notice.
 */
export function decideServiceRetirement(
  notices: readonly ServiceNotice[],
  service: Reading<Service>,
  paused: string | null,
  policy: ServiceRetirementPolicy | undefined,
  now: number,
): ServiceRetirementVerdict {
  const verdict: ServiceRetirementVerdict = { decisions: [], settled: [], nextLookAtMs: null }
  // One deployment is enough for all of them.
  const [first, ...others] = [...notices].sort(
    (a, b) => (a.retirement.atMs ?? Infinity) - (b.retirement.atMs ?? Infinity) || (a.key < b.key ? -1 : 1),
  )
  if (!first) return verdict
  const judgement = judge(first, service, paused, policy, now)
  if (judgement.kind === 'redeploy') verdict.decisions.push(judgement.decision)
  else {
    const { because, untilMs, tell } = judgement
    verdict.decisions.push({ hold: 'healing', about: null, because, untilMs, tell })
    if (judgement.kind === 'leave') verdict.settled.push({ key: first.key, resolution: because.code })
  }
  if (judgement.kind === 'wait') verdict.nextLookAtMs = judgement.lookAtMs
  else if (judgement.kind === 'redeploy' || others.length > 0) verdict.nextLookAtMs = now + waitAgainMs
  return verdict
}

type Judgement =
  | { kind: 'redeploy'; decision: Decision<ServiceHealingReason, RedeployAction> }
  | { kind: 'leave'; because: ServiceHealingReason; untilMs: null; tell: boolean }
  | { kind: 'wait'; because: ServiceHealingReason; untilMs: number | null; lookAtMs: number; tell: boolean }

function judge(
  { key, retirement: { atMs }, noticedAtMs }: ServiceNotice,
  service: Reading<Service>,
  paused: string | null,
  policy: ServiceRetirementPolicy | undefined,
  now: number,
): Judgement {
  const leave = (because: ServiceHealingReason, tell = true): Judgement => ({
    kind: 'leave',
    because,
    untilMs: null,
    tell,
  })
  const wait = (
    because: ServiceHealingReason,
    untilMs: number | null,
    lookAtMs: number,
    tell = false,
  ): Judgement => ({ kind: 'wait', because, untilMs, lookAtMs, tell })
  if (!policy) return leave({ code: 'redeploy-not', atMs, why: 'unasked' })
  if (service.kind === 'missing') return leave({ code: 'redeploy-not', atMs, why: 'gone' }, false)
  if (service.kind === 'failed')
    return wait({ code: 'redeploy-waits', why: 'unreadable' }, null, now + readAgainMs)
  const { value } = service
  if (value.status !== 'ACTIVE') return leave({ code: 'redeploy-not', atMs, why: 'gone' }, false)
  if (value.deploymentController !== 'ECS') return leave({ code: 'redeploy-not', atMs, why: 'controller' })
  if (value.resourceManagementType === 'ECS') return leave({ code: 'redeploy-not', atMs, why: 'express' })
  const primary = primaryOf(value)
  if (!primary) return wait({ code: 'redeploy-waits', why: 'unreadable' }, null, now + readAgainMs)
  if (primary.createdAtMs !== null && noticedAtMs !== null && primary.createdAtMs > noticedAtMs)
    return leave({ code: 'redeploy-not', atMs, why: 'deployed-since' }, false)
  if (atMs !== null && now >= atMs) return leave({ code: 'redeploy-not', atMs, why: 'too-late' })
  const opensAtMs = openFrom(policy.window, now)
  if (opensAtMs > now)
    return atMs !== null && opensAtMs >= atMs
      ? leave({ code: 'redeploy-not', atMs, why: 'too-late' })
      : wait({ code: 'redeploy-planned', atMs, opensAtMs }, opensAtMs, opensAtMs, true)
  if (paused !== null) return wait({ code: 'redeploy-waits', why: 'paused' }, null, now + waitAgainMs)
  if (isDeploying(value)) return wait({ code: 'redeploy-waits', why: 'deploying' }, null, now + waitAgainMs)
  return {
    kind: 'redeploy',
    decision: {
      do: {
        verb: 'redeploy-service',
        cluster: value.cluster,
        service: value.service,
        deploymentId: primary.id,
      },
      because: { code: 'redeploy', atMs },
      tell: true,
      settles: key,
    },
  }
}
