import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exitSummary } from '../../src/healing/cause-text.ts'
import { type StopCause, stopCause } from '../../src/healing/stop-cause.ts'
import { understand } from '../../src/intake/understand.ts'
import { redact } from '../../src/model/redaction.ts'
import { isRefusal, type SignalKind } from '../../src/model/signal.ts'
import { targetKey } from '../../src/model/target.ts'
import type { Owner } from '../../src/model/task.ts'

/**
 * Payloads that reached other people's handlers, read from beside the repository when they are there. Each line below was
 * written from reading the payload.
 */
const folder = new URL('../../../shared/events/', import.meta.url)
const files = listed()

function listed(): string[] {
  try {
    return readdirSync(folder).filter(name => name.endsWith('.json'))
  } catch {
    return []
  }
}
const payload = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))

type Expected =
  | [kind: 'task', target: string | null, owner: Owner, cause: StopCause]
  | [kind: 'service-action' | 'deployment', target: string | null, owner: Owner]
  | [kind: 'container-instance', cluster: string, status: string, agentConnected: boolean | null]
  | [kind: 'alarm', alarm: string, state: string]
  | [kind: 'health', tasks: number, services: string[]]
  | [kind: 'refused', refused: SignalKind, poison: boolean]

const crossfeed = 'family/crossfeed-staging-worker/crossfeed-staging-worker'
const sinWeb = 'service/sin-web_cluster-dev/sin-web_service-dev'
const servicetest = 'service/default/servicetest'

