import { describe, expect, it } from 'vitest'
import { causeLabel } from '../../src/healing/cause-text.ts'
import { explain } from '../../src/healing/explain.ts'
import type { HealingReason } from '../../src/healing/reason.ts'
import type { StopCause } from '../../src/healing/stop-cause.ts'
import type { LaunchSpecGap } from '../../src/model/launch-spec.ts'
import { now } from './healing-tasks.ts'

/** Every code at least once; the type asks for all of them. */
const sentences: Record<HealingReason['code'], [reason: HealingReason, sentence: string][]> = {
  restart: [
    [
      { code: 'restart', cause: 'oom', attempt: 2, attempts: 5, waitedMs: 20_400 },
      'Stopped: out of memory. Run again, attempt 2 of 5, 20 s after the stop.',
    ],
    [
      {
        code: 'restart',
        cause: 'oom',
        attempt: 2,
        attempts: 5,
        waitedMs: 20_000,
        memory: { fromMiB: 2_048, toMiB: 3_072 },
      },
      'Stopped: out of memory. Run again with 3,072 MiB instead of 2,048 MiB, attempt 2 of 5, 20 s after the stop.',
    ],
    [
      {
        code: 'restart',
        cause: 'network-interface',
        attempt: 1,
        attempts: 5,
        waitedMs: 11_000,
        subnet: { from: 'subnet-1', to: 'subnet-2' },
      },
      'Stopped: network interface not attached. Run again in subnet-2 instead of subnet-1, attempt 1 of 5, 11 s after the stop.',
    ],
    [
      {
        code: 'restart',
        cause: 'app-crash',
        attempt: 1,
        attempts: 5,
        waitedMs: 11_000,
        moved: { image: 'shop/etl:stable', ran: 'sha256:0123456789ab', now: 'sha256:ba9876543210' },
      },
      'Stopped: application crashed. Run again, attempt 1 of 5, 11 s after the stop. Not the image that ran: shop/etl:stable was sha256:0123456789ab, and names sha256:ba9876543210 now.',
    ],
  ],
  backoff: [
    [
      { code: 'backoff', cause: 'oom', attempt: 2, attempts: 5, waitMs: 20_000, untilMs: now + 20_000 },
      'Stopped: out of memory. Attempt 2 of 5 waits 20 s and follows at 02:10:20 UTC.',
    ],
  ],
  slow: [
    [
      { code: 'slow', cause: 'image-rate-limit', attempt: 1, attempts: 5, untilMs: now + 900_000 },
      'Stopped: image not pulled, rate limit of the registry. Only time helps: attempt 1 of 5 follows at 02:25:00 UTC. Sooner: sign in to the registry, or pull through a cache in ECR, then run it again by hand.',
    ],
    [
      { code: 'slow', cause: 'quota', attempt: 2, attempts: 5, untilMs: now, region: 'eu-west-1' },
      'Stopped: quota reached. Only time helps: attempt 2 of 5 follows at 02:10:00 UTC. Sooner: raise the quota at https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/fargate/quotas, then run it again by hand.',
    ],
  ],
  'in-line': [
    [{ code: 'in-line', atOnce: 20 }, 'Waits its turn: at most 20 tasks of a family are run again at once.'],
  ],
  'budget-wait': [
    [
      { code: 'budget-wait', untilMs: now + 60_000 },
      "Waits for the family's budget: its turn comes at 02:11:00 UTC or later.",
    ],
  ],
  'budget-spent': [
    [
      { code: 'budget-spent', restarts: 100, withinMs: 600_000, waiting: 12, untilMs: now + 60_000 },
      '100 tasks of the family were run again within 10 min, as many as heal.restart.budget allows: 12 more wait until 02:11:00 UTC or later. Find out what stops so many; or raise the budget if that is usual.',
    ],
    [
      { code: 'budget-spent', restarts: 100, withinMs: 600_000, waiting: 1, untilMs: now + 60_000 },
      '100 tasks of the family were run again within 10 min, as many as heal.restart.budget allows: 1 more waits until 02:11:00 UTC or later. Find out what stops so many; or raise the budget if that is usual.',
    ],
  ],
  'not-stopped-yet': [
    [
      { code: 'not-stopped-yet', lastStatus: 'DEPROVISIONING' },
      'It is stopping (DEPROVISIONING): the cause is certain once it has stopped.',
    ],
  ],
  unreadable: [
    [
      { code: 'unreadable', what: 'The launch specification', failure: 'throttled' },
      'The launch specification could not be read (throttled): read again in some seconds.',
    ],
  ],
  overdue: [
    [
      {
        code: 'overdue',
        why: 'max-runtime',
        lastStatus: 'RUNNING',
        forMs: 21_600_000,
        afterMs: 21_600_000,
        runAgain: false,
      },
      'It has run for 6 h, and heal.stop allows 6 h: stopped. It is not run again. Raise heal.stop.maxRuntime.after if it needs longer, and run it again by hand if it is needed.',
    ],
    [
      {
        code: 'overdue',
        why: 'stuck',
        lastStatus: 'PROVISIONING',
        forMs: 960_000,
        afterMs: 900_000,
        runAgain: true,
      },
      'It has not got beyond PROVISIONING for 16 min, and heal.stop allows 15 min: stopped. It is run again once it has stopped.',
    ],
    [
      {
        code: 'overdue',
        why: 'unhealthy',
        lastStatus: 'RUNNING',
        forMs: 300_000,
        afterMs: 300_000,
        runAgain: false,
      },
      'Its health check has failed for 5 min, and heal.stop allows 5 min: stopped. It is not run again. Check its health check and the log of the last task, and run it again by hand if it is needed.',
    ],
  ],
  completed: [[{ code: 'completed' }, 'It finished: nothing to do.']],
  'user-stop': [
    [{ code: 'user-stop' }, 'Stopped by a user: left alone. Run it again by hand if that was a mistake.'],
  ],
  'own-stop': [[{ code: 'own-stop' }, 'Longshore stopped it itself: left alone.']],
  'scale-in-or-deployment': [
    [{ code: 'scale-in-or-deployment' }, 'Stopped by a scale-in or a deployment: left alone.'],
  ],
  'cause-unknown': [
    [
      { code: 'cause-unknown' },
      'Stopped for a reason that nobody tells: not run again. Look at its containers and run it again by hand if it is needed.',
    ],
  ],
  permanent: [
    [
      { code: 'permanent', cause: 'image-not-found' },
      'Stopped: image not found. Not run again, it would fail the same way. Push the image, or register a revision that names an existing one.',
    ],
  ],
  'not-in-policy': [
    [
      { code: 'not-in-policy', cause: 'health-check-container', group: 'health' },
      'Stopped: container health check failed. Left alone: heal.restart.on in longshore.yml does not name health. Add it there for the next time, and run it again by hand if it is needed.',
    ],
  ],
  'scheduled-elsewhere': [
    [
      { code: 'scheduled-elsewhere', cause: 'app-crash' },
      'Stopped: application crashed. Left to its schedule: set heal.restart.scheduled in longshore.yml to have it run again.',
    ],
  ],
  'attempts-exhausted': [
    [
      { code: 'attempts-exhausted', cause: 'oom', attempts: 5, memoryMiB: 6_144 },
      'Stopped: out of memory. All 5 attempts are used up, the last with 6,144 MiB: given up. Find out why it needs so much, or let heal.oom grow faster, then run it again by hand.',
    ],
    [
      { code: 'attempts-exhausted', cause: 'app-crash', attempts: 5 },
      'Stopped: application crashed. All 5 attempts are used up: given up. Find the cause in the log of the last task, then run it again by hand.',
    ],
  ],
  'memory-exhausted': [
    [
      { code: 'memory-exhausted', memoryMiB: 8_192, upToMiB: 8_192 },
      'Stopped: out of memory. It had 8,192 MiB, and heal.oom.upTo allows 8,192 MiB: given up. Find out why it needs so much, or raise heal.oom.upTo, then run it again by hand.',
    ],
  ],
  'launch-spec-missing': [
    [
      { code: 'launch-spec-missing', cause: 'host-terminated' },
      'Stopped: host gone. Not run again: it stopped before its launch specification was recorded. Run it again by hand.',
    ],
  ],
  'launch-spec-unsure': [
    [
      { code: 'launch-spec-unsure', cause: 'oom', gaps: ['network-interface-gone', 'ebs-volume'] },
      'Stopped: out of memory. Not run again, because it could not be run exactly as it was: its network interface was gone before its security groups were read; no answer of AWS tells what its EBS volume was made from. Run it again by hand.',
    ],
  ],
  'image-gone': [
    [
      { code: 'image-gone', cause: 'oom', image: 'shop/etl:41' },
      'Stopped: out of memory. Not run again: its image shop/etl:41 is no longer in ECR. Push it again, or register a revision that names another, then run it by hand.',
    ],
  ],
  'already-replaced': [
    [{ code: 'already-replaced', attempt: 3 }, 'Its replacement was started before (attempt 3).'],
  ],
  'ecs-replaces': [[{ code: 'ecs-replaces' }, 'It belongs to a service: ECS replaces it.']],
  'other-orchestrator': [
    [{ code: 'other-orchestrator' }, 'Another orchestrator runs it, or nobody tells who does: left alone.'],
  ],
  'no-heal-policy': [[{ code: 'no-heal-policy' }, 'Its rule in longshore.yml has no heal: left alone.']],
  retirement: [
    [
      { code: 'retirement', atMs: now, attempt: 1 },
      'AWS stops it from 2026-11-23 02:10 UTC on, to renew its host. Another is started in its place now; the old one runs on until AWS stops it.',
    ],
    [
      { code: 'retirement', atMs: now, attempt: 1, old: 'stop' },
      'AWS stops it from 2026-11-23 02:10 UTC on, to renew its host. Another is started in its place now; once that runs, this one is stopped.',
    ],
  ],
  machine: [
    [
      { code: 'machine', trouble: 'disconnected', forMs: 600_000, attempt: 1 },
      'The agent of its machine has been disconnected for 10 min. Another is started elsewhere in its place; once that runs, this one is stopped.',
    ],
  ],
  'machine-held-down': [
    [
      { code: 'machine-held-down', trouble: 'impaired' },
      'Its machine has been impaired: agents come and go, so nothing is done before that has lasted as long as heal.host says.',
    ],
  ],
  'machine-noticed': [
    [
      { code: 'machine-noticed', trouble: 'draining', forMs: 600_000, tasks: 1 },
      'Its machine has been draining for 10 min, with 1 task of this family. ECS leaves standalone tasks there: start others elsewhere, or end the machine.',
    ],
  ],
  'machine-planned': [
    [
      { code: 'machine-planned', trouble: 'draining', forMs: 600_000, tasks: 2, opensAtMs: now },
      'Its machine has been draining for 10 min, with 2 tasks of this family. Others are started elsewhere in their place when the window of heal.host opens, at 2026-11-23 02:10 UTC.',
    ],
  ],
  'machine-in-line': [
    [
      { code: 'machine-in-line', atOnce: 2 },
      'Waits its turn: at most 2 replaced at once, as heal.host says.',
    ],
  ],
  'machine-waits': [
    [
      { code: 'machine-waits', untilMs: now },
      'ECS found no place for its replacement: tried again at 02:10:00 UTC.',
    ],
  ],
  'machine-unsure': [
    [
      { code: 'machine-unsure', trouble: 'disconnected', gaps: ['external-instance'] },
      'The agent of its machine has been disconnected. It cannot be replaced exactly as it is: its owner chose the external instance it ran on. Start another by hand.',
    ],
  ],
  'machine-left': [
    [
      { code: 'machine-left', trouble: 'on fire' },
      'Its machine has been in trouble. It could not be replaced, which was told: left where it is.',
    ],
  ],
  'old-task': [
    [
      { code: 'old-task', why: 'host' },
      'Its machine is or was in trouble, and its replacement runs: stopped. While the agent is disconnected ECS only writes that down, and the containers end once it is back.',
    ],
    [
      { code: 'old-task', why: 'retirement' },
      'AWS stops it to renew its host, and its replacement runs: stopped.',
    ],
  ],
  'old-task-waits': [
    [
      { code: 'old-task-waits', opensAtMs: now },
      'Its replacement runs. It is stopped when the window opens, at 2026-11-23 02:10 UTC.',
    ],
  ],
  drains: [
    [{ code: 'drains', untilMs: null }, 'It is stopped once Cloud Map no longer names it.'],
    [
      { code: 'drains', untilMs: Date.UTC(2026, 0, 1, 9, 0, 30) },
      'Cloud Map no longer names it: it is stopped at 09:00:30 UTC, when clients have forgotten its address.',
    ],
  ],
  'successor-starts': [[{ code: 'successor-starts' }, 'It is stopped once its replacement runs.']],
  'successor-settles': [
    [
      { code: 'successor-settles', untilMs: now },
      'Its replacement has just begun to run: it is stopped after 02:10:00 UTC.',
    ],
  ],
  'successor-unhealthy': [
    [
      { code: 'successor-unhealthy' },
      'Its replacement fails its health check: not stopped while that lasts.',
    ],
  ],
  'successor-unlisted': [
    [{ code: 'successor-unlisted' }, 'It is stopped once Cloud Map names its replacement.'],
  ],
  'retirement-planned': [
    [
      { code: 'retirement-planned', atMs: null, opensAtMs: now },
      'AWS stops it soon, to renew its host. Another is started in its place when the window of heal.retirement opens, at 2026-11-23 02:10 UTC.',
    ],
  ],
  'retirement-in-line': [
    [
      { code: 'retirement-in-line', atOnce: 1 },
      'Waits its turn: at most 1 replaced at once, as heal.retirement says.',
    ],
  ],
  'retirement-waits': [
    [
      { code: 'retirement-waits', untilMs: now },
      'ECS found no place for its replacement: tried again at 02:10:00 UTC, while the window of heal.retirement is open.',
    ],
  ],
  'retirement-noticed': [
    [
      { code: 'retirement-noticed', atMs: now, follows: true },
      'AWS stops it from 2026-11-23 02:10 UTC on, to renew its host. It is run again after that. To have it replaced beforehand, set heal.retirement in longshore.yml.',
    ],
    [
      { code: 'retirement-noticed', atMs: now, follows: false },
      'AWS stops it from 2026-11-23 02:10 UTC on, to renew its host. Nothing runs it again then: name host in heal.restart.on, or set heal.retirement, in longshore.yml, or start another beforehand.',
    ],
  ],
  'retirement-too-late': [
    [
      { code: 'retirement-too-late', atMs: now },
      'AWS stops it from 2026-11-23 02:10 UTC on, and no window of heal.retirement is left before that: it is left to what heal.restart says about its stop.',
    ],
  ],
  'retirement-unsure': [
    [
      { code: 'retirement-unsure', atMs: now, gaps: [] },
      'AWS stops it from 2026-11-23 02:10 UTC on. It cannot be replaced exactly as it is: its launch specification was not recorded. Start another by hand beforehand.',
    ],
    [
      { code: 'retirement-unsure', atMs: now, gaps: ['external-instance'] },
      'AWS stops it from 2026-11-23 02:10 UTC on. It cannot be replaced exactly as it is: its owner chose the external instance it ran on. Start another by hand beforehand.',
    ],
  ],
  'retirement-image-gone': [
    [
      { code: 'retirement-image-gone', atMs: now, image: 'shop/etl:41' },
      'AWS stops it from 2026-11-23 02:10 UTC on, to renew its host. No other can be started in its place: its image shop/etl:41 is no longer in ECR. Push it again, or start a task of another revision beforehand.',
    ],
  ],
  'retirement-of-service': [
    [
      { code: 'retirement-of-service', atMs: now },
      'AWS stops tasks of this service from 2026-11-23 02:10 UTC on, to renew their hosts. ECS replaces them itself; a new deployment beforehand, at a time of your own, replaces them too.',
    ],
  ],
  replaced: [[{ code: 'replaced', attempt: 4 }, 'Run again, attempt 4.']],
  'placement-failed-retry': [
    [
      {
        code: 'placement-failed-retry',
        placement: 'RESOURCE:MEMORY',
        failures: 2,
        attempts: 5,
        untilMs: now,
      },
      'ECS found no place for it (RESOURCE:MEMORY): try 3 of 6 follows at 02:10:00 UTC.',
    ],
    [
      { code: 'placement-failed-retry', placement: null, failures: 1, attempts: 5, untilMs: now },
      'ECS found no place for it: try 2 of 6 follows at 02:10:00 UTC.',
    ],
    [
      {
        code: 'placement-failed-retry',
        placement: 'quota',
        failures: 1,
        attempts: 5,
        untilMs: now,
        region: 'us-east-1',
      },
      'A quota is reached: try 2 of 6 follows at 02:10:00 UTC. Sooner: raise the quota at https://us-east-1.console.aws.amazon.com/servicequotas/home/services/fargate/quotas.',
    ],
  ],
  'placement-exhausted': [
    [
      { code: 'placement-exhausted', placement: 'RESOURCE:CPU', failures: 6 },
      'ECS found no place for it 6 times (RESOURCE:CPU): given up. Add capacity to the cluster or change its capacity provider, then run it again by hand.',
    ],
    [
      { code: 'placement-exhausted', placement: 'quota', failures: 6, region: 'cn-north-1' },
      'A quota was reached 6 times: given up. Raise the quota at https://cn-north-1.console.amazonaws.cn/servicequotas/home/services/fargate/quotas, then run it again by hand.',
    ],
  ],
  'placement-permanent': [
    [
      { code: 'placement-permanent', placement: 'ATTRIBUTE' },
      "ECS has no place that fits it (ATTRIBUTE): given up. Correct its placement constraints or the cluster's container instances, then run it again by hand.",
    ],
  ],
  'call-failed-retry': [
    [
      { code: 'call-failed-retry', failure: 'throttled', untilMs: now + 10_000 },
      'ECS did not answer RunTask (throttled): the same call follows at 02:10:10 UTC.',
    ],
  ],
  'call-refused': [
    [
      { code: 'call-refused', failure: 'denied' },
      'ECS refused RunTask (denied): given up. Correct what the error names, then run it again by hand.',
    ],
  ],
  'call-forgotten': [
    [
      { code: 'call-forgotten' },
      'Whether RunTask started it again is not known: for an hour nobody could ask. Not called again, so that it does not run twice. Run it again by hand if it is missing.',
    ],
  ],
}

