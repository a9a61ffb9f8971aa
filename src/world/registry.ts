import { createHash } from 'node:crypto'
import { type EcrImage, ecrImageOf, type Images, imageKey } from '../model/image.ts'
import { answered, refused } from '../model/reading.ts'
import type { Faults } from './failures.ts'

/** Private registries of ECR: tags that move, images that are deleted (user guide, "Private images"). */
export interface Registry {
  images: Images
  /** A new image under this tag, which may have named another before. Answers its digest. */
  pushImage(name: string): string
  /** By tag or by digest. One that no tag names any more stays, until it is deleted by its digest. */
  deleteImage(name: string): void
  /** Repositories under this prefix are a cache: what is pulled from them is fetched. */
  cacheRegistry(registryId: string, prefix: string): void
  /** As a push, of what nobody has pushed yet. */
  expect(name: string): void
  /** What a pull gets; null: nothing. Of other registries `undefined`. */
  pull(name: string | null): string | null | undefined
}

interface Repository {
  tags: Map<string, string>
  digests: Set<string>
}

export function createRegistry(faults: Faults): Registry {
  const repositories = new Map<string, Repository>()
  const caches: { registryId: string; prefix: string }[] = []
  let pushes = 0

  const keyOf = ({ registryId, region, repository }: EcrImage): string =>
    `${registryId}/${region}/${repository}`
  const named = (name: string): EcrImage => {
    const image = ecrImageOf(name)
    if (!image) throw new Error(`${name} is no image of ECR`)
    return image
  }
  const find = (image: EcrImage): string | null => {
    const repository = repositories.get(keyOf(image))
    if (!repository) return null
    if ('tag' in image.by) return repository.tags.get(image.by.tag) ?? null
    return repository.digests.has(image.by.digest) ? image.by.digest : null
  }
  const isCached = ({ registryId, repository }: EcrImage): boolean =>
    caches.some(cache => cache.registryId === registryId && repository.startsWith(`${cache.prefix}/`))

  const add = (image: EcrImage): string => {
    pushes += 1
    const digest =
      'digest' in image.by
        ? image.by.digest
        : `sha256:${createHash('sha256')
            .update(`${imageKey(image)} ${pushes}`)
            .digest('hex')}`
    const repository = repositories.get(keyOf(image)) ?? { tags: new Map(), digests: new Set() }
    repositories.set(keyOf(image), repository)
    repository.digests.add(digest)
    if ('tag' in image.by) repository.tags.set(image.by.tag, digest)
    return digest
  }

  return {
    images: {
      digestOf: image =>
        faults.call('ecr:DescribeImages', () => {
          const digest = find(image)
          if (digest === null && isCached(image))
            return refused(
              'ecr:DescribeImages',
              'unavailable',
              'A pull-through cache has it once it was pulled.',
            )
          return answered(digest)
        }),
    },
    pushImage: name => add(named(name)),
    deleteImage(name) {
      const image = named(name)
      const repository = repositories.get(keyOf(image))
      if (!repository) return
      if ('tag' in image.by) {
        const digest = repository.tags.get(image.by.tag)
        repository.tags.delete(image.by.tag)
        // "If you delete the last tag of an image, the image is deleted" (API reference, BatchDeleteImage).
        if (digest && ![...repository.tags.values()].includes(digest)) repository.digests.delete(digest)
        return
      }
      const { digest } = image.by
      repository.digests.delete(digest)
      for (const [tag, names] of repository.tags) if (names === digest) repository.tags.delete(tag)
    },
    cacheRegistry: (registryId, prefix) => void caches.push({ registryId, prefix }),
    expect(name) {
      const image = ecrImageOf(name)
      if (image && !isCached(image) && find(image) === null) add(image)
    },
    pull(name) {
      const image = ecrImageOf(name)
      if (!image) return undefined
      return find(image) ?? (isCached(image) ? add(image) : null)
    },
  }
}