const expected: Record<string, Expected> = {
  // Tasks that go on.
  'task-provisioning-eni-precreated.json': ['task', 'service/service/service', 'service', 'not-stopped'],
  'task-provisioning-trimmed-2026.json': ['task', 'service/autoptic-test/mcp', 'service', 'not-stopped'],
  'composed-task-pending-external-launch-type.json': [
    'task',
    'family/hybrid-airflow-cluster/apache-airflow',
    'standalone',
    'not-stopped',
  ],
  'task-activating-before-service-discovery.json': [
    'task',
    'service/service/service',
    'service',
    'not-stopped',
  ],
  'task-running-fargate-standalone.json': [
    'task',
    'family/FargateCluster/sample-fargate',
    'standalone',
    'not-stopped',
  ],
  'task-running-four-containers-firelens-sdi.json': [
    'task',
    'service/dev-ecs-public/cdp-demo-test-15',
    'service',
    'not-stopped',
  ],
  'task-running-guardduty-sidecar-null-string-cpu.json': [
    'task',
    'family/example-cluster/webserver',
    'standalone',
    'not-stopped',
  ],
  'task-running-override-names-match-no-container.json': [
    'task',
    'service/TestCluster/TestService',
    'service',
    'not-stopped',
  ],
  'task-running-service-letters-as-account.json': [
    'task',
    'service/DemoTrafficGen01-ClusterEB0386A7-sCRgDrfn5BP9/DemoTrafficGen01-ServiceD69D759B-EfyMIBhdCKVk',
    'service',
    'not-stopped',
  ],

  // Tasks that ended as they should.
  'task-deprovisioning-standalone-exit-0.json': [
    'task',
    'family/primary-cluster/voterintake',
    'standalone',
    'completed',
  ],
  'task-detail-ec2-arm64-capacity-provider-completed.json': [
    'task',
    'family/skynet/engine',
    'standalone',
    'completed',
  ],
  'composed-task-scheduler-started-by-completed.json': ['task', crossfeed, 'standalone', 'completed'],
  'step-functions-task-output-spot-completed-pascal-case.json': ['task', null, 'none', 'completed'],
  'task-stopped-batch-job-completed-event-time.json': ['task', null, 'none', 'completed'],
  // A service in a cluster that is named like one of Batch.
  'task-stopped-service-windows-exit-0.json': [
    'task',
    'service/AWSBatch-fargate-batch/testtest',
    'service',
    'completed',
  ],

  // Stopped by someone, both phases.
  'task-deactivating-user-stop.json': ['task', 'service/service/service', 'service', 'user-stop'],
  'task-stopped-user-stop-exit-2-in-sns.json': ['task', 'service/service/service', 'service', 'user-stop'],
  'task-stopped-by-user-elb-attachment.json': ['task', 'service/Example/Example', 'service', 'user-stop'],
  'task-stopped-by-user-redacted-account.json': [
    'task',
    'service/default/nginx-service',
    'service',
    'user-stop',
  ],
  'task-stopped-scale-in-exit-0-short-account.json': [
    'task',
    'service/RTCWCluster/pro',
    'service',
    'scale-in-or-deployment',
  ],
  'task-stopped-elb-health-check-exit-143.json': ['task', sinWeb, 'service', 'health-check-elb'],
  'composed-task-container-health-check-service.json': ['task', sinWeb, 'service', 'health-check-container'],
  'composed-task-maintenance-service.json': ['task', sinWeb, 'service', 'maintenance'],

  // The warning names neither group nor startedBy: nobody's, as far as it tells.
  'task-stopping-spot-interruption-warning.json': ['task', null, 'none', 'spot-interruption'],
  'composed-task-spot-interruption-stopped-service.json': ['task', sinWeb, 'service', 'spot-interruption'],
  'composed-task-host-terminated-service-ec2.json': [
    'task',
    'service/skynet/engine',
    'service',
    'host-terminated',
  ],
  'composed-task-forced-deregistration-standalone.json': [
    'task',
    'family/skynet/engine',
    'standalone',
    'host-terminated',
  ],

  // Failures of the application.
  'task-stopped-standalone-exit-1-short-arn.json': ['task', crossfeed, 'standalone', 'app-crash'],
  'task-stopped-essential-exit-2-appmesh-sidecar.json': [
    'task',
    'service/test/example-api-v1',
    'service',
    'app-crash',
  ],
  'composed-task-oom-standalone.json': ['task', crossfeed, 'standalone', 'oom'],

  // Tasks that never ran.
  'composed-task-cannot-pull-access-denied.json': ['task', sinWeb, 'service', 'image-auth'],
  'composed-task-cannot-pull-docker-hub-too-many-requests.json': [
    'task',
    crossfeed,
    'standalone',
    'image-rate-limit',
  ],
  'composed-task-cannot-pull-image-not-found.json': ['task', sinWeb, 'service', 'image-not-found'],
  'composed-task-cannot-pull-net-http-canceled.json': ['task', crossfeed, 'standalone', 'image-network'],
  'composed-task-efs-name-not-resolved.json': ['task', sinWeb, 'service', 'volume'],
  'composed-task-empty-capacity-provider.json': ['task', crossfeed, 'standalone', 'placement'],
  'composed-task-eni-attach-timeout-standalone.json': ['task', crossfeed, 'standalone', 'network-interface'],
  'composed-task-log-group-missing-fargate.json': ['task', crossfeed, 'standalone', 'log-driver'],
  'composed-task-secrets-manager-secret-not-found.json': ['task', sinWeb, 'service', 'secrets'],
  'composed-task-secrets-ssm-connection-issue.json': ['task', crossfeed, 'standalone', 'secrets'],
  'composed-task-start-timeout-ec2.json': ['task', 'service/skynet/engine', 'service', 'start-timeout'],

  // Stops whose cause nothing tells.
  'stop-task-response-taskfailedtostart-epoch-floats.json': [
    'task',
    'family/default/sleep360',
    'standalone',
    'unknown',
  ],
  'task-stopped-failed-to-start-agent-disconnected.json': [
    'task',
    'family/dpnt-coverage-live/dpnt-coverage-live-python',
    'standalone',
    'unknown',
  ],
  'task-stopped-unknown-stop-code-no-exit-code.json': [
    'task',
    'family/aw-etl/aw-test-test-test',
    'standalone',
    'unknown',
  ],
  'task-stopped-nonexistent-stop-code-task-completed.json': ['task', null, 'none', 'unknown'],
  // A service's task by its startedBy, but no group names the service.
  'task-deactivating-no-containers-empty-reason.json': ['task', null, 'service', 'unknown'],

  // Tasks that cannot be named.
  'task-detail-failed-to-start-no-exit-codes.json': ['refused', 'task', true],
  'task-stopped-failed-to-start-with-exit-code-1.json': ['refused', 'task', true],
  'task-stopped-minimal-reason-exit.json': ['refused', 'task', true],

  'daemon-task-failed-to-run.json': ['service-action', null, 'none'],
  'service-action-empty-detail.json': ['refused', 'service-action', true],
  'service-capacity-provider-steady-state.json': ['service-action', servicetest, 'service'],
  'service-placement-failure-resources-is-a-string.json': [
    'service-action',
    'service/grafana/grafana-spot',
    'service',
  ],
  'service-steady-state-trimmed-2026.json': ['service-action', 'service/autoptic-test/mcp', 'service'],
  'service-steady-state.json': ['service-action', servicetest, 'service'],
  'service-task-placement-failure-fargate-spot.json': ['service-action', servicetest, 'service'],
  'service-task-placement-failure-info-no-reason.json': [
    'service-action',
    'service/demo/httpbin-service-fargate',
    'service',
  ],
  'composed-service-deployment-failed-as-service-action.json': ['service-action', servicetest, 'service'],
  'composed-service-discovery-instance-unhealthy.json': ['service-action', servicetest, 'service'],
  'composed-service-task-configuration-failure.json': ['service-action', servicetest, 'service'],
  'composed-service-task-placement-failure-task-quota.json': ['service-action', servicetest, 'service'],

  'daemon-deployment-pending-nanosecond-time.json': ['deployment', null, 'none'],
  'deployment-completed-no-deployment-id.json': [
    'deployment',
    'service/hoge-cluster/dev-hoge-module',
    'service',
  ],
  // A short ARN and no clusterArn: which cluster, nobody tells.
  'deployment-completed-uppercase-source-short-arn.json': ['deployment', null, 'service'],
  'deployment-completed.json': ['deployment', servicetest, 'service'],
  'deployment-failed-circuit-breaker.json': ['deployment', servicetest, 'service'],
  'deployment-in-progress-minimal-no-source.json': ['deployment', 'service/checkout/billing', 'service'],
  'deployment-in-progress.json': ['deployment', servicetest, 'service'],

  'container-instance-health-impaired-daemon.json': ['container-instance', 'my-cluster', 'IMPAIRED', null],
  'container-instance-health-ok-runtime.json': ['container-instance', 'my-cluster', 'OK', null],
  'container-instance-registered-2016.json': ['container-instance', 'default', 'ACTIVE', true],
  'composed-container-instance-agent-disconnected.json': ['container-instance', 'default', 'ACTIVE', false],

  'alarm-composite-direct-lambda-action.json': ['alarm', 'CompositeDemo.Main', 'ALARM'],
  'alarm-contributor-metrics-insights-muted.json': ['alarm', 'DynamoDBInsightsAlarm', 'ALARM'],
  'alarm-metric-math-alarm.json': ['alarm', 'TotalNetworkTrafficTooHigh', 'ALARM'],
  'alarm-no-resources.json': ['alarm', 'QuietOps-ErrorSpike', 'ALARM'],
  'alarm-ok-in-sns-null-description.json': ['alarm', 'sns-cloudwatch', 'OK'],
  'alarm-partial-data.json': ['alarm', 'my-alarm-name', 'ALARM'],
  'alarm-single-metric-ok-to-alarm.json': ['alarm', 'ServerCpuTooHigh', 'ALARM'],
  'alarm-sns-message-metric-math.json': ['alarm', 'EXAMPLE', 'ALARM'],
  'alarm-target-tracking-high-minimal.json': [
    'alarm',
    'TargetTracking-service/example-app-staging-infrastructure/app-AlarmHigh-5939402e-8bb6',
    'ALARM',
  ],
  'alarm-configuration-create-composite.json': ['refused', 'alarm', false],
  'alarm-configuration-update-composite-suppressor.json': ['refused', 'alarm', false],
  'alarm-configuration-update-metric.json': ['refused', 'alarm', false],

  'health-elb-operational-issue.json': ['refused', 'health', false],
  'health-task-patching-retirement.json': ['health', 2, ['service/cluster/service']],
  'health-task-retirement-task-in-resources.json': ['health', 1, []],

  'slack-block-actions-button-direct-message.json': ['refused', 'slack', false],
  'slack-global-shortcut-no-actions.json': ['refused', 'slack', false],
  'slack-http-payload-not-url-encoded.json': ['refused', 'slack', false],
  'slack-view-submission-modal.json': ['refused', 'slack', false],
}

