import { defineConfig } from 'vitest/config'

const stack = 'test/stack/**/*.test.ts'

export default defineConfig({
  test: {
    retry: 0,
    isolate: false,
    projects: [
      { extends: true, test: { name: 'code', include: ['test/**/*.test.ts'], exclude: [stack] } },
      // Packages the stack first, once; a run without its tests does not.
      {
        extends: true,
        test: { name: 'stack', include: [stack], globalSetup: 'test/stack/package.setup.ts' },
      },
    ],
  },
})
