import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest'
import { type Lacks, verdictOn } from './lacks.ts'

/** Runs every scenario; those that the emulator lacks end as skipped if they fail as they are known to, and as failed if not. */
export default class LacksRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test)
    const lacks: Lacks = this.injectValue('emulator').lacks
    const lack = lacks[scenarioOf(test)]
    if (lack === undefined) return run()
    const verdict = verdictOn(lack, await failureOf(run))
    if (verdict.end === 'failed') throw new Error(verdict.message)
    test.context.skip(verdict.reason)
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

function scenarioOf(test: RunnerTestCase): string {
  const names = [test.name]
  for (let suite: RunnerTestSuite | undefined = test.suite; suite !== undefined; suite = suite.suite)
    names.unshift(suite.name)
  return names.filter(Boolean).join(' > ')
}
