export type { SloMemory } from '../../model/slo-memory.ts'
