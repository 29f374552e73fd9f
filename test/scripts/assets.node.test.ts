import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { wrangler } from '../../scripts/wrangler.ts'

/** Prints how large a file is on the wire, gzipped, beside how many bytes it may have there. */
const expectWithin = (budget: number, name: string, path: string): void => {
  const bytes = gzipSync(readFileSync(path), { level: 9 }).byteLength
  console.log(`${name}: ${bytes} bytes gzipped, of ${budget}`)
  expect(bytes).toBeLessThanOrEqual(budget)
}

it.each([
  ['client.js', 7600],
  ['parlour.js', 26_000],
  // The element loads the one of its language too.
  ['parlour-ar.js', 2400],
  ['parlour-en.js', 2400],
  ['parlour-de.js', 2400],
  ['parlour-es.js', 2400],
  ['parlour-ja.js', 2400],
  ['home.js', 1000],
  ['turnstile.js', 1000],
  ['moderate/moderate.js', 13_000],
])('%s, which a page loads, has at most %i bytes', (name, budget) => {
  expectWithin(budget, `public/${name}`, `public/${name}`)
})

it('the Worker, as it would be uploaded, has at most 97,000 bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-size-'))
  try {
    const { code } = await wrangler(['deploy', '--dry-run', '--outdir', folder], { output: 'hide' })
    expect(code).toBe(0)
    expectWithin(97_000, 'The Worker', join(folder, 'index.js'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
