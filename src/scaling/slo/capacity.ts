import type { SloMemory } from '../../model/slo-memory.ts'

/** How much one task can do, learned online: discounted least squares of throughput per task on utilisation, through the origin. */

type Learned = Pick<SloMemory, 'capacityPerSecond' | 'fit' | 'revision'>

const halfLifeSeconds = 7_200
/** Nearly idle tasks tell their own overhead, not what a request costs. */
const utilisationMin = 0.05
/** Of another revision the old measurements count as so many seconds of the new one at full utilisation. */
const believedSeconds = 60
/** Before that much was seen, one odd minute would decide. */
const enoughSeconds = 30

/**
 * One more period: `perTask` requests or messages per second and task at `utilisation` (0 to 1) of what a task can do. Capacity is the slope: Σ x y / Σ x².
 */
export function learnCapacity(
  before: Learned,
  { perTask, utilisation, seconds }: { perTask: number; utilisation: number; seconds: number },
  revision: string | null,
): Learned {
  const isNew = revision !== null && before.revision !== undefined && before.revision !== revision
  const kept = believed(before, isNew)
  const named = revision === null ? {} : { revision }
  if (!(utilisation >= utilisationMin && perTask > 0 && Number.isFinite(perTask)))
    return { ...kept, ...named }
  const discount = 0.5 ** (seconds / halfLifeSeconds)
  const [product, square] = kept.fit ?? [0, 0]
  const fit: [number, number] = [
    short(product * discount + seconds * perTask * utilisation),
    short(square * discount + seconds * utilisation * utilisation),
  ]
  const isEnough = fit[1] >= enoughSeconds || kept.capacityPerSecond !== null
  return { capacityPerSecond: isEnough ? short(fit[0] / fit[1]) : null, fit, ...named }
}

function believed({ capacityPerSecond, fit }: Learned, isNew: boolean): Learned {
  if (!isNew || !fit || fit[1] <= believedSeconds) return { capacityPerSecond, ...(fit ? { fit } : {}) }
  const share = believedSeconds / fit[1]
  return { capacityPerSecond, fit: [short(fit[0] * share), short(fit[1] * share)] }
}

/** Six digits. */
function short(value: number): number {
  if (value === 0) return 0
  const factor = 10 ** (5 - Math.floor(Math.log10(Math.abs(value))))
  return Math.round(value * factor) / factor
}
