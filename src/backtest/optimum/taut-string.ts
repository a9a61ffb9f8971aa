import { createHull, type Hull, pushCorner } from './hull.ts'

/**
 * The taut string between two bounds: of all curves from the first point to the last that stay within, the one whose slope
 * varies least. It minimises every convex function of the slope, the peak included. Funnel algorithm, linear in the number of points
 * (Lee and Preparata 1984; Davies and Kovac 2001).
 *
 * @param lower at each whole second; must never exceed `upper`, and both must meet at the first and the last index
 * @returns slope in each second: one entry fewer
 */
export function tautString(lower: Float64Array, upper: Float64Array): Float64Array {
  const last = lower.length - 1
  const string: Bends = { slopes: new Float64Array(last), apex: 0, apexValue: lower[0] as number }
  const above = createHull(upper, 1)
  const below = createHull(lower, -1)
  for (let at = 1; at <= last; at++) {
    extend(string, above, below, at)
    extend(string, below, above, at)
  }
  while (above.begin < above.end) bend(string, above)
  return string.slopes
}

/** The string up to its apex, the last point that is certain. */
interface Bends {
  slopes: Float64Array
  apex: number
  apexValue: number
}

/** The string bends around the first corner of a side. */
function bend(string: Bends, side: Hull): void {
  const corner = side.corners[side.begin++] as number
  const value = side.values[corner] as number
  string.slopes.fill((value - string.apexValue) / (corner - string.apex), string.apex, corner)
  string.apex = corner
  string.apexValue = value
}

/** Where the straight line to the new corner would cross the other side, the string bends around that one first. */
function extend(string: Bends, side: Hull, other: Hull, at: number): void {
  pushCorner(side, at, string.apex, string.apexValue)
  const value = side.values[at] as number
  while (side.end - side.begin === 1 && other.begin < other.end) {
    const corner = other.corners[other.begin] as number
    if (corner === at) return
    const toCorner = ((other.values[corner] as number) - string.apexValue) / (corner - string.apex)
    const toNew = (value - string.apexValue) / (at - string.apex)
    if (side.sign * (toNew - toCorner) >= 0) return
    bend(string, other)
  }
}
