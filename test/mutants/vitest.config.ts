import { defineConfig } from 'vitest/config'

/** `npm run test:mutants`: one mutant after the other on each core, each simulated until it is found. */
export default defineConfig({
  test: { include: ['test/mutants/**/*.test.ts'], retry: 0, maxConcurrency: 2 },
})
