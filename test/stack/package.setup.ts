import type { TestProject } from 'vitest/node'
import { fullPolicy, type Packaged, packageStack } from './packaged.ts'

/** Packages the stack once for all tests of it: a policy that asks for everything, and the same one that only observes. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const args = ['--stage', 'prod', '--param', 'alarmEmail=ops@example.com']
  const [acting, observing] = await Promise.all([
    packageStack({ policy: fullPolicy, args }),
    packageStack({ policy: fullPolicy.replace('mode: act', 'mode: observe'), args, withBundles: false }),
  ])
  for (const [name, { remove, ...packaged }] of Object.entries({ acting, observing }))
    project.provide(name as 'acting' | 'observing', packaged)
  return async () => {
    await acting.remove()
    await observing.remove()
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    acting: Packaged
    observing: Packaged
  }
}
