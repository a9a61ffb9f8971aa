import { expect } from 'vitest'
import type { CloudMap } from '../../src/model/cloud-map.ts'
import { minute } from '../../src/model/time.ts'
import { idOf, type Story, story, type Twist } from './landing-stage.ts'
import { value } from './world-stage.ts'

/** A story whose Cloud Map somebody stands in front of, and the calls that came through, by name. */
export function fronted(change: (cloudMap: CloudMap) => Partial<CloudMap>, twist: Twist = {}) {
  const calls: string[] = []
  const counted = (cloudMap: CloudMap): CloudMap =>
    Object.fromEntries(
      Object.entries({ ...cloudMap, ...change(cloudMap) }).map(([name, call]) => [
        name,
        (...args: unknown[]) => {
          calls.push(name)
          return (call as (...args: unknown[]) => unknown)(...args)
        },
      ]),
    ) as unknown as CloudMap
  const told = story({
    ...twist,
    ports: ports => ({ ...twist.ports?.(ports), cloudMap: counted(ports.cloudMap) }),
  })
  return { ...told, calls, count: (name: keyof CloudMap) => calls.filter(each => each === name).length }
}

export const namesIn = async ({ world }: Story, serviceId: string): Promise<string[]> =>
  value(await world.ports.cloudMap.listInstances(serviceId))
    .map(({ id }) => id)
    .sort()

/** So many thumbnailers that run and are named. */
export const thumbs = async (told: Story, count = 3): Promise<string[]> => {
  const tasks = Array.from({ length: count }, () => told.start('thumbs'))
  await told.run(3 * minute)
  expect(await told.named()).toEqual(tasks.map(idOf).sort())
  return tasks
}