function understood(file: string): Expected {
  const signal = understand(payload(file))
  if (isRefusal(signal)) return ['refused', signal.refused, signal.poison]
  switch (signal.kind) {
    case 'task':
      return ['task', signal.target && targetKey(signal.target), signal.owner, stopCause(signal.task)]
    case 'service-action':
    case 'deployment':
      return [signal.kind, signal.target && targetKey(signal.target), signal.owner]
    case 'container-instance':
      return ['container-instance', signal.cluster ?? 'none', signal.status ?? 'none', signal.agentConnected]
    case 'alarm':
      return ['alarm', signal.alarm.alarmName, signal.alarm.state]
    case 'health':
      return ['health', signal.tasks.length, signal.services.map(targetKey)]
    case 'look':
      throw new Error(`${file} is no wake-up of ours`)
  }
}

describe('payloads from the outside world', () => {
  it('has a line for every file, and a file for every line', () => {
    expect(Object.keys(expected)).toHaveLength(91)
    if (files.length > 0) expect(Object.keys(expected).toSorted()).toEqual(files.toSorted())
  })

  it.each(files)('%s', file => {
    expect(understood(file)).toEqual(expected[file])
  })

  it.each(files)('%s reads the same as text, in an SQS record and through SNS', file => {
    const event = payload(file)
    const direct = understand(event)
    const text = JSON.stringify(event)
    expect(understand(text)).toEqual(direct)
    expect(understand({ messageId: '1', body: text, eventSource: 'aws:sqs' })).toEqual(direct)
    expect(understand({ Type: 'Notification', MessageId: '1', Message: text })).toEqual(direct)
  })

  it.each(files)('%s is refused, if at all, in one sentence that fits a line', file => {
    const signal = understand(payload(file))
    if (!isRefusal(signal)) return
    expect(signal.sentence).toMatch(/^[A-Z].{20,200}\.$/)
    expect(signal.sentence).not.toContain('\n')
  })

  it.each(files)('%s loses no stop reason to redaction', file => {
    const signal = understand(payload(file))
    if (isRefusal(signal) || signal.kind !== 'task') return
    expect(exitSummary(signal.task)).not.toContain('[redacted]')
    expect(redact(signal.task.taskArn)).toBe(signal.task.taskArn)
  })
})

