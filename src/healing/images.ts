import { type EcrImage, ecrImageOf, imageKey, imageName, shortDigest } from '../model/image.ts'
import type { Reading } from '../model/reading.ts'
import { isInjectedContainer, type Task } from '../model/task.ts'
import { isFargate } from './launch-spec.ts'

/** Whether the images of what is about to start are still there (docs/decisions/0012-images.md). */

/** What ECR said, by `imageKey`: a digest, or null for an image that is gone. */
export type ImageReadings = ReadonlyMap<string, Reading<string | null>>

/**
 * What RunTask would pull for this task again: what its tags name now. Machines fall back on images that they have pulled before
 * (developer guide, pull-behavior): of their tasks ECR knows nothing.
 */
export const pulledFor = (task: Task): { image: EcrImage; ran: string | null }[] =>
  isFargate(task)
    ? task.containers
        .filter(({ name }) => !isInjectedContainer(name))
        .flatMap(container => {
          const image = ecrImageOf(container.image)
          return image ? { image, ran: container.imageDigest } : []
        })
    : []

/** The first that is known to be gone: its name. Null: none is. */
export const firstGone = (images: EcrImage[], readings: ImageReadings): string | null => {
  const gone = images.find(image => {
    const reading = readings.get(imageKey(image))
    return reading?.kind === 'value' && reading.value === null
  })
  return gone ? imageName(gone) : null
}

export const goneFor = (task: Task, readings: ImageReadings): string | null =>
  firstGone(
    pulledFor(task).map(({ image }) => image),
    readings,
  )

export interface MovedImage {
  image: string
  /** Digests, cut short. */
  ran: string
  now: string
}

/** The first whose tag names another image than the one that ran. Null: none is known to. */
export function movedFor(task: Task, readings: ImageReadings): MovedImage | null {
  for (const { image, ran } of pulledFor(task)) {
    const reading = readings.get(imageKey(image))
    const now = reading?.kind === 'value' ? reading.value : null
    if ('tag' in image.by && ran !== null && now !== null && now !== ran)
      return { image: imageName(image), ran: shortDigest(ran), now: shortDigest(now) }
  }
  return null
}
