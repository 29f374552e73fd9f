import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

const { SEED = '', ROUNDS = '' } = process.env

export default defineConfig({
  test: {
    globalSetup: 'test/support/node/assets.ts',
    projects: [
      {
        // In workerd, as in production: the API through its public door, on a real D1.
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              cf: false,
              // SEED and ROUNDS: which run of the test of the promise, and how long.
              // What `test/support/replica.ts` lets lag behind.
              d1Databases: ['NEAR', 'FAR'],
              bindings: {
                MIGRATIONS: await readD1Migrations('migrations'),
                SEED,
                ROUNDS,
                LOG: 'off',
                // As `npm start` sets it.
                LOOPBACK_ONLY: 'true',
              },
            },
          })),
        ],
        test: {
          name: 'workerd',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{node,browser}.test.ts'],
          setupFiles: ['test/support/migrate.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // In Node: what is about files, scripts and whole processes.
        test: {
          name: 'node',
          include: ['test/**/*.node.test.ts'],
          testTimeout: 120_000,
          // Some start a server, which takes longer than Vitest's ten seconds where the machine is busy.
          hookTimeout: 120_000,
        },
      },
      {
        // In a real Chromium, from the page to the database and back.
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: 'test/support/browser/setup.ts',
          // One browser and one server for all the files that a worker runs; rooms and names are each test's own.
          isolate: false,
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 60_000,
        },
      },
    ],
  },
})
