import { lastSegment } from '../../model/arn.ts'
import { minute, second } from '../../model/time.ts'
import { type Courtroom, skewMs, targetOf } from '../judge.ts'
import { hostAfterMs } from '../policies.ts'
import type { FamilyPart } from '../scenario.ts'
import type { TrueTask } from '../truth.ts'
import type { Spell } from '../truth-machines.ts'
import { lineageTold } from './restarts.ts'

/** Judges replacements of tasks that live, and the stops that follow them. */

/** A task counts as proved once it has run so long. */
const provedMs = minute
/** Reads lag by so much, and calls take their time. */
const lagMs = 90 * second
/** A frozen sandbox goes on so late. */
const frozenMs = 3 * minute

export function judgePlanned(court: Courtroom, part: FamilyPart, task: TrueTask, taskArn: string): void {
  const { history, violate } = court
  const name = task.taskId.slice(0, 8)
  const isSecond = history.planned.has(task.taskId)
  history.planned.set(task.taskId, lastSegment(taskArn))
  if (!part.planned) {
    violate('S2', `task ${name} is replaced while it is meant to live`)
    return
  }
  const wrong = isSecond
    ? 'a second time'
    : task.keeper !== 'nobody'
      ? `although a ${task.keeper} ran it`
      : part.planned.why === 'host'
        ? wrongAboutMachine(court, task, part.planned.isLess)
        : wrongAboutNotice(court, task)
  if (wrong !== null) violate('S19', `task ${name} lives and is replaced ${wrong}`)
  judgeWindow(court, part, `task ${name} is replaced`)
  judgeBudget(court, part, lastSegment(taskArn))
}

function wrongAboutMachine(
  { truth, history, now, scenario }: Courtroom,
  task: TrueTask,
  isLess: boolean,
): string | null {
  if (isLess) return 'although its owner only wants to be told'
  const isFair = Object.keys(scenario.faults).length === 0
  // What is looked at once a minute, or less often in bad weather, hides shorter pauses.
  const spell = lastSpell(truth.machines.spells(task.host ?? ''), isFair ? lagMs : 6 * minute)
  if (!spell) return 'although its machine was never in trouble'
  if (spell.toMs !== null && now() - spell.toMs > (isFair ? lagMs : frozenMs))
    return 'although its machine has been well for a while'
  const key = `${targetOf('family', task.family)} ${task.host}`
  const sinceWellMs = now() - (history.wellAt.get(key) ?? 0)
  // What lags may be told after what is newer.
  if (scenario.faults.stale === undefined && sinceWellMs < hostAfterMs - skewMs)
    return `${Math.round(sinceWellMs / second)} s after its machine was said to be well`
  const forMs = now() - spell.fromMs
  return forMs < hostAfterMs - skewMs ? `${Math.round(forMs / second)} s after the trouble began` : null
}

/** The last spell, and those before it that only short pauses part from it. */
function lastSpell(spells: readonly Spell[], pauseMs: number): Spell | null {
  let last: Spell | null = null
  for (const spell of spells)
    last = last && isNear(last, spell, pauseMs) ? { ...spell, fromMs: last.fromMs } : spell
  return last
}

const isNear = (last: Spell, next: Spell, pauseMs: number): boolean =>
  last.toMs !== null && next.fromMs - last.toMs < pauseMs

function wrongAboutNotice({ truth, now }: Courtroom, task: TrueTask): string | null {
  const dueAtMs = truth.announced.get(task.taskId)
  if (dueAtMs === undefined) return 'although nobody announced its end'
  return now() > dueAtMs + frozenMs ? 'after its day' : null
}

/** It stays open to the end of the history. */
function judgeWindow({ now, startAtMs, violate }: Courtroom, { planned }: FamilyPart, what: string): void {
  const opensAtMs = startAtMs + (planned?.opensAtMs ?? 0)
  if (now() < opensAtMs - skewMs)
    violate('S19', `${what} ${Math.round((opensAtMs - now()) / second)} s before its window opens`)
}

/** Reads that hide a replacement which was started, or calls of which nobody knows whether they started one. */
const hiding = ['stale', 'partial', 'timeout', 'crash', 'freeze', 'error', 'outage'] as const

