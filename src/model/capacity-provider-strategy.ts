/** On which capacity a service's tasks are placed (API reference, CapacityProviderStrategyItem). */
export interface CapacityProviderStrategyItem {
  /** `FARGATE`, `FARGATE_SPOT`, or the name of a provider of the owner's. */
  capacityProvider: string
  /** So many tasks run there before the weights count; at most one provider of a strategy has one. 0 to 100,000. */
  base: number
  /** Share of the rest, 0 to 1,000. With 0 it gets none of it. */
  weight: number
}

export type CapacityProviderStrategy = CapacityProviderStrategyItem[]

/** ECS does not promise the order in which it tells them. */
export const isSameStrategy = (one: CapacityProviderStrategy, other: CapacityProviderStrategy): boolean =>
  textOf(one) === textOf(other)

const textOf = (strategy: CapacityProviderStrategy): string =>
  strategy
    .map(({ capacityProvider, base, weight }) => `${capacityProvider} ${base} ${weight}`)
    .sort()
    .join()

/** `FARGATE 1 (base 2), FARGATE_SPOT 3`: the weights. */
export const strategyWords = (strategy: CapacityProviderStrategy): string =>
  strategy
    .map(
      ({ capacityProvider, base, weight }) =>
        `${capacityProvider} ${weight}${base === 0 ? '' : ` (base ${base})`}`,
    )
    .join(', ')
