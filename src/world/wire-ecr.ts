import * as z from 'zod'
import type { EcrImage, Images } from '../model/image.ts'
import { region } from './names.ts'
import { refusal, reply, type Verbs, verb } from './wire-verb.ts'

/** What ECR tells of images (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/). A cache is one that the port does not know. */
export const ecrVerbs = (images: Images): Verbs => ({
  DescribeImages: verb(
    'InvalidParameterException',
    z.strictObject({
      registryId: z.string().regex(/^\d{12}$/),
      repositoryName: z.string(),
      imageIds: z
        .array(
          z.union([
            z.strictObject({ imageDigest: z.string() }).transform(({ imageDigest: digest }) => ({ digest })),
            z.strictObject({ imageTag: z.string() }).transform(({ imageTag: tag }) => ({ tag })),
          ]),
        )
        .length(1),
    }),
    async ({ registryId, repositoryName: repository, imageIds: [by = { tag: 'latest' }] }) => {
      const answer = await images.digestOf({ registryId, region, repository, by } satisfies EcrImage)
      if (answer.ok && answer.value === null)
        return refusal('ImageNotFoundException', 'The image does not exist within the repository.')
      return reply('ecr:DescribeImages', answer, digest => ({
        imageDetails: [
          {
            registryId,
            repositoryName: repository,
            imageDigest: digest,
            imageTags: 'tag' in by ? [by.tag] : undefined,
          },
        ],
      }))
    },
  ),

  DescribePullThroughCacheRules: verb(
    'InvalidParameterException',
    z.strictObject({ registryId: z.string(), nextToken: z.string().optional() }),
    async () => ({ body: { pullThroughCacheRules: [] } }),
  ),
})