/** What a person does where restarting cannot help. */
const remedies: [cause: StopCause, remedy: string][] = [
  ['image-not-found', 'Push the image, or register a revision that names an existing one.'],
  ['image-auth', 'Let its execution role pull the image, or correct repositoryCredentials.'],
  ['secrets', 'Correct the name of the secret or parameter, or the rights of the execution role.'],
  ['log-driver', 'Create the log group, or correct logConfiguration.'],
  ['placement', 'Correct its placement constraints, or the attributes of the container instances.'],
  ['start-timeout', 'Correct dependsOn and the start timeouts in its task definition.'],
  ['volume', 'Correct its task definition.'],
]

/** What a person checks where restarting could have helped, and did not. */
const checks: [cause: StopCause, advice: string][] = [
  ['app-crash', 'Find the cause in the log of the last task'],
  ['oom', 'Give it more memory, or let heal.oom in longshore.yml do so'],
  ['image-network', 'Check its way to the registry (NAT gateway, VPC endpoints or a public address)'],
  ['secrets', 'Check its way to the service that the error names (NAT gateway or VPC endpoints)'],
  ['log-driver', 'Check its way to the service that the error names (NAT gateway or VPC endpoints)'],
  ['image-rate-limit', 'Sign in to the registry, or pull through a cache in ECR'],
  ['network-interface', 'Check the free addresses of its subnet'],
  ['volume', 'Check its mount targets, their security groups and the free disk of its host'],
  ['placement', 'Add capacity to the cluster or change its capacity provider'],
  ['start-timeout', 'Find out why its containers take so long to start'],
  ['health-check-elb', 'Check its health check and the log of the last task'],
  ['health-check-container', 'Check its health check and the log of the last task'],
  ['spot-interruption', 'Choose on-demand capacity for it'],
  ['host-terminated', 'Check the hosts of the cluster'],
  ['maintenance', 'Check the hosts of the cluster'],
  ['max-runtime', 'Raise heal.stop.maxRuntime.after if it needs longer'],
  ['stuck', 'Find out why its containers take so long to start'],
  ['unhealthy', 'Check its health check and the log of the last task'],
  [
    'quota',
    'Raise the quota at https://us-gov-west-1.console.amazonaws-us-gov.com/servicequotas/home/services/fargate/quotas',
  ],
]

