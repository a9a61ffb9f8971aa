/** Arrival instants of requests that wait, first come first served. */
export interface Lane {
  length: number
  push(arrivedAt: number): void
  /** Arrival of the first; the lane must not be empty. */
  first(): number
  shift(): number
  /** How many arrived before an instant. */
  countBefore(instant: number): number
}

/** A ring in a flat array that grows. */
export function createLane(): Lane {
  let ring = new Float64Array(16)
  let head = 0

  const grow = (): void => {
    const more = new Float64Array(2 * ring.length)
    more.set(ring.subarray(head))
    more.set(ring.subarray(0, head), ring.length - head)
    ring = more
    head = 0
  }
  const lane: Lane = {
    length: 0,
    push(arrivedAt) {
      if (lane.length === ring.length) grow()
      ring[(head + lane.length) & (ring.length - 1)] = arrivedAt
      lane.length++
    },
    first: () => ring[head] as number,
    shift() {
      const first = ring[head] as number
      head = (head + 1) & (ring.length - 1)
      lane.length--
      return first
    },
    countBefore(instant) {
      let count = 0
      while (count < lane.length && (ring[(head + count) & (ring.length - 1)] as number) < instant) count++
      return count
    },
  }
  return lane
}
