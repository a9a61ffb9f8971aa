import type { Action, Decision } from '../model/decision.ts'
import { type EcrImage, imageKey } from '../model/image.ts'
import type { Ports } from '../model/ports.ts'
import { readingOf } from '../model/reading.ts'
import type { Task } from '../model/task.ts'
import { type ImageReadings, pulledFor } from './images.ts'

/** One look asks for no more; of the rest nobody knows, and they are tried. */
const imagesMax = 20

/** Adds what ECR says of images that are not known yet. */
export async function readImages(
  { images, clock }: Pick<Ports, 'images' | 'clock'>,
  wanted: EcrImage[],
  known: ImageReadings = new Map(),
): Promise<ImageReadings> {
  const readings = new Map(known)
  for (const image of wanted) {
    if (readings.has(imageKey(image)) || readings.size >= imagesMax) continue
    readings.set(imageKey(image), readingOf(await images.digestOf(image), clock.now()))
  }
  return readings
}

const roundsMax = 3

/**
 * Asks for the images of the tasks that `decide` would run now, and for no others. Where one is gone, the turn of another task may
 * come: so it decides again.
 */
export async function readImagesOf(
  ports: Pick<Ports, 'images' | 'clock'>,
  tasks: readonly Task[],
  decide: (readings: ImageReadings) => Decision[],
  known: ImageReadings = new Map(),
): Promise<ImageReadings> {
  let readings = known
  for (let round = 0; round < roundsMax; round++) {
    const wanted = decide(readings)
      .flatMap(decision => ('do' in decision ? (replacedBy(decision.do, tasks) ?? []) : []))
      .flatMap(task => pulledFor(task).map(({ image }) => image))
    const more = await readImages(ports, wanted, readings)
    if (more.size === readings.size) break
    readings = more
  }
  return readings
}

const replacedBy = (action: Action, tasks: readonly Task[]): Task | undefined =>
  action.verb === 'run-task' ? tasks.find(({ taskArn }) => taskArn === action.replaces) : undefined
