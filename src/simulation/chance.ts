import type { Randomness } from '../world/randomness.ts'

export const chance = (random: Randomness, probability: number): boolean => random.fraction() < probability
