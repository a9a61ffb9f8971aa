import { type Mutant, mutant } from './mutant.ts'

/** Mistakes about services that are scaled by what is measured. */

export const signalMutants: Mutant[] = [
  mutant(
    'a metric without points is zero',
    'scaling/readings.ts',
    "if (!reading || reading.kind === 'missing') return { code: 'signal-missing', trigger }\n  if (reading.kind === 'failed') {\n    const { operation, code: failure } = reading.failure\n    return { code: 'signal-unreadable', trigger, operation, failure }\n  }\n  const { periodMs, points }",
    "if (reading?.kind !== 'value') return { value: 0, periodMs: 10_000, endMs: nowMs, ageMs: 0 }\n  const { periodMs, points }",
  ),
  mutant(
    'what was measured once holds forever',
    'scaling/readings.ts',
    'if (!(ageMs <= limitMs)) return',
    'if (!(ageMs <= 10 * limitMs)) return',
  ),
  mutant(
    'a series that is not whole is taken for whole',
    'scaling/series.ts',
    "if (only && only.status !== 'Complete')",
    "if (only && only.status === 'Forbidden')",
  ),
  mutant(
    'a queue that cannot be asked is empty',
    'scaling/readings.ts',
    "if (!reading || reading.kind === 'missing') return { code: 'signal-missing', trigger }\n  if (reading.kind === 'failed') {\n    const { operation, code: failure } = reading.failure\n    return { code: 'signal-unreadable', trigger, operation, failure }\n  }\n  const { visible",
    "if (reading?.kind !== 'value') return 0\n  const { visible",
  ),
  mutant(
    'messages in flight do not count',
    'scaling/readings.ts',
    'const messages = visible + inFlight + delayed',
    'const messages = visible + delayed',
  ),
  mutant(
    'a sudden fall is believed',
    'scaling/judge.ts',
    'if (suspicious.holdMs === 0) return proposal',
    'if (suspicious.holdMs >= 0) return proposal',
  ),
  mutant(
    'only the newest point can be a sudden fall',
    'scaling/suspicion.ts',
    'if (!point || !newest || newest.endMs - point.endMs >= holdMs) return null',
    'if (!point || !newest || point !== newest) return null',
  ),
  mutant(
    'one trigger that cannot be judged keeps nobody from removing',
    'scaling/combine.ts',
    'if (unsure) return stays',
    'if (unsure && scale.max < 0) return stays',
  ),
  mutant(
    'no limit of what is removed within a period',
    'scaling/change-limit.ts',
    'if (atMost.length === 0) return 0',
    'if (atMost.length >= 0) return 0',
  ),
  mutant(
    'no limit of what is added within a period',
    'scaling/change-limit.ts',
    'if (atMost.length === 0) return Number.POSITIVE_INFINITY',
    'if (atMost.length >= 0) return Number.POSITIVE_INFINITY',
  ),
  mutant(
    'the limits forget what was changed before',
    'scaling/change-limit.ts',
    'if (longestMs === 0) return []',
    'if (longestMs >= 0) return []',
  ),
  mutant(
    'no stabilization: the last word about fewer tasks is taken',
    'scaling/judge.ts',
    'if (inMs === 0 && outMs === 0) return proposal',
    'if (inMs >= 0 || outMs >= 0) return proposal',
  ),
  mutant(
    'a pause of one direction is forgotten',
    'scaling/combine.ts',
    'if (scale.pause.in !== null)',
    'if (scale.pause.in !== null && scale.pause.out !== null)',
  ),
  mutant(
    'a fallback holds at once',
    'scaling/judge.ts',
    'if (failedForMs < fallback.afterMs) return proposal',
    'if (failedForMs < 0) return proposal',
  ),
  mutant(
    'a deployment freezes nothing',
    'scaling/combine.ts',
    "if (deploying && scale.whileDeploying === 'freeze')",
    "if (!deploying && scale.whileDeploying === 'freeze')",
  ),
  mutant(
    'a schedule’s ceiling is nobody’s bound',
    'scaling/windows.ts',
    'const most = Math.max(ceiling?.tasks ?? max, least)',
    'const most = Math.max(max, least)',
  ),
  mutant(
    'a schedule’s floor is nobody’s bound',
    'scaling/windows.ts',
    'const least = Math.min(floor?.tasks ?? min, max)',
    'const least = Math.min(min, max)',
  ),
  mutant(
    'a list of tasks that is not whole is taken for whole',
    'scaling/service-tasks.ts',
    'if (tasks.length < runningCount) return',
    'if (tasks.length < 0) return',
  ),
  mutant(
    'nobody is woken from zero',
    'scaling/triggers/queue.ts',
    'active: messages >= wakeAt,',
    'active: messages >= wakeAt && seen.count > 0,',
  ),
]
