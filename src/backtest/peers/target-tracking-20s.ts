import { targetPeer } from '../peer.ts'
import { cpuHighResolution } from './aws/metric.ts'
import { trackTarget } from './target-tracking.ts'

export const peer = targetPeer(
  {
    name: 'target-tracking-20s',
    describe: 'Application Auto Scaling target tracking on the 20 s CPU metric that ECS has since June 2026.',
  },
  targetPercent => trackTarget(cpuHighResolution, targetPercent),
)
