import { z } from 'zod'

/** `tasks[].discover` of longshore.yml. */

export interface DiscoverPolicy {
  /** Cloud Map namespace and service that Longshore owns: never one of an ECS service's own registries. */
  namespace: string
  service: string
  /** AWS_INSTANCE_PORT; null when the Cloud Map service needs none. */
  port: number | null
}

export const discover = z.strictObject({
  namespace: z.string().min(1),
  service: z.string().min(1),
  port: z.int().min(1).max(65535).optional(),
})
