import type { Reading } from '../model/reading.ts'
import type { Service } from '../model/service.ts'
import type { ScalePolicy } from './policy.ts'
import type { ServiceReason } from './reason.ts'
import type { ScalingWishes } from './view.ts'

/** A service that may be scaled, with the rule for it; or why it is left alone, whatever its alarms say. */
export type Guarded =
  | { open: true; service: Service; scale: ScalePolicy }
  | { open: false; because: ServiceReason }

export function guard(reading: Reading<Service>, { scale, paused }: ScalingWishes): Guarded {
  const shut = (because: ServiceReason): Guarded => ({ open: false, because })

  if (scale === null) return shut({ code: 'not-managed' })
  if (reading.kind === 'missing') return shut({ code: 'service-missing' })
  if (reading.kind === 'failed') {
    const { operation, code: failure } = reading.failure
    return shut({ code: 'service-unreadable', operation, failure })
  }

  const service = reading.value
  if (service.status !== 'ACTIVE') return shut({ code: 'not-active', status: service.status })
  // UpdateService refuses a desired count for DAEMON; DescribeServices shows one all the same.
  if (service.schedulingStrategy === 'DAEMON') return shut({ code: 'daemon' })
  if (service.resourceManagementType === 'ECS') return shut({ code: 'express-mode' })
  if (paused !== null) return shut({ code: 'paused', note: paused })
  // What CodeDeploy does with a count that changes in the middle of a blue/green run is documented nowhere.
  if (service.deploymentController === 'CODE_DEPLOY' && service.taskSetCount > 1)
    return shut({ code: 'task-sets', taskSets: service.taskSetCount })
  if (!Number.isSafeInteger(service.desiredCount) || service.desiredCount < 0)
    return shut({ code: 'count-unreadable' })
  if (!(scale.min <= scale.max)) return shut({ code: 'bounds-crossed', min: scale.min, max: scale.max })
  return { open: true, service, scale }
}