function judgeBudget(
  { truth, history, scenario, violate }: Courtroom,
  { name, planned }: FamilyPart,
  started: string,
): void {
  if (hiding.some(fault => scenario.faults[fault] !== undefined)) return
  const others = [...history.planned.values()].filter(id => {
    const task = truth.tasks.get(id)
    return id !== started && task?.family === name && task.endingAtMs === null && task.runningAtMs === null
  })
  if (others.length >= (planned?.atOnce ?? 1))
    violate('S19', `${others.length + 1} replacements of ${name} start at once, and ${planned?.atOnce} may`)
}

/** The task that stands in its place by now, or stood there a moment ago. */
function successorsOf({ truth, history }: Courtroom, taskId: string): TrueTask[] {
  const found: TrueTask[] = []
  const names = [history.planned.get(taskId)]
  for (const id of names) {
    const task = truth.tasks.get(id ?? '')
    if (!task) continue
    found.push(task)
    const lineage = lineageTold(task.startedBy)
    for (const next of truth.tasks.values()) {
      const told = lineageTold(next.startedBy)
      const isNext =
        (told?.root === task.taskId && told.attempt === 1) ||
        (told !== null && told.root === lineage?.root && told.attempt === (lineage?.attempt ?? 0) + 1)
      if (isNext && !names.includes(next.taskId)) names.push(next.taskId)
    }
  }
  return found
}

export function judgeOldStop(court: Courtroom, part: FamilyPart, task: TrueTask, reason: string): void {
  const { now, violate } = court
  const name = task.taskId.slice(0, 8)
  const { planned } = part
  const isAsked = planned?.why === reason.slice('longshore:'.length) && !planned.isLess
  if (!isAsked) violate('S19', `task ${name} is stopped as ${reason}, and its owner did not ask for that`)
  const hasRun = successorsOf(court, task.taskId).some(
    ({ runningAtMs, endingAtMs }) =>
      runningAtMs !== null &&
      now() - runningAtMs >= provedMs - skewMs &&
      (endingAtMs === null || now() - endingAtMs <= frozenMs),
  )
  if (!hasRun) violate('S19', `task ${name} is stopped before another has proved itself in its place`)
  judgeWindow(court, part, `task ${name} is stopped`)
}

/** Whatever kept it is over by then: looks that failed, a replacement that was slow, an instance that had to leave Cloud Map. */
const broughtToEndMs = 8 * minute

/** At the end: nobody stays beside who took his place, and nobody stays on a machine that is lost. */
export function judgePlansEnd(court: Courtroom, part: FamilyPart): void {
  const { truth, history, now, startAtMs, scenario, violate } = court
  const { planned } = part
  if (!planned || planned.isLess) return
  const openSinceMs = Math.max(startAtMs + (planned.opensAtMs ?? 0), startAtMs + scenario.quietFromMs)
  if (now() - openSinceMs < broughtToEndMs) return
  for (const [taskId] of history.planned) {
    const task = truth.tasks.get(taskId)
    if (task?.family !== part.name || task.endingAtMs !== null) continue
    const isProved = successorsOf(court, taskId).some(
      ({ runningAtMs, endingAtMs }) =>
        endingAtMs === null && runningAtMs !== null && now() - runningAtMs > broughtToEndMs,
    )
    if (isProved) violate('L7', `task ${taskId.slice(0, 8)} of ${part.name} lives on beside its replacement`)
  }
  if (planned.why === 'host') judgeLost(court, part)
}

function judgeLost({ truth, history, now, violate }: Courtroom, part: FamilyPart): void {
  for (const task of truth.living(part.name)) {
    const spell = truth.machines.spells(task.host ?? '').at(-1)
    const sinceMs = Math.max(spell?.fromMs ?? now(), task.createdAtMs)
    if (!spell || spell.toMs !== null || now() - sinceMs < hostAfterMs + 2 * broughtToEndMs) continue
    if (task.keeper !== 'nobody' || task.runningAtMs === null || history.planned.has(task.taskId)) continue
    const isTold = history.journal.some(
      ({ about, tell, because: { code } }) => about === task.taskId && tell && code.startsWith('machine'),
    )
    if (!isTold)
      violate('L7', `task ${task.taskId.slice(0, 8)} of ${part.name} stays on a machine that is lost`)
  }
}
