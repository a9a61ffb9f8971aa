import type { TestCase, TestModule, TestSuite } from 'vitest/node'

/** What came of a run. */
export interface Tally {
  passed: number
  /** Scenarios, those behind a `beforeAll` that threw, and hooks and files that failed by themselves. */
  failed: number
  /** Skipped with a reason. What was not asked for (`-t`) is counted nowhere. */
  lacked: { part: string; scenario: string; reason: string }[]
}

export function tallyOf(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, lacked: [] }
  for (const module of modules) count(module, false, tally)
  return tally
}

function count(suite: TestModule | TestSuite, isBarred: boolean, tally: Tally): void {
  const isBroken = suite.errors().length > 0
  const failedBefore = tally.failed
  for (const child of suite.children)
    if (child.type === 'suite') count(child, isBarred || isBroken, tally)
    else countTest(child, isBarred || isBroken, tally)
  // Its hook failed, and no test of it tells.
  if (isBroken && tally.failed === failedBefore) tally.failed += 1
}

/** `isBarred`: a hook around it threw, so that it did not come to its turn. */
function countTest(test: TestCase, isBarred: boolean, tally: Tally): void {
  const result = test.result()
  if (result.state === 'passed') tally.passed += 1
  else if (result.state !== 'skipped') tally.failed += 1
  else if (result.note !== undefined)
    tally.lacked.push({ part: test.project.name, scenario: test.fullName, reason: result.note })
  else if (isBarred) tally.failed += 1
}
