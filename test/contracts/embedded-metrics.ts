import * as z from 'zod'

/** The schema of the specification (CloudWatch_Embedded_Metric_Format_Specification), plus its sentences on target members. */
const name = z.string().min(1).max(255)
export const embedded = z
  .looseObject({
    _aws: z.looseObject({
      Timestamp: z.int(),
      CloudWatchMetrics: z
        .array(
          z.looseObject({
            Namespace: name,
            Dimensions: z.array(z.array(name).max(9)).min(1),
            Metrics: z
              .array(
                z.looseObject({
                  Name: name,
                  Unit: z.enum(['Count', 'Milliseconds', 'Seconds', 'None']),
                  /** 1 keeps periods of less than a minute; 60 is the default. */
                  StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
                }),
              )
              .min(1)
              .max(100),
          }),
        )
        .min(1),
    }),
  })
  .superRefine((root, context) => {
    const value = z.union([z.number(), z.array(z.number()).min(1).max(100)])
    for (const directive of root._aws.CloudWatchMetrics) {
      for (const metric of directive.Metrics)
        if (!value.safeParse(root[metric.Name]).success)
          context.addIssue({ code: 'custom', message: `metric ${metric.Name}` })
      for (const dimension of directive.Dimensions.flat())
        if (!z.string().min(1).max(1_024).safeParse(root[dimension]).success)
          context.addIssue({ code: 'custom', message: `dimension ${dimension}` })
    }
  })
