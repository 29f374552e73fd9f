/**
 * `npm run soak` runs the delivery tests with more listeners and for longer than `npm test`. The environment variables SEED,
 * LISTENERS, POSTERS and ROUNDS override the sizes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const sizes = { SOAK: '1', LISTENERS: '200', POSTERS: '20', ROUNDS: '30' }
const tests = [
  'test/live/exactly-once.test.ts',
  'test/live/soak.node.test.ts',
  'test/live/half-open.node.test.ts',
]

// Run by Node directly, as in wrangler.ts.
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const child = spawn(process.execPath, [vitest, 'run', '--no-file-parallelism', ...tests], {
  env: { ...sizes, ...process.env },
  stdio: 'inherit',
})
const [code] = await once(child, 'exit')
process.exitCode = code ?? 1
