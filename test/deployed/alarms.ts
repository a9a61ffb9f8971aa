import { answered } from '../../src/model/reading.ts'
import { minute, systemClock } from '../../src/model/time.ts'
import { startWire, type Wire } from '../../src/world/wire.ts'
import { createWorld } from '../../src/world/world.ts'

/**
 * CloudWatch, from our own world: the emulator tells its instants as ISO texts, which no SDK reads, and knows no metric math.
 * Everything else that the functions ask is the emulator's to answer.
 */
export function startCloudWatch(): Promise<Wire> {
  const now = systemClock.now()
  const world = createWorld({ seed: 1, startAtMs: now - 30 * minute })
  const latency = {
    namespace: 'Shop',
    metricName: 'LatencyP99',
    dimensions: { ClusterName: 'prod', ServiceName: 'checkout' },
  }
  world.createMetricAlarm({
    ...latency,
    alarmName: 'checkout-p99-high',
    statistic: 'p99',
    operator: 'GreaterThanThreshold',
    threshold: 800,
    evaluationPeriods: 2,
  })
  // Over the threshold for ten minutes, and for as long as the tests may take.
  for (let atMs = now - 10 * minute; atMs < now + 10 * minute; atMs += minute)
    world.putMetric(latency, 1_310, atMs)
  world.runUntil(now)
  return startWire({
    ports: world.ports,
    cloudMapServices: () => [],
    messages: () => answered(undefined),
    fault: operation =>
      operation.startsWith('cloudwatch:')
        ? null
        : { status: 500, type: 'InternalFailure', message: `${operation} is the emulator's` },
  })
}
