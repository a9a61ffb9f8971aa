import { defineConfig } from 'vitest/config'

/** Only the tests of pure functions: some tens of milliseconds per mutant. */
export default defineConfig({
  test: { include: ['test/decide/**/*.test.ts'], retry: 0, isolate: false },
})
