/** Names beside their points, none upon another. */

export interface LabelSpot {
  x: number
  y: number
  text: string
  /** Class of the text. */
  name: string
}

export interface PlacedLabel extends LabelSpot {
  anchor: 'start' | 'middle' | 'end'
}

export interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

const letterWidth = 6.7
const lineHeight = 15

/** Right of the point, left of it, above, below, then further away: the first place where it hides least. */
const places = [
  { dx: 11, dy: 4, anchor: 'start' },
  { dx: -11, dy: 4, anchor: 'end' },
  { dx: 0, dy: -12, anchor: 'middle' },
  { dx: 0, dy: 22, anchor: 'middle' },
  { dx: 9, dy: -10, anchor: 'start' },
  { dx: 9, dy: 19, anchor: 'start' },
  { dx: -9, dy: -10, anchor: 'end' },
  { dx: -9, dy: 19, anchor: 'end' },
  { dx: 12, dy: -24, anchor: 'start' },
  { dx: 12, dy: 33, anchor: 'start' },
  { dx: -12, dy: -24, anchor: 'end' },
  { dx: -12, dy: 33, anchor: 'end' },
] as const

export function placeLabels(
  spots: readonly LabelSpot[],
  points: readonly { x: number; y: number }[],
  within: Box,
  reserved: readonly Box[] = [],
): PlacedLabel[] {
  const taken: Box[] = [...reserved]
  for (const { x, y } of points) taken.push({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 })
  return spots.map(spot => {
    let best: { label: PlacedLabel; box: Box; hidden: number } | null = null
    for (const { dx, dy, anchor } of places) {
      const label = { ...spot, x: spot.x + dx, y: spot.y + dy, anchor }
      const box = boxOf(label)
      const hidden = taken.reduce((sum, other) => sum + overlap(box, other), 0) + 4 * outside(box, within)
      if (best === null || hidden < best.hidden) best = { label, box, hidden }
    }
    if (best === null) return { ...spot, anchor: 'start' }
    taken.push(best.box)
    return best.label
  })
}

export function boxOf({ x, y, text, anchor }: PlacedLabel): Box {
  const width = text.length * letterWidth
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - lineHeight + 3, bottom: y + 3 }
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))

const outside = (box: Box, within: Box): number =>
  lineHeight * (Math.max(0, within.left - box.left) + Math.max(0, box.right - within.right)) +
  (box.right - box.left) * (Math.max(0, within.top - box.top) + Math.max(0, box.bottom - within.bottom))
