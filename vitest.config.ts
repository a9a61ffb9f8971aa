import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes: `npm run test:mutants`.
    exclude: ['test/mutants/**'],
    retry: 0,
    // Against what hangs; how fast the code is, benchmarks tell.
    testTimeout: 30_000,
    isolate: false,
  },
})
