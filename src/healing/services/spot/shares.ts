import type { CapacityProviderStrategy } from '../../../model/capacity-provider-strategy.ts'
import type { SpotFallbackPolicy } from './policy.ts'

/** How a strategy's weights are shared out between Spot, on-demand and whatever else it names. Percent of all weights. */

type Providers = Pick<SpotFallbackPolicy, 'from' | 'to'>

const weightOf = (strategy: CapacityProviderStrategy, provider: string): number =>
  strategy.find(({ capacityProvider }) => capacityProvider === provider)?.weight ?? 0

const percentOf = (strategy: CapacityProviderStrategy, weight: number): number => {
  const whole = strategy.reduce((sum, each) => sum + each.weight, 0)
  return whole === 0 ? 0 : (100 * weight) / whole
}

/** What the owner gave the on-demand provider. */
export const ownShare = (original: CapacityProviderStrategy, { to }: Providers): number =>
  percentOf(original, weightOf(original, to))

/** All of Spot's share, as far as the owner pays for it. Never less than the owner's own. */
export function fullShare(
  original: CapacityProviderStrategy,
  { from, to, upToPercent }: Pick<SpotFallbackPolicy, 'from' | 'to' | 'upToPercent'>,
): number {
  const own = ownShare(original, { from, to })
  const both = own + percentOf(original, weightOf(original, from))
  return Math.max(own, Math.floor(Math.min(both, upToPercent)))
}

/** Weights are whole and at most 1,000 (API reference, CapacityProviderStrategyItem). */
const whole = 1_000

/**
 * The owner's strategy with `share` percent of the weights on demand, taken from Spot. Other providers keep theirs. Spot has no
 * base meanwhile: ECS places a base first, and would wait for it.
 */
export function sharedOut(
  original: CapacityProviderStrategy,
  providers: Providers,
  share: number,
): CapacityProviderStrategy {
  const { from, to } = providers
  if (share <= ownShare(original, providers)) return original
  const named = original.some(({ capacityProvider }) => capacityProvider === to)
    ? original
    : [...original, { capacityProvider: to, base: 0, weight: 0 }]
  const isOther = (provider: string): boolean => provider !== from && provider !== to
  const others = named.map(({ capacityProvider, weight }) =>
    isOther(capacityProvider) && weight > 0
      ? Math.max(1, Math.round((percentOf(original, weight) * whole) / 100))
      : 0,
  )
  // Rounded down: what is asked for is a ceiling.
  const onDemand = Math.floor((share * whole) / 100)
  const spot = Math.max(0, whole - onDemand - others.reduce((sum, weight) => sum + weight, 0))
  const weights = named.map(({ capacityProvider }, at) =>
    capacityProvider === to ? onDemand : capacityProvider === from ? spot : (others[at] ?? 0),
  )
  const divisor = weights.reduce(greatestCommonDivisor)
  return named.map(({ capacityProvider, base }, at) => ({
    capacityProvider,
    base: capacityProvider === from ? 0 : base,
    weight: (weights[at] ?? 0) / divisor,
  }))
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)
