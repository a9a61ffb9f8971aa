import { createCloudWatch } from '../../adapters/cloudwatch.ts'
import { createEcs } from '../../adapters/ecs.ts'
import type { AwsSettings } from '../../adapters/settings.ts'
import type { HistoryAws } from './fetch.ts'

/** AWS as the owner's own command line sees it: Region and credentials by the SDK's chain. A history is longer than what Lambda reads. */
export const ownAws = (settings: AwsSettings = {}): HistoryAws => {
  const patient = { requestTimeoutMs: 20_000, connectTimeoutMs: 5_000, ...settings }
  return { ecs: createEcs(patient), cloudWatch: createCloudWatch(patient) }
}
