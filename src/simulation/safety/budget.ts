import { minute, second } from '../../model/time.ts'
import type { FaultName } from '../faults.ts'
import type { Courtroom } from '../judge.ts'
import { budgetOf } from '../policies.ts'
import type { FamilyPart } from '../scenario.ts'

/** Faults under which a restart may count later than it was made. */
const latecomers: FaultName[] = ['timeout', 'crash', 'freeze', 'outage', 'upgrade', 'bug']

/** Clocks may be five seconds off, both ways, and a call takes its time. */
const blurMs = 20 * second

/** By when the budget had room for the next restart, and a tick had found it; 0 while it always had room. */
export function budgetAtMs({ history }: Courtroom, { name, heal }: FamilyPart): number {
  if (!heal) return 0
  const { restarts, withinMs } = budgetOf(heal)
  const oldest = history.restarts.get(name)?.at(-restarts)
  return oldest === undefined ? 0 : oldest + withinMs + minute
}

/** Judges that no more tasks of a family are run again in any time than its budget allows. */
export function judgeRestartBudget({ scenario, history, now, violate }: Courtroom, part: FamilyPart): void {
  if (!part.heal) return
  const { restarts, withinMs } = budgetOf(part.heal)
  const times = [...(history.restarts.get(part.name) ?? []), now()]
  history.restarts.set(part.name, times)
  if (latecomers.some(fault => scenario.faults[fault] !== undefined)) return
  const within = times.filter(atMs => now() - atMs < withinMs - blurMs).length
  if (within > restarts)
    violate('S6', `${within} tasks of ${part.name} are run again within ${withinMs / minute} min`)
}
