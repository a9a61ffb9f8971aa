import type { Recording } from '../../../backtest/recording.ts'
import type { Score } from '../../../backtest/score.ts'
import { second } from '../../../model/time.ts'
import { percent, thousands } from '../numbers.ts'
import { type Columns, columnsOf } from './columns.ts'
import { bandPath, barsPath, stepPath } from './paths.ts'
import { linear, taskTicks } from './scale.ts'
import { spread } from './spread.ts'
import { element, type Picture, picture, written } from './svg.ts'
import { timeTicks } from './time-ticks.ts'

/** One autoscaler of the picture, the best first. */
export interface Actor {
  score: Score
  recording: Recording
  /** Shown until it is taken out by hand. */
  shown: boolean
}

export interface TimePicture extends Picture {
  actors: Actor[]
  capacityPerTask: number
  startAtMs: number | null
  /** Buckets. */
  from: number
  to: number
  /** Buckets that another picture shows more closely. */
  marked: { from: number; to: number } | null
}

const lane = { height: 15, gap: 9 }
const axisHeight = 26

/** Load, the capacity of each autoscaler above it, and below it a lane for each with what was late. */
export function timePicture(options: TimePicture): string {
  const { actors, width, from, to, marked, startAtMs, capacityPerTask } = options
  const wide = width > 700
  const plot = { left: 44, right: width - (wide ? 210 : 8), top: 10, bottom: 0 }
  const laneStep = lane.height + lane.gap + (wide ? 0 : 15)
  const laneTop = options.height - actors.length * laneStep - (wide ? 0 : 4)
  plot.bottom = laneTop - axisHeight - 18
  const first = actors[0]
  if (!first) return ''
  const columns = actors.map(({ recording }) => columnsOf(recording, from, to, plot.right - plot.left))
  const load = columns[0]?.load ?? { least: new Float64Array(), most: new Float64Array() }
  const tasksMost = highest(actors, columns, capacityPerTask)
  const x = linear([0, columns[0]?.count ?? 1], [plot.left, plot.right])
  const y = linear([0, tasksMost * 1.06], [plot.bottom, plot.top])
  const bucketMs = first.recording.bucketSeconds * second
  const xOf = linear([from * bucketMs, to * bucketMs], [plot.left, plot.right])
  const ticks = timeTicks(from * bucketMs, to * bucketMs, startAtMs, wide ? 14 : 5)
  const lanesBottom = options.height - 2
  const clip = `${options.id}-clip`

  const labels = wide ? spread(labelled(actors, columns, y), 15, plot.top + 6, plot.bottom) : []
  return picture(
    options,
    element(
      'clipPath',
      { id: clip },
      element('rect', {
        x: plot.left,
        y: plot.top,
        width: plot.right - plot.left,
        height: plot.bottom - plot.top,
      }),
    ),
    ...(marked
      ? [
          element('rect', {
            class: 'marked',
            x: xOf(marked.from * bucketMs),
            y: plot.top,
            width: xOf(marked.to * bucketMs) - xOf(marked.from * bucketMs),
            height: lanesBottom - plot.top,
          }),
        ]
      : []),
    ...taskTicks(tasksMost * 1.06, wide ? 6 : 4).map(
      tick =>
        element('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y(tick), y2: y(tick) }) +
        written(plot.left - 8, y(tick) + 4, thousands(tick), { class: 'tick', 'text-anchor': 'end' }),
    ),
    ...ticks.map(({ offsetMs, label }) => {
      const at = xOf(offsetMs)
      const room = at > plot.left + 16 && at < plot.right - 16
      return (
        element('line', { class: 'grid', x1: at, x2: at, y1: plot.top, y2: lanesBottom }) +
        (room ? written(at, plot.bottom + 18, label, { class: 'tick', 'text-anchor': 'middle' }) : '')
      )
    }),
    element(
      'g',
      { 'clip-path': `url(#${clip})` },
      element('path', {
        class: 'load',
        d: bandPath(load, x, value => y(value / capacityPerTask), plot.bottom),
      }),
      element('path', { class: 'load-edge', d: bandPath(load, x, value => y(value / capacityPerTask)) }),
      // The best last, so that it lies on top.
      ...actors
        .map(({ score }, index) => {
          const { ready } = columns[index] as Columns
          return to - from > ready.most.length
            ? element('path', { class: `layer ready band p-${score.policy}`, d: bandPath(ready, x, y) })
            : element('path', { class: `layer ready p-${score.policy}`, d: stepPath(ready, x, y) })
        })
        .reverse(),
    ),
    ...labels.map(({ at, actor }) =>
      written(plot.right + 10, at + 4, actor.score.policy, {
        class: `layer name p-${actor.score.policy}`,
      }),
    ),
    ...actors.map(({ score }, index) => {
      const top = laneTop + index * laneStep + (wide ? 0 : 15)
      const base = top + lane.height
      const label = score.lateShare === 0 ? 'nothing late' : `${percent(score.lateShare)} late`
      const name = { class: `name p-${score.policy}` }
      return element(
        'g',
        { class: `lane p-${score.policy}` },
        element('line', { class: 'lane-base', x1: plot.left, x2: plot.right, y1: base, y2: base }),
        element('path', {
          class: 'bars',
          d: barsPath((columns[index] as Columns).worstLate, x, base, lane.height),
        }),
        wide
          ? written(plot.right + 10, base - 2, `${score.policy}  ${label}`, name)
          : written(plot.left, top - 3, `${score.policy}  ${label}`, name),
      )
    }),
  )
}

/** Room for the load and for what is shown at first; a count far above both is cut off. */
function highest(actors: Actor[], columns: Columns[], capacityPerTask: number): number {
  const most = (values: Float64Array | undefined): number =>
    (values ?? new Float64Array()).reduce((a, b) => Math.max(a, b), 0)
  const load = most(columns[0]?.load.most) / capacityPerTask
  const ready = actors.map((_, index) => most(columns[index]?.ready.most))
  const shown = Math.max(...ready.filter((_, index) => actors[index]?.shown), 1)
  return Math.max(load, shown, Math.min(Math.max(...ready), 2.5 * Math.max(load, shown)))
}

const labelled = (actors: Actor[], columns: Columns[], y: (value: number) => number) =>
  actors.map((actor, index) => ({ actor, at: y(columns[index]?.ready.most.at(-1) ?? 0) }))

/** Height of a picture with so many lanes. */
export const timePictureHeight = (actors: number, width: number, chart: number): number =>
  chart + actors * (lane.height + lane.gap + (width > 700 ? 0 : 15)) + axisHeight
