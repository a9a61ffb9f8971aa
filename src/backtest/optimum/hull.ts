/** One side of the funnel: corners of the bound's hull as seen from the apex, at whole seconds. */
export interface Hull {
  readonly values: Float64Array
  /** 1: convex, below the upper bound; -1: concave, above the lower one. */
  readonly sign: 1 | -1
  readonly corners: Int32Array
  begin: number
  end: number
}

export const createHull = (values: Float64Array, sign: 1 | -1): Hull => ({
  values,
  sign,
  corners: new Int32Array(values.length),
  begin: 0,
  end: 0,
})

/** The bound at `at` becomes a corner; those that the hull now passes by are forgotten. */
export function pushCorner(hull: Hull, at: number, apex: number, apexValue: number): void {
  const { values, corners, sign, begin } = hull
  const value = values[at] as number
  let { end } = hull
  while (end > begin) {
    const corner = corners[end - 1] as number
    const cornerValue = values[corner] as number
    const before = end - begin > 1 ? (corners[end - 2] as number) : apex
    const beforeValue = end - begin > 1 ? (values[before] as number) : apexValue
    const slopeBefore = (cornerValue - beforeValue) / (corner - before)
    const slopeAfter = (value - cornerValue) / (at - corner)
    if (sign * (slopeAfter - slopeBefore) > 0) break
    end--
  }
  corners[end] = at
  hull.end = end + 1
}
