import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need what is not on every machine: `npm run test:emulators`.
    exclude: ['test/emulators/**'],
    retry: 0,
    isolate: false,
  },
})
