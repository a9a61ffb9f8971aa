import { type Box, boxOf, type LabelSpot, placeLabels } from './place-labels.ts'
import { spread } from './spread.ts'
import { element, short, written } from './svg.ts'

const lineHeight = 16

/**
 * Names of points. Those of the column where nothing was late stand below each other beside it, each tied to its point: often most of
 * them are there. The others find a place of their own.
 */
export function scatterLabels(
  spots: readonly LabelSpot[],
  points: readonly { x: number; y: number }[],
  { column, within, room }: { column: number; within: Box; room: number },
): string[] {
  const inColumn = spots.filter(({ x }) => x === column).map(spot => ({ ...spot, at: spot.y }))
  const x = column + room
  const listed = spread(inColumn, lineHeight, within.top, within.bottom - 4)
  const ties = listed.map(({ y, at, name }) =>
    element('path', {
      class: `tie ${name}`,
      d: `M${short(column + 6)} ${short(y)}L${short(x - 4)} ${short(at)}`,
    }),
  )
  const names = listed.map(({ at, text, name }) => written(x, at + 4, text, { class: name }))
  const taken = listed.map(({ at, text, name }) => boxOf({ x, y: at + 4, text, name, anchor: 'start' }))
  const others = placeLabels(
    spots.filter(spot => spot.x !== column),
    points,
    within,
    taken,
  ).map(({ x: left, y, text, name, anchor }) =>
    written(left, y, text, { class: name, 'text-anchor': anchor }),
  )
  return [...ties, ...names, ...others]
}