describe('payloads that were damaged', () => {
  it.skipIf(files.length === 0)('never make it throw', () => {
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        '',
        'null',
        0,
        -1,
        Number.NaN,
        true,
        [],
        {},
        [[]],
        '{',
        'arn:aws:ecs:',
        '\u0000',
      ),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 4 }),
        (file, hits) => {
          let damaged = payload(file)
          for (const [place, value] of hits) damaged = damage(damaged, place, value)
          const signal = understand(damaged)
          if (isRefusal(signal)) expect(signal.sentence.length).toBeGreaterThan(20)
          else if (signal.kind === 'task') exitSummary(signal.task)
        },
      ),
      { numRuns: 600, seed: 20261123 },
    )
  })
})

/** The same structure with one place replaced. Places are counted depth first. */
function damage(value: unknown, place: number, by: unknown): unknown {
  const count = places(value)
  return replaced(value, place % count, by)
}
function places(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, each) => sum + places(each), 1)
}
function replaced(value: unknown, place: number, by: unknown): unknown {
  if (place === 0) return by
  if (typeof value !== 'object' || value === null) return value
  let left = place - 1
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => {
    const size = places(each)
    const isHere = left >= 0 && left < size
    const next: [string, unknown] = [key, isHere ? replaced(each, left, by) : each]
    left -= size
    return next
  })
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}
