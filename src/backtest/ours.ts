import type { Contestant, Wishes } from './contestants.ts'

/** Ours as a contestant; null: it does not stand under test yet. */
export const createOurs: ((wishes: Wishes) => Contestant) | null = null
