import { defineConfig } from 'vitest/config'

const stack = 'test/stack/**/*.test.ts'
/** Everything tried in every way: seconds each. */
const long = 'test/**/*.long.test.ts'
/** Minutes, or more than every machine has: npm scripts of their own. */
const apart = ['mutants', 'emulators', 'deployed', 'mutation'].map(folder => `test/${folder}/**`)

export default defineConfig({
  test: {
    retry: 0,
    isolate: false,
    // Vitest leaves a core to itself, which of two is half the machine.
    maxWorkers: '100%',
    // Against what hangs; how fast the code is, benchmarks tell.
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'code', include: ['test/**/*.test.ts'], exclude: [stack, long, ...apart] },
      },
      { extends: true, test: { name: 'long', include: [long], exclude: apart } },
      // Packages the stack first, once; a run without its tests does not.
      {
        extends: true,
        test: { name: 'stack', include: [stack], globalSetup: 'test/stack/package.setup.ts' },
      },
    ],
  },
})
