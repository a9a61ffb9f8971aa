import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/deployed/**/*.test.ts'],
    globalSetup: 'test/deployed/prepare.ts',
    retry: 0,
    // They wait more than they compute.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
