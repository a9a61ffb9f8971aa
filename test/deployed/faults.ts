import type { Door } from '../../scripts/bundle.ts'
import { without } from '../stack/zip.ts'
import { functionName, resourceOf, type Stack } from './stack.ts'

/** What can be wrong in a template or a zip. Each is one mistake, made in place; one that would change nothing fails. */
export type Fault = (stack: Stack) => void

export const none: Fault = () => {}

type Properties = ReturnType<typeof resourceOf>['Properties']

export const change =
  (resource: string, how: (properties: Properties) => void): Fault =>
  stack => {
    const { Properties } = resourceOf(stack, resource)
    const before = JSON.stringify(Properties)
    how(Properties)
    if (JSON.stringify(Properties) === before) throw new Error(`nothing of ${resource} is changed`)
  }

export const renameVariable = (door: Door, from: string, to: string): Fault =>
  change(functionName(door), ({ Environment: { Variables } }) => {
    if (!(from in Variables)) throw new Error(`${door} has no variable ${from}`)
    Variables[to] = Variables[from]
    delete Variables[from]
  })

/** Each worker's queue under the other's name. */
export const swapQueues = (door: Door): Fault =>
  change(functionName(door), ({ Environment: { Variables } }) => {
    const { LONGSHORE_SERVICES_QUEUE_URL: services, LONGSHORE_TASKS_QUEUE_URL: tasks } = Variables
    Object.assign(Variables, { LONGSHORE_SERVICES_QUEUE_URL: tasks, LONGSHORE_TASKS_QUEUE_URL: services })
  })

export const setHandler = (door: Door, handler: string): Fault =>
  change(functionName(door), properties => {
    properties.Handler = handler
  })

export const leaveOut =
  (door: Door, file: string): Fault =>
  ({ zips }) => {
    zips[door] = without(zips[door], `dist/${door}/${file}`)
  }

export function broken(stack: Stack, fault: Fault): Stack {
  const copy = structuredClone(stack)
  fault(copy)
  return copy
}
