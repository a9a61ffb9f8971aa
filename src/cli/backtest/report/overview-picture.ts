import { second } from '../../../model/time.ts'
import { briefSetting } from '../names.ts'
import { percent, threeDigits } from '../numbers.ts'
import type { Actor } from './actor.ts'
import { type Columns, columnsOf, highest } from './columns.ts'
import { bandPath, barsPath } from './paths.ts'
import { linear, type Scale, taskTicks } from './scale.ts'
import { element, type Picture, picture, written } from './svg.ts'
import { timeTicks } from './time-ticks.ts'

export interface OverviewPicture extends Omit<Picture, 'height'> {
  actors: Actor[]
  capacityPerTask: number
  startAtMs: number | null
  /** Buckets that another picture shows more closely. */
  marked: { from: number; to: number } | null
}

interface Layout {
  left: number
  right: number
  /** Above a panel, for its name; 0 where the name stands beside it. */
  head: number
  chart: number
  lane: number
  gap: number
}

const layoutFor = (width: number): Layout =>
  width > 700
    ? { left: 44, right: width - 200, head: 0, chart: 78, lane: 13, gap: 15 }
    : { left: 26, right: width - 2, head: 18, chart: 58, lane: 12, gap: 12 }

const axisHeight = 24

/** The whole history, one panel for each autoscaler on the same scale: load in grey, what was paid for above it, and below it when requests were late. */
export function overviewPicture(options: OverviewPicture): string {
  const { actors, width, startAtMs, marked, capacityPerTask } = options
  const layout = layoutFor(width)
  const step = layout.head + layout.chart + layout.lane + layout.gap
  const height = axisHeight + actors.length * step
  const buckets = actors[0]?.recording.arrived.length ?? 0
  const bucketMs = (actors[0]?.recording.bucketSeconds ?? 60) * second
  const { left, right } = layout
  const columns = actors.map(({ recording }) => columnsOf(recording, 0, buckets, right - left))
  const most = highest(columns, columns, capacityPerTask)
  const time = linear([0, buckets * bucketMs], [left, right])
  const ticks = timeTicks(0, buckets * bucketMs, startAtMs, width > 700 ? 14 : 5)
  return picture(
    { ...options, height },
    ...(marked
      ? [
          element('rect', {
            class: 'marked',
            x: time(marked.from * bucketMs),
            y: axisHeight - 4,
            width: time(marked.to * bucketMs) - time(marked.from * bucketMs),
            height: height - axisHeight,
          }),
        ]
      : []),
    ...ticks.map(({ offsetMs, label }) => {
      const at = time(offsetMs)
      const room = at > left + 16 && at < right - 16
      return (
        element('line', { class: 'grid', x1: at, x2: at, y1: axisHeight - 4, y2: height - 4 }) +
        (room ? written(at, 12, label, { class: 'tick', 'text-anchor': 'middle' }) : '')
      )
    }),
    ...actors.map((actor, index) =>
      panel(actor, columns[index] as Columns, {
        layout,
        top: axisHeight + index * step,
        most,
        capacityPerTask,
        x: linear([0, columns[index]?.count ?? 1], [left, right]),
      }),
    ),
  )
}

interface Panel {
  layout: Layout
  top: number
  most: number
  capacityPerTask: number
  x: Scale
}

function panel(
  { score }: Actor,
  { load, ready, worstLate }: Columns,
  { layout, top, most, capacityPerTask, x }: Panel,
): string {
  const floor = top + layout.head + layout.chart
  const y = linear([0, most * 1.04], [floor, top + layout.head])
  const base = floor + layout.lane + 2
  return element(
    'g',
    { class: `p-${score.policy}` },
    ...taskTicks(most, 2).map(
      tick =>
        element('line', { class: 'grid', x1: layout.left, x2: layout.right, y1: y(tick), y2: y(tick) }) +
        written(layout.left - 7, y(tick) + 4, String(tick), { class: 'tick', 'text-anchor': 'end' }),
    ),
    element('path', { class: 'paid', d: bandPath(ready, x, y, floor) }),
    element('path', { class: 'load', d: bandPath(load, x, value => y(value / capacityPerTask), floor) }),
    element('path', { class: 'ready band', d: bandPath(ready, x, y) }),
    element('path', { class: 'bars', d: barsPath(worstLate, x, base, layout.lane) }),
    ...caption(score, layout, top),
  )
}

function caption(
  { policy, setting, relativeCost, lateShare }: Actor['score'],
  layout: Layout,
  top: number,
): string[] {
  const figures = `${threeDigits(relativeCost)}× · ${lateShare === 0 ? 'nothing late' : `${percent(lateShare)} late`}`
  if (layout.head > 0)
    return [
      written(layout.left, top + 12, policy, { class: 'name' }),
      written(layout.right, top + 12, figures, { class: 'tick', 'text-anchor': 'end' }),
    ]
  const x = layout.right + 14
  return [
    written(x, top + 26, policy, { class: 'name' }),
    written(x, top + 43, briefSetting(setting), { class: 'tick' }),
    written(x, top + 60, figures),
  ]
}