const gaps: Record<LaunchSpecGap, string> = {
  'network-interface-gone': 'its network interface was gone before its security groups were read',
  'ebs-volume': 'no answer of AWS tells what its EBS volume was made from',
  'overrides-too-long': 'its overrides are longer than the 8,192 characters that RunTask accepts',
  'task-definition-unreadable': 'its task definition could not be read',
  'external-instance': 'its owner chose the external instance it ran on',
}

const labels: Record<StopCause, string> = {
  'not-stopped': 'not stopped',
  completed: 'finished',
  'app-crash': 'application crashed',
  oom: 'out of memory',
  'image-not-found': 'image not found',
  'image-auth': 'no access to the image',
  'image-network': 'image not pulled, network',
  'image-rate-limit': 'image not pulled, rate limit of the registry',
  secrets: 'secret or registry login not read',
  'network-interface': 'network interface not attached',
  'health-check-elb': 'load balancer health check failed',
  'health-check-container': 'container health check failed',
  'spot-interruption': 'Spot interruption',
  'host-terminated': 'host gone',
  maintenance: 'maintenance by ECS',
  placement: 'no place to run',
  'user-stop': 'stopped by a user',
  'scale-in-or-deployment': 'scale-in or deployment',
  volume: 'volume or disk failed',
  'log-driver': 'log driver failed',
  'start-timeout': 'did not start in time',
  quota: 'quota reached',
  'max-runtime': 'ran too long',
  stuck: 'did not get as far as running',
  unhealthy: 'unhealthy for too long',
  replaced: 'replaced beforehand',
  unknown: 'unknown cause',
}

