import { all, arn, right, type Statement } from './statement.ts'

/** What healing reads besides ECS. Which images and logs these are stands in task definitions, and not in the policy. */

/** Reads names and digests, and no image. In other accounts and Regions their own repository policies have the last word. */
export const imageRights = (healed: unknown[]): Statement[] => [
  ...right(
    'FindImages',
    ['ecr:DescribeImages'],
    healed.length > 0 ? [{ 'Fn::Sub': `arn:\${AWS::Partition}:ecr:*:*:repository/*` }] : [],
  ),
  // Whether a repository is a cache, that has only what was pulled. IAM knows no resource for it.
  ...right('FindImageCaches', ['ecr:DescribePullThroughCacheRules'], all(healed)),
]

/** One stream at a time, in this Region; groups can be neither listed nor searched. */
export const explanationRights = (healed: unknown[]): Statement[] =>
  right(
    'ReadLastLines',
    ['logs:GetLogEvents'],
    healed.length > 0 ? [arn('logs', 'log-group:*:log-stream:*/*/*')] : [],
  )
