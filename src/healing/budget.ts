import type { RestartBudget } from './policy.ts'

/**
 * When the budget of a family has room for the next restart but `ahead`, epoch ms; null: it has room now. A sliding window: never
 * more than `restarts` in any `withinMs`. `spent`: when tasks of the family were run again within it, oldest first.
 */
export function roomAtMs(
  spent: readonly number[],
  { restarts, withinMs }: RestartBudget,
  ahead: number,
  now: number,
): number | null {
  const leaves = spent.length + ahead - restarts
  return leaves < 0 ? null : (spent[leaves] ?? now) + withinMs
}

/** An instant that a clock ahead of ours wrote counts as now. */
export const spentWithin = (spent: readonly number[], withinMs: number, now: number): number[] =>
  spent.map(atMs => Math.min(atMs, now)).filter(atMs => now - atMs < withinMs)
