import { lastSegment } from '../../model/arn.ts'
import type { DescribedTask } from '../../model/ports.ts'
import type { Answer } from '../../model/reading.ts'
import { isInjectedContainer, isRunning } from '../../model/task.ts'
import type { World } from '../../world/world.ts'
import type { Setting } from './setting.ts'

/** What a reader may want to check in the middle of the story, read from the world itself. */

export const told = <T>(answer: Answer<T>): T => {
  if (!answer.ok) throw new Error(`${answer.failure.operation}: ${answer.failure.message}`)
  return answer.value
}

/** Short and still unique in a story of some ten tasks. */
export const shortId = (arnOrId: string): string => lastSegment(arnOrId).slice(0, 8)

export async function describeTask({ world }: { world: World }, arn: string): Promise<DescribedTask> {
  const [task] = told(await world.ports.ecs.describeTasks('prod', [arn])).tasks
  if (!task) throw new Error(`no task ${arn}`)
  return task
}

/** Those that are to live on. */
export async function tasksOf({ world }: { world: World }, family: string): Promise<DescribedTask[]> {
  const arns = told(await world.ports.ecs.listTasks('prod', { family }))
  return arns.length === 0 ? [] : told(await world.ports.ecs.describeTasks('prod', arns)).tasks
}

/** Short ids of the thumbnailers that live, and of those that Cloud Map names; both sorted. */
export async function cloudMap(setting: Setting): Promise<{ living: string[]; named: string[] }> {
  const living = (await tasksOf(setting, 'thumbnailer')).filter(isRunning).map(task => shortId(task.taskId))
  const instances = told(await setting.world.ports.cloudMap.listInstances(setting.cloudMapServiceId))
  return { living: living.sort(), named: instances.map(({ id }) => shortId(id)).sort() }
}

export async function checkout({ world }: Setting): Promise<{ desired: number; running: number }> {
  const [service] = told(await world.ports.ecs.describeServices('prod', ['checkout'])).services
  return { desired: service?.desiredCount ?? 0, running: service?.runningCount ?? 0 }
}

/** The owner's own overrides: injected sidecars bring theirs along. */
const overridesOf = (task: DescribedTask) =>
  (task.overrides.containerOverrides ?? []).filter(({ name = '' }) => !isInjectedContainer(name))

/** Everything RunTask was told that an answer of AWS can show, as one text; secrets only as the names of their variables. */
export async function launchParameters(setting: Setting, task: DescribedTask): Promise<string> {
  const interfaces = task.networkInterface
    ? told(await setting.world.ports.ec2.describeNetworkInterfaces([task.networkInterface.id]))
    : []
  return [
    `${lastSegment(task.taskDefinitionArn ?? '')} on ${task.capacityProvider ?? task.launchType}`,
    task.networkInterface?.subnetId,
    interfaces.flatMap(each => each.securityGroups).join(' and '),
    ...overridesOf(task).map(
      ({ name, command = [], environment = [] }) =>
        `${name}: “${command.join(' ')}” with ${environment.map(variable => variable.name).join(', ')}`,
    ),
    ...Object.entries(task.tags).map(([key, value]) => `tag ${key}=${value}`),
  ].join(' · ')
}

/** The overrides themselves, to be compared and never shown. */
export const secretParameters = (task: DescribedTask): string => JSON.stringify(overridesOf(task))
