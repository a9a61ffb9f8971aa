import type { Task } from '../../model/task.ts'
import type { StoppedTask } from '../view.ts'
import type { MachineTrouble } from './machine-trouble.ts'

/** The machines that living tasks of a family run on, as far as ECS tells. */
export interface MachineSight {
  /** By ARN; those that ECS did not tell of are not in it. */
  seen: ReadonlyMap<string, MachineTrouble | null>
  /** How the tasks on machines in trouble were launched, by task id. */
  specs: ReadonlyMap<string, StoppedTask['spec']>
  isUnsure: boolean
}

/** The machines that a service's tasks run on. */
export interface ServiceMachineSight {
  seen: ReadonlyMap<string, MachineTrouble | null>
  /** Its tasks on machines that are not stopping. */
  tasks: readonly Task[]
}

export const machinesOf = (tasks: readonly Task[]): Set<string> =>
  new Set(tasks.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []))
