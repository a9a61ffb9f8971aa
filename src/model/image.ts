import type { Answer } from './reading.ts'

/** Images in private registries of ECR. Of any other registry nobody can be asked whether an image is there. */
export interface Images {
  /**
   * What the tag, or the digest itself, names now; null: ECR says that there is none, and no pull-through cache would fetch it.
   * Any failure: not known, which is not gone.
   */
  digestOf(image: EcrImage): Promise<Answer<string | null>>
}

export interface EcrImage {
  /** Account, twelve digits. */
  registryId: string
  region: string
  repository: string
  /** By what a pull finds it: a digest wins over a tag beside it. */
  by: { tag: string } | { digest: string }
}

const hosts =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)\/(.+)$/
const names = /^([a-z0-9][a-z0-9._/-]{0,254}?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

/** Null: it is not of ECR, or of its public gallery. */
export function ecrImageOf(name: string | null): EcrImage | null {
  const [, registryId, region, rest] = hosts.exec(name ?? '') ?? []
  const [, repository, tag, digest] = names.exec(rest ?? '') ?? []
  if (!registryId || !region || !repository) return null
  // What Docker pulls where none is named.
  const by = digest ? { digest } : { tag: tag ?? 'latest' }
  return { registryId, region, repository, by }
}

/** The same for the same image, and another for any other. */
export const imageKey = ({ registryId, region, repository, by }: EcrImage): string =>
  `${registryId}/${region}/${repository}${'digest' in by ? `@${by.digest}` : `:${by.tag}`}`

/** `shop/api:3`, `shop/api@sha256:0123456789ab`: short enough for a sentence. */
export const imageName = ({ repository, by }: EcrImage): string =>
  'digest' in by ? `${repository}@${shortDigest(by.digest)}` : `${repository}:${by.tag}`

/** `sha256:0123456789ab`. */
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12)
