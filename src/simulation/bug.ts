import type { Lease } from '../model/state.ts'
import { type Target, targetKey } from '../model/target.ts'
import type { Bug } from './scenario.ts'

/** Stands for any mistake of ours: what our own code would throw. */
export class PlannedBug extends Error {
  override name = bugName
}

export const bugName = 'PlannedBug'

/** Whether our own code would throw here, in the place of this call. */
export function isBuggy({ target, at }: Bug, operation: string, args: unknown[]): boolean {
  const [kind, , name] = target.split('/')
  const [first, second] = args as [unknown, { family?: string } | string[] | undefined]
  const isAbout = (what: unknown): boolean => targetKey(what as Target) === target
  switch (operation) {
    case 'store.keepEvidence':
    case 'store.mark':
      return at === 'mark' && isAbout(first)
    case 'store.record':
      return at === 'record' && isAbout((first as Lease).target)
    case 'ecs.describeServices':
      return at === 'look' && kind === 'service' && Array.isArray(second) && second[0] === name
    case 'ecs.listTasks':
      return at === 'look' && kind === 'family' && !Array.isArray(second) && second?.family === name
    default:
      return false
  }
}
