/** C@v: what a policy costs when it is tuned to be late exactly so often. */
export interface EqualViolation {
  lateShare: number
  policy: string
  relativeCost: number
}
