import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest'
import type { Lack } from './lacks.ts'

/** Runs every scenario; those that the emulator lacks end as skipped if they fail as they are known to, and as failed if not. */
export default class LacksRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test)
    const { name, lacks } = this.injectValue('emulator')
    const lack: Lack | undefined = lacks[scenarioOf(test)]
    if (lack === undefined) return run()
    const error = await failureOf(run)
    if (error === null) throw new Error(`${name} has learned this: take it off its list of lacks.`)
    if (!error.includes(lack.shows))
      throw new Error(`${name} lacks this, but it should show “${lack.shows}”. It was: ${error}`)
    test.context.skip(lack.reason)
  }
}

async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

export function scenarioOf(test: RunnerTestCase): string {
  const names = [test.name]
  for (let suite: RunnerTestSuite | undefined = test.suite; suite !== undefined; suite = suite.suite)
    names.unshift(suite.name)
  return names.filter(Boolean).join(' > ')
}
