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
  const slopes = new Float64Array(last)
  let apex = 0
  let apexValue = lower[0] as number
  const above = createHull(upper, 1)
  const below = createHull(lower, -1)

  /** The string bends around the first corner of a side. */
  function bend(side: Hull): void {
    const corner = side.first()
    const value = side.values[corner] as number
    slopes.fill((value - apexValue) / (corner - apex), apex, corner)
    apex = corner
    apexValue = value
    side.dropFirst()
  }

  function extend(side: Hull, other: Hull, at: number): void {
    side.push(at, apex, apexValue)
    const value = side.values[at] as number
    while (!other.isEmpty() && side.isAlone()) {
      const corner = other.first()
      if (corner === at) break
      const toCorner = ((other.values[corner] as number) - apexValue) / (corner - apex)
      const toNew = (value - apexValue) / (at - apex)
      if (side.sign * (toNew - toCorner) >= 0) break
      bend(other)
    }
  }

  for (let at = 1; at <= last; at++) {
    extend(above, below, at)
    extend(below, above, at)
  }
  while (!above.isEmpty()) bend(above)
  return slopes
}

interface Hull {
  readonly values: Float64Array
  /** 1: convex, below the upper bound; -1: concave, above the lower one. */
  readonly sign: 1 | -1
  isEmpty(): boolean
  /** Only one corner: the straight line from the apex. */
  isAlone(): boolean
  first(): number
  dropFirst(): void
  push(at: number, apex: number, apexValue: number): void
}

/** The side's hull as seen from the apex: corners at whole seconds. */
function createHull(values: Float64Array, sign: 1 | -1): Hull {
  const corners = new Int32Array(values.length)
  let begin = 0
  let end = 0
  return {
    values,
    sign,
    isEmpty: () => begin === end,
    isAlone: () => end - begin === 1,
    first: () => corners[begin] as number,
    dropFirst: () => {
      begin++
    },
    push(at, apex, apexValue) {
      const value = values[at] as number
      while (end > begin) {
        const corner = corners[end - 1] as number
        const [previous, previousValue] =
          end - begin > 1
            ? [corners[end - 2] as number, values[corners[end - 2] as number] as number]
            : [apex, apexValue]
        const slopeBefore = ((values[corner] as number) - previousValue) / (corner - previous)
        const slopeAfter = (value - (values[corner] as number)) / (at - corner)
        if (sign * (slopeAfter - slopeBefore) > 0) break
        end--
      }
      if (end === begin) {
        begin = 0
        end = 0
      }
      corners[end++] = at
    },
  }
}
