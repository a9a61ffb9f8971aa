import * as z from 'zod'
import { hour } from '../model/time.ts'
import { quote } from '../policy/quote.ts'
import { duration } from '../policy/values.ts'

/** `tasks[].discover` of longshore.yml. */

export interface DiscoverPolicy {
  /** Cloud Map namespace and service that Longshore owns: never one of an ECS service's own registries. */
  namespace: string
  service: string
  /** AWS_INSTANCE_PORT; null when the Cloud Map service needs none. */
  port: number | null
  /** Instances of the service, whoever's, below which none is taken away. */
  min: number
  /** True: instances that ECS left behind in the service are taken away too. */
  adopt: boolean
  /** Between the moment at which Cloud Map no longer names a task and Longshore's stop of it, ms. Null: the longest TTL of its records. */
  drainMs: number | null
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
      .meta({
        description:
          'Port told with each task, as the container calls it; needed where the records are SRV. In network mode bridge the port of the machine that leads there is told instead.',
        examples: [8080],
      }),
    min: z
      .int()
      .min(0)
      .max(1_000)
      .default(1)
      .meta({
        description:
          'So many instances stay in the service, even when their tasks have stopped: clients cache an empty answer for minutes.',
        examples: [2],
      }),
    drain: duration
      .refine(ms => ms <= hour, 'Nobody remembers an address for longer. At most 1h.')
      .optional()
      .meta({
        description:
          'Tasks that Longshore itself stops are taken out of Cloud Map first, and stopped so long after that: until then clients may still know their address. Default: the longest TTL of the DNS records.',
        examples: ['30s'],
      }),
    adopt: z.boolean().default(false).meta({
      description:
        'true: instances of ECS services that ECS left in this Cloud Map service are taken away as well, once ECS has said twice, a minute apart, that their tasks are over.',
    }),
  })
  .transform(
    ({ port, drain, ...rest }): DiscoverPolicy => ({ ...rest, port: port ?? null, drainMs: drain ?? null }),
  )
