import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** `npm run test:packages`. It isn't a part of `npm test`, because npm downloads the frameworks. */
export default defineConfig({
  test: {
    root: resolve(import.meta.dirname, '../..'),
    globalSetup: ['test/support/node/assets.ts', 'test/support/browser/setup.ts'],
    include: ['test/packages/frameworks.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 15_000 } },
  },
})
