import type { Score } from './score.ts'

/** What one setting of a policy comes to. */
export type Point = Pick<Score, 'lateShare' | 'relativeCost'>

/** Nothing late has no logarithm; one in a million is as good. */
const leastLateShare = 1e-6

/**
 * C@v: what a policy costs when it is tuned to be late exactly so often. Of the settings only those count that no other beats in both;
 * between them log C is straight in log V.
 *
 * @param lateShare v, a fraction above 0
 * @returns null when no setting is late so seldom; the cheapest setting's cost when all are late more seldom
 */
export function costAt(points: readonly Point[], lateShare: number): number | null {
  const front = unbeaten(points)
  const after = front.findIndex(point => point.lateShare > lateShare)
  if (after === 0 || front.length === 0) return null
  const before = front.at(after < 0 ? -1 : after - 1) as Point
  const next = front[after]
  if (after < 0 || !next) return before.relativeCost
  const [from, to, at] = [before.lateShare, next.lateShare, lateShare].map(share =>
    Math.log(Math.max(share, leastLateShare)),
  ) as [number, number, number]
  const part = to === from ? 0 : Math.max(0, (at - from) / (to - from))
  return before.relativeCost ** (1 - part) * next.relativeCost ** part
}

/** The least late first; each later one is cheaper. */
function unbeaten(points: readonly Point[]): Point[] {
  const front: Point[] = []
  const sorted = points.toSorted((a, b) => a.lateShare - b.lateShare || a.relativeCost - b.relativeCost)
  for (const point of sorted) {
    if (point.relativeCost < (front.at(-1)?.relativeCost ?? Number.POSITIVE_INFINITY)) front.push(point)
  }
  return front
}

/**
 * One setting for all histories: mean late share, geometric mean of the cost.
 *
 * @param byHistory the scores of one policy, for each history those of all its settings; a setting that a history lacks is left out
 */
export function pointsOfAll(byHistory: readonly (readonly Score[])[]): (Point & { setting: string })[] {
  const [first = []] = byHistory
  return first.flatMap(({ setting }) => {
    const scores = byHistory.flatMap(of => of.find(score => score.setting === setting) ?? [])
    if (scores.length < byHistory.length) return []
    const mean = (value: (score: Score) => number): number =>
      scores.reduce((sum, score) => sum + value(score), 0) / scores.length
    return {
      setting,
      lateShare: mean(score => score.lateShare),
      relativeCost: Math.exp(mean(score => Math.log(score.relativeCost))),
    }
  })
}

/** The same score against another optimum: that of the late share at which policies are compared. */
export const against = (score: Score, optimumTaskSeconds: number): Score => ({
  ...score,
  relativeCost: (score.taskHours * 3600) / optimumTaskSeconds,
})
