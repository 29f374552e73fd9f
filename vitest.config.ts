import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

const { SEED = '', ROUNDS = '', PROPERTY_SEED } = process.env

export default defineConfig({
  test: {
    globalSetup: 'test/support/node/assets.ts',
    provide: { propertySeed: PROPERTY_SEED === undefined ? undefined : Number(PROPERTY_SEED) },
    projects: [
      {
        // Runs in workerd, as in production: requests to the API, on a real D1.
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              cf: false,
              // Without a server of the test's own, the network answers nothing but this.
              outboundService: () => new Response(null, { status: 410 }),
              // The replicas of `test/support/replica.ts`.
              d1Databases: ['NEAR', 'FAR'],
              // SEED and ROUNDS repeat or prolong a run of test/live/exactly-once.test.ts.
              bindings: {
                MIGRATIONS: await readD1Migrations('migrations'),
                SEED,
                ROUNDS,
                LOG: 'off',
                // Web Push is on, with a key of the tests.
                VAPID_PRIVATE_KEY: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
                VAPID_SUBJECT: 'mailto:owner@site.example',
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
        // Runs in Node: tests of files, scripts and whole processes.
        test: {
          name: 'node',
          include: ['test/**/*.node.test.ts'],
          testTimeout: 120_000,
          // Some tests start a server, which takes more than Vitest's default of ten seconds on a busy machine.
          hookTimeout: 120_000,
        },
      },
      {
        // Runs in real browsers, from the page to the database and back.
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: 'test/support/browser/setup.ts',
          // All files of a worker share one browser and one server. Each test uses its own rooms and names.
          isolate: false,
          expect: { poll: { timeout: 15_000 } },
          // The first test of a file also starts the server and the browser.
          testTimeout: 120_000,
        },
      },
    ],
  },
})
