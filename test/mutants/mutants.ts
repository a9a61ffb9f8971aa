import { signalMutants } from './signal-mutants.ts'

/**
 * Deliberate mistakes in the production code, each of them one that a real operator has shipped or nearly did. The simulation must
 * find every one. `changes`: file below src/, a text that stands there exactly once, and what stands there instead.
 */
export interface Mutant {
  name: string
  changes: [file: string, text: string, instead: string][]
}

/** One change in one file. */
const mutant = (name: string, file: string, text: string, instead: string): Mutant => ({
  name,
  changes: [[file, text, instead]],
})

export const mutants: Mutant[] = [
  mutant(
    'no lease: whoever comes may work',
    'world/memory-ledger.ts',
    'if (before.owner !== null && before.leaseUntilMs > nowMs) return answered(null)',
    '',
  ),
  mutant(
    'no epoch check: a fenced holder still writes',
    'world/memory-ledger.ts',
    'return state && state.owner === lease.owner && state.epoch === lease.epoch ? state : null',
    'return state ?? null',
  ),
  mutant(
    'no version check: an older event overwrites a newer one',
    'world/memory-store.ts',
    "if (before && before.version > fresh.version) return answered('stale')",
    '',
  ),
  mutant(
    'no generation check: a mark during a look is lost',
    'world/memory-ledger.ts',
    'if (!failed && state.generation !== lease.generation) {',
    'if (Date.length > 99) {',
  ),
  mutant(
    'no tombstone: a lagging read registers a task that has ended',
    'discovery/observe.ts',
    "'task' in kept && isStopping(kept.task) ? [kept.task.taskId] : []",
    "'task' in kept && isStopping(kept.task) && Date.length > 99 ? [kept.task.taskId] : []",
  ),
  mutant(
    'no token: every RunTask is a new one',
    'reconcile/act.ts',
    'clientToken: action.clientToken,',
    'clientToken: ports.ids.next(),',
  ),
  mutant(
    'the ledger row is written after the call',
    'reconcile/work.ts',
    'if (!isObserved) ledger.intents = [...ledger.intents, ...intents]',
    '',
  ),
  mutant(
    'what came of a leftover is not asked: it is done again',
    'reconcile/work.ts',
    'leftover ? await whatCameOf(ports, target, intent, policy) : null',
    'null',
  ),
  mutant(
    'an expired holder acts',
    'reconcile/work.ts',
    'const isOver = () => ports.clock.now() >= lease.untilMs',
    'const isOver = () => ports.clock.now() >= lease.untilMs * 2',
  ),
  mutant(
    'acknowledged before it is durable',
    'reconcile/worker.ts',
    "ports.log.error('evidence is not durable', { messageId: id, code: marked.failure.code })\n  return null",
    "ports.log.error('evidence is not durable', { messageId: id, code: marked.failure.code })\n  return []",
  ),
  mutant(
    'acknowledged without a mark',
    'reconcile/mark.ts',
    'const marked = await ports.store.mark(target, isStopping(task) ? [kept.value.key] : [], ports.clock.now())',
    'const marked = await ports.store.mark(target, [], ports.clock.now())',
  ),
  mutant(
    'one poisoned message keeps its batch from being acknowledged',
    'reconcile/worker.ts',
    'if (targets === null) unacknowledged.add(message.id)',
    'if (targets === null) for (const { id } of messages) unacknowledged.add(id)',
  ),
  mutant(
    'a missing metric is read as 0',
    'scaling/triggers/step.ts',
    "if (view.metric.kind === 'missing') return { code: 'metric-missing', alarm: name }",
    "if (view.metric.kind === 'missing') view = { ...view, metric: { kind: 'value', value: [0], observedAtMs: nowMs } }\n  if (view.metric?.kind !== 'value' && view.metric?.kind !== 'failed') return { code: 'metric-missing', alarm: name }",
  ),
  mutant(
    'scaled in although another alarm cannot be read',
    'scaling/combine.ts',
    'const unsure = proposals.find(proposal => !proposal.asks && proposal.unsure)',
    'const unsure = proposals.find(proposal => !proposal.asks && proposal.unsure && Date.length > 99)',
  ),
  mutant(
    'an alarm that is OK again still scales',
    'scaling/triggers/step.ts',
    "if (alarm.state === 'OK') return { code: 'alarm-ok', alarm: name }",
    "if (alarm.state === 'OK' && nowMs % 2 === 0) return { code: 'alarm-ok', alarm: name }",
  ),
  mutant(
    'scaled in during a deployment',
    'scaling/combine.ts',
    "if (deploying && scale.whileDeploying !== 'normal')\n    return stays({ code: 'deployment-in-progress', trigger, wanted: limited, desired: count })",
    '',
  ),
  mutant(
    'the maximum is forgotten',
    'scaling/combine.ts',
    'const limited = clamp(wish.count, { min, max: Math.max(max, count) })',
    'const limited = Math.max(min, wish.count)',
  ),
  mutant(
    'a DAEMON service is scaled',
    'scaling/guard.ts',
    "if (service.schedulingStrategy === 'DAEMON') return shut({ code: 'daemon' })",
    '',
  ),
  mutant(
    'a paused service is scaled',
    'scaling/guard.ts',
    "if (paused !== null) return shut({ code: 'paused', note: paused })",
    '',
  ),
  mutant(
    'cooldowns are not remembered',
    'scaling/remember.ts',
    'return { ...after, cooldown: { direction, startedAtMs: nowMs, endsAtMs, baseCount: because.base } }',
    'return { ...after, cooldown: Date.length > 99 ? { direction, startedAtMs: nowMs, endsAtMs, baseCount: because.base } : null }',
  ),
  mutant(
    'a cooldown is lost when the maximum comes from a tag',
    'scaling/remember.ts',
    'if (!isStep(because)) return after',
    "if (!isStep(because) || desiredCount === Math.min(previousDesiredCount, ('max' in scale ? Number(scale.max) : 0))) return after",
  ),
  mutant(
    'mode observe acts',
    'reconcile/work.ts',
    "const isObserved = policy.mode === 'observe'",
    'const isObserved = policy.mode.length === 99',
  ),
  mutant(
    'what a user stopped is run again',
    'healing/stop-cause.ts',
    "return hostCause(reason) ?? 'user-stop'",
    "return hostCause(reason) ?? 'app-crash'",
  ),
  mutant(
    'what completed is run again',
    'healing/judgement.ts',
    "if (cause === 'completed' || cause === 'scale-in-or-deployment') return leave({ code: cause })",
    "if (cause === 'completed') cause = 'app-crash'",
  ),
  mutant(
    'causes that the policy does not name are healed, too',
    'healing/judgement.ts',
    'if (!restart.on.includes(group)) return',
    'if (!restart.on.includes(group) && Date.length > 99) return',
  ),
  mutant(
    'attempts without end',
    'healing/judgement.ts',
    'if (attempt > attempts) return',
    'if (attempt > attempts * 99) return',
  ),
  mutant(
    'no back-off before a restart',
    'healing/judgement.ts',
    'const dueAtMs = placement?.nextTryAtMs ?? (stoppedAtMs ?? now) + waitMs',
    'const dueAtMs = placement?.nextTryAtMs ?? (stoppedAtMs ?? now) + waitMs * 0',
  ),
  mutant(
    'no back-off after a look that failed',
    'reconcile/reconcile.ts',
    'const wholeMs = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(state.failures, 20))',
    'const wholeMs = state.failures * 0',
  ),
  mutant(
    'a stop that no event tells is never noticed',
    'reconcile/family-look.ts',
    'before.filter(id => !alive.some(task => task.taskId === id))',
    'before.filter(() => Date.length > 99)',
  ),
  mutant(
    'a family without a task in sight is never looked at again',
    'reconcile/family-look.ts',
    'discovered.nextLookAtMs, ports.clock.now() + resyncMs)',
    'discovered.nextLookAtMs)',
  ),
  mutant(
    'who ended without an answer is forgotten: the sweep skips what is under a lease',
    'world/memory-ledger.ts',
    'const atMs = owner === null ? nextLookAtMs : leaseUntilMs',
    'const atMs = owner === null ? nextLookAtMs : null',
  ),
  mutant(
    'instances of stopped tasks stay in Cloud Map',
    'discovery/farewell.ts',
    'decisions.push(deregister(id, because, site))',
    'decisions.push(hold(id, because, null))',
  ),
  mutant(
    'instances of others are taken out of Cloud Map',
    'discovery/instance.ts',
    'instance.attributes[ownerAttribute] === targetKey(target)',
    '(instance.attributes[ownerAttribute] ?? targetKey(target)) === targetKey(target)',
  ),
  mutant(
    'an operation of Cloud Map that fails is believed to have worked',
    'discovery/operations.ts',
    "} else if (told?.status === 'FAIL') {",
    "} else if (told?.status === 'FAIL') {\n      operations.push(operation)\n    } else if (told?.status === 'FAIL') {",
  ),
  mutant(
    'a notice whose sender died is never sent',
    'world/memory-journal.ts',
    "write({ ...line, outbox: 'sending', dueAtMs: untilMs, attempts: line.attempts + 1 })",
    "write({ ...line, outbox: 'sending', dueAtMs: null, attempts: line.attempts + 1 })",
  ),
  mutant(
    'secrets in stop reasons are told',
    'model/redaction.ts',
    '(kept, [pattern, replacement]) => kept.replace(pattern, replacement),',
    'kept => kept,',
  ),
  mutant(
    'the log tells the overrides',
    'reconcile/act.ts',
    'const answer = await ports.ecs.runTask({',
    "ports.log.info('run', { spec })\n  const answer = await ports.ecs.runTask({",
  ),
  mutant(
    'a version throws at fields of the next one',
    'reconcile/look.ts',
    'export function look(landing: Landing, target: Target, state: LookState): Promise<Answer<Plan>> {',
    "export function look(landing: Landing, target: Target, state: LookState): Promise<Answer<Plan>> {\n  if ('novelty' in state.memory) throw new Error('unknown field')",
  ),
  mutant(
    'no wake-up for what is due within the minute',
    'reconcile/reconcile.ts',
    'if (inMs > wakeWithinMs) return end',
    'if (inMs > -1) return end',
  ),
  mutant(
    'a warning of Spot is waited out',
    'healing/judgement.ts',
    'if (!isStopped(task) && !isSpotWarning(task))',
    'if (!isStopped(task))',
  ),
  mutant(
    'what is still stopping is run again',
    'healing/judgement.ts',
    'if (!isStopped(task) && !isSpotWarning(task))',
    "if (task.desiredStatus === 'RUNNING')",
  ),
  mutant(
    'one attempt too few',
    'healing/judgement.ts',
    'if (attempt > attempts) return',
    'if (attempt >= attempts) return',
  ),
  mutant(
    'back-off without a maximum',
    'healing/lineage.ts',
    'Math.min(firstMs * 2 ** (attempt - 1), maxMs)',
    'firstMs * 2 ** (attempt - 1)',
  ),
  mutant(
    'one token for a whole lineage',
    'healing/judgement.ts',
    'clientToken: clientToken(task.taskArn, attempt',
    'clientToken: clientToken(rootTaskId, 0 * attempt',
  ),
  mutant(
    'what a schedule started is run again',
    'healing/judgement.ts',
    'if (isScheduled(task) && !restart.scheduled) return',
    'if (isScheduled(task) && restart.scheduled) return',
  ),
  mutant(
    'what an orchestrator runs again by itself is run again, too',
    'intake/owner.ts',
    "return isOrchestrated(task) ? 'none' : 'standalone'",
    "return isOrchestrated(task) && Date.length > 99 ? 'none' : 'standalone'",
  ),
  mutant(
    'a lineage never begins anew, however long it ran',
    'healing/lineage.ts',
    'if (!lineage || (ran !== null && ran >= resetAfterMs))',
    'if (!lineage)',
  ),
  mutant(
    'a lagging count is believed over our own write',
    'scaling/bounds.ts',
    'if (!isRecent(lastWrite, nowMs)) return { count: described, because: null }',
    'if (lastWrite || !lastWrite) return { count: described, because: null }\n  if (!isRecent(lastWrite, nowMs)) return { count: described, because: null }',
  ),
  mutant(
    'the smallest wish wins',
    'scaling/combine.ts',
    'if (proposal.asks && (most === null || proposal.count > most.count)) most = proposal',
    'if (proposal.asks && (most === null || proposal.count < most.count)) most = proposal',
  ),
  mutant(
    'a service that was deleted is scaled',
    'scaling/guard.ts',
    "if (service.status !== 'ACTIVE') return",
    "if (service.status === 'DRAINING') return",
  ),
  mutant(
    'a post of which nothing was heard counts as sent',
    'voice/notify.ts',
    'const { failure } = posted',
    "const { failure } = posted\n  if (failure.code === 'unavailable') return { end: 'sent', ts: '0' }",
  ),
  mutant(
    'Slack’s Retry-After is not kept',
    'voice/notify.ts',
    'Math.max(own, failure.retryAfterMs ?? 0)',
    'own',
  ),
  mutant(
    'a notice is given up after one try',
    'voice/notify.ts',
    'if (attempts + 1 < attemptsMax[failure.code])',
    'if (attempts + 1 < 1)',
  ),
  mutant(
    'a notice that the stream lost is never due',
    'world/memory-journal.ts',
    "(['pending', entry.atMs + noticeBackstopMs] as const)",
    "(['pending', null] as const)",
  ),
  mutant(
    'our own error about one target keeps its neighbours from being acknowledged',
    'reconcile/worker.ts',
    'if (end === null) for (const id of ids) unacknowledged.add(id)',
    'if (end === null) {\n      for (const id of ids) unacknowledged.add(id)\n      for (const other of due.values()) for (const id of other.ids) unacknowledged.add(id)\n    }',
  ),
  mutant(
    'what was done is not in the journal',
    'reconcile/work.ts',
    'if (!isOpen && !isToldBefore) {',
    'if (!isOpen && !isToldBefore && !outcome.ok) {',
  ),
  mutant(
    'a muted alarm scales',
    'scaling/triggers/step.ts',
    'if (remainingMs > 0) return',
    'if (remainingMs > Number.MAX_VALUE) return',
  ),
  mutant(
    'an alarm that its owner switched off scales',
    'scaling/triggers/step.ts',
    'if (!alarm.actionsEnabled) return',
    'if (!alarm.actionsEnabled && Date.length > 99) return',
  ),
  mutant(
    'registered in Cloud Map before it is healthy',
    'discovery/welcome.ts',
    "if (checked && task.healthStatus !== 'HEALTHY')",
    "if (checked && task.healthStatus === 'UNHEALTHY')",
  ),
  mutant(
    'what fails its health checks stays in Cloud Map',
    'discovery/farewell.ts',
    "const isUnhealthy = task.healthStatus === 'UNHEALTHY' &&",
    "const isUnhealthy = task.healthStatus === 'UNHEALTHY' && Date.length > 99 &&",
  ),
  mutant(
    'our own error about one target ends the batch',
    'reconcile/worker.ts',
    'const end = await unlessThrown(landing, ids, () => reconcile({ ...landing, ports }, target, isHint))',
    'const end = await reconcile({ ...landing, ports }, target, isHint)',
  ),
  mutant(
    'the last instance is taken out of Cloud Map',
    'discovery/farewell.ts',
    '} else if (left <= min) {',
    '} else if (left <= min - 1) {',
  ),
  mutant(
    'a custom health check is never told of a failure',
    'discovery/health.ts',
    "return task.healthStatus === 'HEALTHY' || task.healthStatus === 'UNHEALTHY'",
    "return task.healthStatus === 'HEALTHY'",
  ),
  mutant(
    'a quota that was met once holds for good',
    'discovery/welcome.ts',
    'full.untilMs > site.now ? 0 : 1',
    'full.untilMs > site.now ? 0 : 0',
  ),
  ...signalMutants,
]
