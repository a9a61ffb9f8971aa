import { second } from '../../../model/time.ts'
import { thousands } from '../numbers.ts'
import type { Actor } from './actor.ts'
import { type Columns, columnsOf, highest } from './columns.ts'
import { bandPath, barsPath, stepPath } from './paths.ts'
import { linear, taskTicks } from './scale.ts'
import { spread } from './spread.ts'
import { element, type Picture, picture, short, written } from './svg.ts'
import { timeTicks } from './time-ticks.ts'

export interface DayPicture extends Omit<Picture, 'height'> {
  actors: Actor[]
  capacityPerTask: number
  startAtMs: number | null
  /** Buckets. */
  from: number
  to: number
}

/** All autoscalers over one load, those that are not wanted taken out by hand; below, a lane for each with what was late. */
export function dayPicture(options: DayPicture): string {
  const { actors, width, from, to, startAtMs, capacityPerTask, id } = options
  const wide = width > 700
  const [left, right] = wide ? [44, width - 200] : [26, width - 2]
  const [top, bottom] = wide ? [10, 320] : [10, 240]
  const laneTop = bottom + 40
  const laneStep = wide ? 25 : 38
  const height = laneTop + actors.length * laneStep
  const columns = actors.map(({ recording }) => columnsOf(recording, from, to, right - left))
  const shown = columns.filter((_, index) => actors[index]?.shown)
  const most = highest(columns, shown, capacityPerTask) * 1.05
  const x = linear([0, columns[0]?.count ?? 1], [left, right])
  const y = linear([0, most], [bottom, top])
  const bucketMs = (actors[0]?.recording.bucketSeconds ?? 60) * second
  const time = linear([from * bucketMs, to * bucketMs], [left, right])
  const load = columns[0]?.load
  return picture(
    { ...options, height },
    element(
      'clipPath',
      { id: `${id}-clip` },
      element('rect', { x: left, y: top, width: right - left, height: bottom - top }),
    ),
    ...taskTicks(most, wide ? 6 : 4).map(
      tick =>
        element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }) +
        written(left - 7, y(tick) + 4, thousands(tick), { class: 'tick', 'text-anchor': 'end' }),
    ),
    ...timeTicks(from * bucketMs, to * bucketMs, startAtMs, wide ? 12 : 5).map(({ offsetMs, label }) => {
      const at = time(offsetMs)
      const room = at > left + 18 && at < right - 18
      return (
        element('line', { class: 'grid', x1: at, x2: at, y1: top, y2: height - 6 }) +
        (room ? written(at, bottom + 18, label, { class: 'tick', 'text-anchor': 'middle' }) : '')
      )
    }),
    element(
      'g',
      { 'clip-path': `url(#${id}-clip)` },
      ...(load
        ? [
            element('path', {
              class: 'load',
              d: bandPath(load, x, value => y(value / capacityPerTask), bottom),
            }),
          ]
        : []),
      // The best last, so that it lies on top.
      ...actors
        .map(({ score }, index) =>
          element('path', {
            class: `layer ready p-${score.policy}`,
            d: stepPath((columns[index] as Columns).ready, x, y),
          }),
        )
        .reverse(),
    ),
    ...(wide ? endLabels(actors, columns, y) : []).map(({ at, end, policy }) =>
      element(
        'g',
        { class: `layer p-${policy}` },
        element('path', {
          class: 'tie',
          d: `M${short(right + 1)} ${short(end)}L${short(right + 11)} ${short(at)}`,
        }),
        written(right + 14, at + 4, policy, { class: 'name' }),
      ),
    ),
    ...actors.map(({ score: { policy } }, index) => {
      const base = laneTop + (index + 1) * laneStep - 8
      return element(
        'g',
        { class: `p-${policy}` },
        element('line', { class: 'lane-base', x1: left, x2: right, y1: base, y2: base }),
        element('path', { class: 'bars', d: barsPath((columns[index] as Columns).worstLate, x, base, 15) }),
        wide
          ? written(right + 14, base - 1, `late: ${policy}`, { class: 'name' })
          : written(left, base - 19, `late: ${policy}`, { class: 'name' }),
      )
    }),
  )
}

/** Names where the lines end, moved apart. */
function endLabels(actors: Actor[], columns: Columns[], y: (value: number) => number) {
  const ends = actors.map(({ score }, index) => {
    const end = Math.max(16, y(columns[index]?.ready.most.at(-1) ?? 0))
    return { policy: score.policy, end, at: end }
  })
  return spread(ends, 15, 16, y(0) - 2)
}
