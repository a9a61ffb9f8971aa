import * as z from 'zod'
import { lastSegment, parseEcsArn } from '../model/arn.ts'
import type { Refusal, Signal } from '../model/signal.ts'
import type { Event } from './event.ts'
import { flag, text, upper } from './lenient.ts'
import { poison } from './refusal.ts'

/**
 * `ECS Container Instance State Change`:
 * `{"detail":{"agentConnected":true,"clusterArn":"…","containerInstanceArn":"…","ec2InstanceId":"i-…","status":"ACTIVE",…}}`,
 * and `ECS Container Instance Health Change`, which says `"overallStatus":"IMPAIRED"`.
 * Agents disconnect for minutes several times an hour: a pointer, no alarm.
 */
const containerInstance = z.object({
  clusterArn: text,
  containerInstanceArn: text,
  status: upper,
  overallStatus: upper,
  agentConnected: flag,
})

export function containerInstanceSignal({ detail, resources }: Event): Signal | Refusal {
  const told = containerInstance.parse(detail ?? {})
  const arn = [told.containerInstanceArn, ...resources].find(
    name => name !== null && parseEcsArn(name)?.type === 'container-instance',
  )
  if (!arn)
    return poison(
      'container-instance',
      'Container instance event without its ARN: neither detail.containerInstanceArn nor resources[0] holds one.',
    )
  return {
    kind: 'container-instance',
    machine: arn,
    cluster: told.clusterArn ? lastSegment(told.clusterArn) : (parseEcsArn(arn)?.cluster ?? null),
    status: told.status ?? told.overallStatus,
    agentConnected: told.agentConnected,
  }
}
