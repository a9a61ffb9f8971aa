import { fileURLToPath } from 'node:url'
import type { TestProjectInlineConfiguration } from 'vitest/config'
import { packageDeployed } from '../deployed/stack.ts'
import { pythonWith } from '../prepared/python.ts'
import { runtimeClient } from '../prepared/runtime-client.ts'

/** What `npm run test:emulators` is made of. Each part can be run by its name. */
export const parts = {
  ministack: 'contracts',
  moto: 'contracts',
  deployed: 'stack',
  'runtime-client': 'stack',
} as const

export type Part = keyof typeof parts

export const isPart = (name: string): name is Part => Object.hasOwn(parts, name)

export type Project = Extract<TestProjectInlineConfiguration, { test?: unknown }>

export interface Ready {
  projects: Project[]
  /** Takes away what was made for this run alone. */
  remove(): Promise<void>
}

/**
 * Prepares what the parts need, at the same time: Python, the runtime client, the stack packaged once for all of them. Rejects with all that
 * went wrong, when nothing is left running.
 */
export async function prepare(names: Part[], tell: (line: string) => void): Promise<Ready> {
  const anyOf = (...wanted: Part[]) => names.some(name => wanted.includes(name))
  const [python, client, stack] = await Promise.allSettled([
    anyOf('ministack', 'moto', 'deployed')
      ? pythonWith('emulators', requirements, '3.10', line => tell(`emulators: ${line}`))
      : '',
    anyOf('runtime-client') ? runtimeClient(line => tell(`runtime client: ${line}`)) : '',
    anyOf('deployed', 'runtime-client') ? packaged(line => tell(`stack: ${line}`)) : null,
  ])
  const remove = async () => {
    if (stack.status === 'fulfilled') await stack.value?.remove()
  }
  if (python.status === 'rejected' || client.status === 'rejected' || stack.status === 'rejected') {
    await remove()
    const reasons = [python, client, stack].flatMap(it =>
      it.status === 'rejected' ? [it.reason.message] : [],
    )
    throw new Error(reasons.join('\n'))
  }
  const provide = {
    python: python.value,
    runtimeClient: client.value,
    stackFolder: stack.value?.folder ?? '',
  }
  return {
    projects: names.map(name =>
      parts[name] === 'contracts' ? contracts(name, { provide }) : stackTests(name, { provide }),
    ),
    remove,
  }
}

function packaged(tell: (line: string) => void): ReturnType<typeof packageDeployed> {
  tell('packaging it')
  return packageDeployed()
}

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))

type Settings = NonNullable<Project['test']>

/** The contracts of the ports before one emulator, or before an endpoint in `env`. */
export const contracts = (name: string, settings: Settings): Project => ({
  test: {
    name,
    include: ['test/emulators/**/*.test.ts'],
    globalSetup: 'test/emulators/global-setup.ts',
    runner: 'test/emulators/runner.ts',
    env: {},
    isolate: false,
    testTimeout: 120_000,
    ...everywhere,
    ...settings,
  },
})

const runtimeClientTests = 'test/deployed/runtime-client.test.ts'

const stackTests = (name: Part, settings: Settings): Project => ({
  test: {
    name,
    include: name === 'runtime-client' ? [runtimeClientTests] : ['test/deployed/**/*.test.ts'],
    exclude: name === 'runtime-client' ? [] : [runtimeClientTests],
    testTimeout: 60_000,
    ...everywhere,
    ...settings,
  },
})

const everywhere = { retry: 0, hookTimeout: 120_000 }
