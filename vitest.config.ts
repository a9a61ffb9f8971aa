import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What it needs is not on every machine: `npm run test:deployed`.
    exclude: ['test/deployed/**'],
    retry: 0,
    isolate: false,
  },
})
