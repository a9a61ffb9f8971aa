/** Without the dust of binary fractions: 10 × 70 / 70 is 10. */
const dust = 1e-9

/**
 * The capacity that would bring a metric to its target: ⌈capacity × metric / target⌉, in both directions, because AWS adds 2 where
 * 1.5 are wanting and removes 1 where 1.5 are too many (target tracking, EC2 and SQS user guides). NaN when it cannot be said.
 */
export const targetCapacity = (capacity: number, metric: number, target: number): number =>
  Math.ceil((capacity * metric) / target - dust)
