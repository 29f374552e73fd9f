import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

/** What a page loads, and how much of it there may be: bytes as they are on the wire, gzipped. */
it.each([
  ['client.js', 5000],
  ['parlour.js', 20_000],
  ['home.js', 1000],
  ['moderate/moderate.js', 13_000],
])('%s has at most %i bytes', (name, budget) => {
  const bytes = gzipSync(readFileSync(`public/${name}`), { level: 9 }).byteLength
  console.log(`public/${name}: ${bytes} bytes gzipped, of ${budget}`)
  expect(bytes).toBeLessThanOrEqual(budget)
})
