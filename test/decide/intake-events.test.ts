import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stopCause } from '../../src/healing/stop-cause.ts'
import { messagesOf } from '../../src/intake/envelope.ts'
import { understand } from '../../src/intake/understand.ts'
import { isRefusal } from '../../src/model/signal.ts'
import { targetKey } from '../../src/model/target.ts'

describe('the project’s own payloads', () => {
  const folder = new URL('../../events/', import.meta.url)
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  const line = (message: unknown) => {
    const signal = understand(message)
    if (isRefusal(signal)) return `refused ${signal.refused}${signal.poison ? ', poison' : ''}`
    if (signal.kind === 'task')
      return `task ${signal.target && targetKey(signal.target)} ${stopCause(signal.task)}`
    if (signal.kind === 'alarm')
      return `alarm ${signal.alarm.alarmName} ${signal.alarm.state}${signal.alarm.mutedUntilMs === null ? '' : ' muted'}`
    if ('target' in signal) return `${signal.kind} ${signal.target && targetKey(signal.target)}`
    return signal.kind
  }
  const etl = 'family/prod/etl-nightly'
  const expected: Record<string, string[]> = {
    'alarm-high-to-alarm.json': ['alarm checkout-p99-high ALARM'],
    'alarm-high-to-ok.json': ['alarm checkout-p99-high OK'],
    'alarm-muted.json': ['alarm checkout-p99-high ALARM muted'],
    'container-instance-agent-disconnected.json': ['container-instance'],
    'deployment-in-progress.json': ['deployment service/prod/checkout'],
    'health-task-retirement.json': ['health'],
    'look-family.json': [`look ${etl}`],
    'look-service.json': ['look service/prod/checkout'],
    'schedule-tick.json': ['refused unknown'],
    'service-queue-batch.json': [
      'alarm checkout-p99-high ALARM',
      'task service/prod/checkout scale-in-or-deployment',
      'look service/prod/checkout',
    ],
    'service-steady-state.json': ['service-action service/prod/checkout'],
    'service-task-stopped-scale-in.json': ['task service/prod/checkout scale-in-or-deployment'],
    'task-queue-batch-with-poison.json': [
      'task family/prod/thumbnailer spot-interruption',
      'refused unknown, poison',
      'task family/prod/thumbnailer user-stop',
    ],
    'task-queue-batch.json': [`task ${etl} not-stopped`, `task ${etl} oom`, `look ${etl}`],
    'task-running-standalone.json': [`task ${etl} not-stopped`],
    'task-stopped-by-user.json': ['task family/prod/thumbnailer user-stop'],
    'task-stopped-completed.json': [`task ${etl} completed`],
    'task-stopped-image-not-found.json': [`task ${etl} image-not-found`],
    'task-stopped-oom-standalone.json': [`task ${etl} oom`],
    'task-stopping-spot-warning.json': ['task family/prod/thumbnailer spot-interruption'],
  }
  it.each(Object.keys(expected))('%s', file => {
    expect(messagesOf(read(file)).map(line)).toEqual(expected[file])
  })
  it('are all JSON', () => {
    for (const file of readdirSync(folder)) expect(read(file)).toBeTypeOf('object')
  })
})
