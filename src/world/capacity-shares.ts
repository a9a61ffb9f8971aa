import type { CapacityProviderStrategy } from '../model/capacity-provider-strategy.ts'

/** How many of so many tasks each provider gets: its base, then its share of the rest by weight, the largest remainders first. */
export function sharesOf(strategy: CapacityProviderStrategy, tasks: number): Map<string, number> {
  const base = (each: { base: number }) => Math.min(each.base, tasks)
  const rest =
    tasks -
    Math.min(
      tasks,
      strategy.reduce((sum, each) => sum + base(each), 0),
    )
  const weights = strategy.reduce((sum, { weight }) => sum + weight, 0)
  const shares = strategy.map(each => {
    const exact = weights === 0 ? 0 : (rest * each.weight) / weights
    return { each, count: base(each) + Math.floor(exact), remainder: exact % 1 }
  })
  let left = tasks - shares.reduce((sum, { count }) => sum + count, 0)
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder)) {
    if (left <= 0 || share.remainder === 0) break
    share.count += 1
    left -= 1
  }
  return new Map(shares.map(({ each, count }) => [each.capacityProvider, count]))
}

/** The one that lacks most of its share; undefined when none of those that have a place lacks any. */
export function nextProvider(
  strategy: CapacityProviderStrategy,
  tasks: number,
  placedOn: string[],
  without: ReadonlySet<string | null>,
): string | undefined {
  const lacking = [...sharesOf(strategy, tasks)]
    .map(([provider, share]) => ({ provider, lack: share - placedOn.filter(on => on === provider).length }))
    .filter(({ provider, lack }) => lack > 0 && !without.has(provider))
    .sort((a, b) => b.lack - a.lack)
  return lacking[0]?.provider
}
