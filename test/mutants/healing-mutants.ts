import { type Mutant, mutant } from './mutant.ts'

/** Mistakes about what fails: revisions of services, tasks that run out of memory, and instances in Cloud Map. */
export const healingMutants: Mutant[] = [
  mutant(
    'while a revision that stood is brought back, it is rolled back from',
    'healing/services/roll-back.ts',
    "if (memory.good?.includes(taskDefinitionArn)) return obstacle('stood-before')",
    '',
  ),
  mutant(
    'each deployment of a revision is rolled back from once more',
    'healing/services/roll-back.ts',
    "if (before) return obstacle('rolled-back-before')",
    '',
  ),
  mutant(
    'a roll-back beside that of the circuit breaker',
    'healing/services/roll-back.ts',
    "if (rollsBack.circuitBreaker === 'roll-back' || rollsBack.onAlarm) return obstacle('ecs-rolls-back')",
    '',
  ),
  mutant(
    'a paused service is rolled back',
    'healing/services/roll-back.ts',
    "if (view.paused !== null) return obstacle('paused')",
    '',
  ),
  mutant(
    'failures of all times make a loop',
    'healing/services/window.ts',
    'const within = failed.filter(({ stoppedAtMs }) => now - stoppedAtMs < withinMs)',
    'const within = failed',
  ),
  mutant(
    'a loop that is told is told again when its remedy has another obstacle',
    'healing/services/answers.ts',
    'tell: isTold && !loop.isTold,',
    'tell: isTold,',
  ),
  mutant(
    'a task that crashed is no failure of its service',
    'healing/services/failures.ts',
    "'app-crash',\n  'oom',",
    "'oom',",
  ),
  mutant(
    'a crash loop pauses nothing',
    'reconcile/service-look.ts',
    'keptFromScalingOut(wishes, keepsFromScalingOut),',
    'wishes,',
  ),
  mutant(
    'a roll-back that nobody got round to counts as made',
    'reconcile/leftover.ts',
    "if (deployment?.state === 'ending') return { ok: true }",
    'if (deployment) return { ok: true }',
  ),
  mutant(
    'a deployment is stuck although the circuit breaker will end it',
    'healing/services/stuck.ts',
    "if (rollsBack.circuitBreaker !== 'off' || deployment.createdAtMs === null) return null",
    'if (deployment.createdAtMs === null) return null',
  ),
  mutant(
    'one instance fewer than min stays',
    'discovery/farewell.ts',
    '} else if (left <= min) {',
    '} else if (left < min) {',
  ),
  {
    name: 'what ECS left behind is taken away unasked',
    changes: [
      [
        'discovery/farewell.ts',
        'return site.policy.adopt && isOfEcs(instance, target)',
        'return isOfEcs(instance, target)',
      ],
      ['discovery/observe.ts', '(policy.adopt && isOfEcs(instance, target))', 'isOfEcs(instance, target)'],
    ],
  },
  mutant(
    'what ECS left behind goes at first sight',
    'discovery/farewell.ts',
    "return goneForMs >= goneAfterMs\n    ? { code: 'ecs-left-it'",
    "return goneForMs >= 0\n    ? { code: 'ecs-left-it'",
  ),
  mutant(
    'another cluster’s instances are adopted',
    'discovery/instance.ts',
    'attributes.ECS_CLUSTER_NAME === cluster',
    'attributes.ECS_CLUSTER_NAME !== cluster.toUpperCase()',
  ),
  mutant(
    'memory grows to no size of Fargate’s',
    'healing/growth.ts',
    '[256, 1_024, 2_048, 1_024],',
    '[256, 1_024, 4_096, 1_024],',
  ),
  mutant(
    'more memory than the owner allows',
    'healing/growth.ts',
    'memoryMiB > fromMiB && memoryMiB <= oom.upToMiB',
    'memoryMiB > fromMiB',
  ),
]
