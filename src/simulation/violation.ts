/** What must hold: `S` always, `L` once the world has been quiet for a while. */
export const invariants = {
  S1: 'a desired count that is written lies within the bounds read for it',
  S2: 'a failed task gets at most one replacement',
  S3: 'nothing is done on what is known to be over: an alarm, muted or not in ALARM lately, a task that ended or is not healthy',
  S4: 'one holder of the lease at a time, and no write under an old epoch',
  S5: 'what a user, a scale-in, a deployment or its own success stopped is not replaced',
  S6: 'replacements keep to the attempts, the back-off and the budget of the policy',
  S7: 'a DAEMON service is never scaled',
  S8: 'no scale-in while a deployment is known to be in progress, nothing at all where the rule freezes',
  S9: 'no scale-in on missing, unreadable or suspicious data, and no last task taken from what is to be done',
  S10: 'every effect is in the ledger before it, and in the journal after it, where nothing else counts as done',
  S11: 'cooldowns, step limits, limits per period and stabilization hold, whatever came twice',
  S12: 'in mode observe, and in a direction that is paused, nothing is changed',
  S13: 'no hot loop: what fails is tried again with back-off',
  S14: 'no secret in journal, message, metric or log',
  S15: 'what is acknowledged is written down',
  S16: 'what no rule names is never touched',
  S17: 'our own code does not throw, and a bug about one target keeps no other waiting',
  S18: 'no revision of a service is rolled back from twice, and none to where it was rolled back from',
  S19: 'a task that lives is replaced once, when its hold-down is over and its window open, so many at once, and stopped only when its replacement has proved itself',
  S20: 'no task is run again whose image is known to be gone, and none is given up for an image of which that is not known',
  S21: 'no strategy is changed beyond the ceiling, sooner than the policy says, without failures, or in a deployment of the owner',
  S22: 'each crash loop and each stuck deployment is told, and told once',
  S23: 'never fewer instances, or healthy ones, in Cloud Map than the policy’s min by what Longshore does',
  S24: 'a task that Longshore stops is not named in Cloud Map any more for as long as clients keep an answer, where it can be taken out',
  L1: 'the count is what the alarms or signals ask for within the bounds, and stays, with nothing more done',
  L2: 'Cloud Map names exactly the tasks that live',
  L3: 'nothing dirty, no lease, no open intent, empty queues, and only poison among the dead letters',
  L4: 'every failed task that the policy wants healed is replaced, or given up in the journal',
  L5: 'every notice is sent or given up',
  L6: 'every target was looked at lately',
  L7: 'nobody lives on beside who took his place, or on a machine that is lost',
  L8: 'a service has the capacity provider strategy of its owner again',
  L9: 'what was rolled back from stays away and what came instead runs, and a loop is rolled back from or it is told why not',
} as const

export type InvariantId = keyof typeof invariants

export interface Violation {
  invariant: InvariantId
  sentence: string
  atMs: number
}
