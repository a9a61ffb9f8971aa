import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/deployed/**/*.test.ts'],
    retry: 0,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 600_000,
  },
})
