import * as z from 'zod'
import type { MetricQuery } from '../../model/alarm.ts'
import { second } from '../../model/time.ts'
import { withPlaceholders } from '../../policy/names.ts'
import { quote } from '../../policy/quote.ts'
import { duration } from '../../policy/values.ts'

/** A CloudWatch metric, or metric math over several, as an owner names it. */
export interface MetricWish {
  /** Exactly one with `returnData`. Values of dimensions may hold `{service}` and `{cluster}` until the rule meets its service. */
  queries: MetricQuery[]
  periodSeconds: number
  /** Sums and sample counts: each point counts events, and few of them vary by chance. */
  isCount: boolean
}

/** GetMetricData: 1, 5, 10, 20, 30 or a multiple of 60 s; nothing faster than a look is of use. */
const period = duration
  .transform((ms, context) => {
    const seconds = ms / second
    if ([10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0 && seconds <= 3_600))
      return seconds
    context.addIssue({
      code: 'custom',
      message: 'no period of a metric. Write 10s, 20s, 30s or whole minutes, at most 1h.',
    })
    return z.NEVER
  })
  .prefault('1m')
  .meta({ description: 'Length of one data point: 10s, 20s, 30s or whole minutes, at most 1h.' })

const statistic = z
  .string()
  .regex(
    /^(?:Average|Sum|Minimum|Maximum|SampleCount|(?:p|tm|wm|ts|tc|pr)\d{1,2}(?:\.\d{1,10})?|(?:PR|TM|WM|TS|TC)\([\d.%:]{1,40}\))$/,
    {
      error: ({ input }) =>
        `${quote(input)} is no statistic. Write Average, Sum, Maximum, p99 or another of CloudWatch.`,
    },
  )
  .prefault('Average')
  .meta({ description: 'Statistic of CloudWatch.', examples: ['Sum'] })

const named = {
  namespace: withPlaceholders('namespace').meta({
    description: 'Namespace of the metric.',
    examples: ['Checkout'],
  }),
  name: withPlaceholders('metric name').meta({ description: 'Name of the metric.', examples: ['Requests'] }),
  dimensions: z
    .record(z.string(), withPlaceholders('value of a dimension'))
    .default({})
    .meta({
      title: 'names and values',
      description: 'Its dimensions, all of them. {service} and {cluster} stand for the names of the service.',
      examples: ['{ Service: "{service}" }'],
    }),
  statistic,
}

const single = z.strictObject({ ...named, period })

const expression = z.strictObject({
  expression: z
    .string()
    .min(1)
    .max(1_024)
    .meta({
      description: 'Metric math over the metrics below, which comes to one series.',
      examples: ['m1 / m2'],
    }),
  of: z
    .record(
      z.string().regex(/^[a-z]\w{0,254}$/, {
        error: ({ input }) =>
          `${quote(input)} is no id of a metric. A small letter, then letters, digits and _.`,
      }),
      z.strictObject(named),
    )
    .meta({ title: 'metrics by id', description: 'The metrics that the expression names.' }),
  period,
})

export const metric = z
  .union([single, expression])
  .transform((written): MetricWish => {
    if ('name' in written)
      return {
        queries: [queryOf('m', written, written.period, true)],
        periodSeconds: written.period,
        isCount: counts(written.statistic),
      }
    const inputs = Object.entries(written.of)
    return {
      queries: [
        ...inputs.map(([id, each]) => queryOf(id, each, written.period, false)),
        {
          id: 'answer',
          returnData: true,
          stat: null,
          expression: written.expression,
          periodSeconds: written.period,
        },
      ],
      periodSeconds: written.period,
      isCount: false,
    }
  })
  .meta({ title: 'metric' })

interface Named {
  namespace: string
  name: string
  dimensions: Record<string, string>
  statistic: string
}

const queryOf = (
  id: string,
  { namespace, name, dimensions, statistic }: Named,
  periodSeconds: number,
  returnData: boolean,
): MetricQuery => ({
  id,
  returnData,
  stat: { namespace, metricName: name, dimensions, periodSeconds, statistic },
  expression: null,
  periodSeconds: null,
})

const counts = (statistic: string): boolean => statistic === 'Sum' || statistic === 'SampleCount'
