import type { AwsSettings } from '../../src/adapters/settings.ts'
import { minute } from '../../src/model/time.ts'
import type { Account } from '../contracts/account.ts'
import { createCloudMapSide } from './account-cloud-map.ts'
import { createCloudWatchSide } from './account-cloudwatch.ts'
import { createEc2Side } from './account-ec2.ts'
import { createEcrSide } from './account-ecr.ts'
import { createEcsSide } from './account-ecs.ts'
import { createLogsSide } from './account-logs.ts'
import { createQueueSide } from './account-queues.ts'
import type { Front } from './front.ts'
import { errorOf, insteadOfNext } from './instead.ts'

/** An account of an emulator, filled over the APIs that an owner would use. */
export function createEmulatorAccount(
  settings: AwsSettings & { credentials: { accessKeyId: string } },
  front: Front,
): Account {
  const ec2 = createEc2Side(settings)
  const nowMs = Math.floor(Date.now() / minute) * minute
  return {
    id: settings.credentials.accessKeyId,
    nowMs,
    ...createEcsSide(settings, ec2),
    ...ec2,
    ...createCloudWatchSide(settings, nowMs),
    ...createCloudMapSide(settings),
    ...createQueueSide(settings),
    ...createEcrSide(settings),
    ...createLogsSide(settings),
    // No emulator runs out of room: what RunTask says then is told by the front.
    refusePlacement: reason =>
      insteadOfNext(front, 'ecs:RunTask', { body: { tasks: [], failures: [{ reason }] } }),
    failNext: (operation, code) => insteadOfNext(front, operation, errorOf(operation, code)),
  }
}