describe('healing explains', () => {
  it.each(Object.values(sentences).flat())('%o', (reason, sentence) => {
    expect(explain(reason)).toBe(sentence)
  })

  it('the table files each reason under its own code', () => {
    for (const [code, rows] of Object.entries(sentences))
      expect(rows.map(([reason]) => reason.code)).toEqual(rows.map(() => code))
  })

  it.each(remedies)('what to do: %s', (cause, remedy) => {
    expect(explain({ code: 'permanent', cause }).split('same way. ')[1]).toBe(remedy)
  })

  it.each(checks)('what to check after the last attempt: %s', (cause, advice) => {
    const reason: HealingReason = {
      code: 'attempts-exhausted',
      cause,
      attempts: 5,
      ...(cause === 'quota' ? { region: 'us-gov-west-1' } : {}),
    }
    expect(explain(reason).split('given up. ')[1]).toBe(`${advice}, then run it again by hand.`)
  })

  it('where nobody tells the Region, the console chooses one', () => {
    expect(explain({ code: 'attempts-exhausted', cause: 'quota', attempts: 5 })).toContain(
      'https://console.aws.amazon.com/servicequotas/home/services/fargate/quotas',
    )
  })

  it.each(Object.entries(gaps))('what is not known: %s', (gap, words) => {
    const reason: HealingReason = { code: 'launch-spec-unsure', cause: 'oom', gaps: [gap as LaunchSpecGap] }
    expect(explain(reason)).toContain(`exactly as it was: ${words}. Run it again by hand.`)
  })

  it.each(Object.entries(labels))('a short label: %s', (cause, label) => {
    expect(causeLabel(cause as StopCause)).toBe(label)
  })
})
