import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Minutes: `npm run test:mutants`.
    exclude: ['test/mutants/**'],
    retry: 0,
    isolate: false,
  },
})
