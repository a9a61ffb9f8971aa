import * as z from 'zod'
import { quote } from '../policy/quote.ts'

/** `tasks[].discover` of longshore.yml. */

export interface DiscoverPolicy {
  /** Cloud Map namespace and service that Longshore owns: never one of an ECS service's own registries. */
  namespace: string
  service: string
  /** AWS_INSTANCE_PORT; null when the Cloud Map service needs none. */
  port: number | null
}

/** Lengths and letters of Cloud Map (https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html). */
export const discover = z
  .strictObject({
    namespace: z
      .string()
      .regex(/^[!-~]{1,1024}$/, {
        error: ({ input }) => `${quote(input)} is no namespace name. Write its name, such as jobs.internal.`,
      })
      .meta({ description: 'Name of the Cloud Map namespace.', examples: ['jobs.internal'] }),
    service: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,127}$/, {
        error: ({ input }) => `${quote(input)} is no Cloud Map service name. Letters, digits, -, _ and dots.`,
      })
      .meta({
        description:
          'Name of the Cloud Map service, which must exist and belong to Longshore alone: never one that an ECS service registers in.',
        examples: ['etl'],
      }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .meta({ description: 'Port told with each task; needed where the records are SRV.', examples: [8080] }),
  })
  .transform(({ namespace, service, port }): DiscoverPolicy => ({ namespace, service, port: port ?? null }))
