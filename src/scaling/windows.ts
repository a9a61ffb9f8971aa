import type { ScheduleWindow } from '../model/memory.ts'
import type { Bounds } from './bounds.ts'
import type { ScalePolicy } from './policy.ts'
import { windowAt } from './triggers/schedule.ts'

/** The bounds with the windows that are open: highest floor, lowest ceiling, the floor before the ceiling, both within the owner's. */
export interface Windows {
  bounds: Bounds
  /** By the trigger's name. */
  remembered: Record<string, ScheduleWindow>
  /** When the next window opens or closes, epoch ms; null without schedules. */
  nextAtMs: number | null
}

export function openWindows(
  { min, max, triggers }: ScalePolicy,
  remembered: (name: string) => ScheduleWindow | undefined,
  nowMs: number,
): Windows {
  const windows: Record<string, ScheduleWindow> = {}
  let nextAtMs: number | null = null
  let floor: { tasks: number; by: string } | null = null
  let ceiling: { tasks: number; by: string } | null = null
  for (const trigger of triggers) {
    if (trigger.kind !== 'schedule') continue
    const window = windowAt(trigger, remembered(trigger.name), nowMs)
    windows[trigger.name] = window
    nextAtMs = Math.min(nextAtMs ?? window.untilMs, window.untilMs)
    if (!window.open) continue
    const by = trigger.name
    if (trigger.min !== null && trigger.min > (floor?.tasks ?? min)) floor = { tasks: trigger.min, by }
    if (trigger.max !== null && trigger.max < (ceiling?.tasks ?? max)) ceiling = { tasks: trigger.max, by }
  }
  const least = Math.min(floor?.tasks ?? min, max)
  const most = Math.max(ceiling?.tasks ?? max, least)
  const bounds = { min: least, max: most, floorBy: floor?.by ?? null, ceilingBy: ceiling?.by ?? null }
  return { bounds, remembered: windows, nextAtMs }
}
