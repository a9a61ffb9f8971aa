import { type Mutant, mutant } from './mutant.ts'

/** Mistakes about tasks that live and are replaced all the same: retired by AWS, or on machines in trouble. */
export const plannedMutants: Mutant[] = [
  mutant(
    'a machine is lost the moment its agent falls silent',
    'healing/planned/decide-machines.ts',
    'if (heldUntilMs > now) return',
    'if (heldUntilMs > now * 2) return',
  ),
  {
    name: 'a machine that is well again does not begin anew',
    changes: [
      [
        'healing/planned/machine-trouble.ts',
        'if (trouble === null || (trouble === undefined && !isUnbroken)) continue',
        'if (trouble == null && !isUnbroken) continue',
      ],
      [
        'healing/planned/machine-trouble.ts',
        'if (trouble === undefined) after[arn] = known as HostMemory',
        'if (trouble == null) after[arn] = known as HostMemory',
      ],
    ],
  },
  mutant(
    'the old task is stopped before its replacement runs',
    'healing/planned/decide-old-tasks.ts',
    "if (!successor || !isRunning(successor)) return hold({ code: 'successor-starts' }, null, now + againMs)\n  const readyAtMs = settledAtMs(successor, now)\n  if (readyAtMs > now)",
    "if (!successor) return hold({ code: 'successor-starts' }, null, now + againMs)\n  const readyAtMs = settledAtMs(successor, now)\n  if (readyAtMs > now * 2)",
  ),
  mutant(
    'the window for machines is not looked at',
    'healing/planned/decide-machines.ts',
    'const opensAtMs = window ? openFrom(window, now) : now',
    'const opensAtMs = window ? now : now',
  ),
  mutant(
    'the window for retirements is not looked at',
    'healing/planned/decide-retirements.ts',
    'const opensAtMs = openFrom(policy.retirement.window, now)',
    'const opensAtMs = Math.min(now, openFrom(policy.retirement.window, now))',
  ),
  mutant(
    'a task that was replaced while it lived is run again when it ends',
    'healing/planned/decide-replaced.ts',
    'replaced[kept.task.taskId] !== undefined',
    'replaced[kept.task.taskId] === null',
  ),
  mutant(
    'the budget counts nobody who starts',
    'healing/planned/successor.ts',
    'return young + unlisted',
    'return (young + unlisted) * 0',
  ),
  mutant(
    'who was replaced is forgotten: a machine in trouble replaces again and again',
    'healing/remember.ts',
    'if (planned && isReplaced)',
    "if (planned === 'retirement' && isReplaced)",
  ),
  mutant(
    'nobody stops the old one',
    'healing/planned/decide-old-tasks.ts',
    'if (!task || !wish || replaced.by === undefined ||',
    'if (!task || !wish || replaced.by !== undefined ||',
  ),
  mutant(
    'a task is stopped while clients still know its address',
    'reconcile/drain.ts',
    'return drainedAtMs > now ?',
    'return drainedAtMs > now + 1e12 ?',
  ),
  mutant(
    'a task is stopped while Cloud Map names it',
    'reconcile/drain.ts',
    'if (!named || named.has(id) || leaving.has(id)) {',
    'if (!named) {',
  ),
]
