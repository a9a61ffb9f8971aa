import type { Band } from './columns.ts'
import type { Scale } from './scale.ts'
import { short } from './svg.ts'

/** Shapes of columns. `x` takes a column's index, `y` a value. */

/** Everything between the least and the most of each column; down to `floor` where one is given. */
export function bandPath({ least, most }: Band, x: Scale, y: Scale, floor?: number): string {
  const upper = outline(most, x, y)
  if (floor !== undefined)
    return `M${short(x(0))} ${short(floor)}L${upper.join('L')}L${short(x(most.length))} ${short(floor)}Z`
  return `M${upper.join('L')}L${outline(least, x, y).reverse().join('L')}Z`
}

/** The line of steps that the most of each column makes. */
export const stepPath = ({ most }: Band, x: Scale, y: Scale): string => `M${outline(most, x, y).join('L')}`

/** Corners of the steps; a run of equal values is one step. */
function outline(values: Float64Array, x: Scale, y: Scale): string[] {
  const corners: string[] = []
  values.forEach((value, index) => {
    if (index > 0 && value === values[index - 1]) return
    const before = values[index - 1]
    if (before !== undefined) corners.push(`${short(x(index))} ${short(y(before))}`)
    corners.push(`${short(x(index))} ${short(y(value))}`)
  })
  corners.push(`${short(x(values.length))} ${short(y(values.at(-1) ?? 0))}`)
  return corners
}

/** The share of which nothing is seen, 0.01 %: from there on the height is logarithmic. */
const leastShare = 0.0001

/** A bar for each column in which something was late: a quarter of the height at 0.1 %, all of it at 100 %. What is there is seen, if by a pixel. */
export function barsPath(shares: Float64Array, x: Scale, base: number, height: number): string {
  const bars: string[] = []
  shares.forEach((share, index) => {
    if (share === 0) return
    const part = Math.max(0, 1 + Math.log10(Math.max(share, leastShare)) / 4)
    const width = Math.max(x(index + 1) - x(index), 0.8)
    bars.push(
      `M${short(x(index))} ${short(base)}v${short(-Math.max(1, height * part))}h${short(width)}V${short(base)}Z`,
    )
  })
  return bars.join('')
}
