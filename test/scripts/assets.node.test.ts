import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { wrangler } from '../../scripts/wrangler.ts'

/** Prints how large a file is on the wire, gzipped, beside how many bytes it may have there. */
const expectWithin = (budget: number, name: string, path: string): void => {
  const bytes = gzipSync(readFileSync(path), { level: 9 }).byteLength
  console.log(`${name}: ${bytes} bytes gzipped, of ${budget}`)
  expect(bytes).toBeLessThanOrEqual(budget)
}

it.each([
  ['client.js', 7168],
  ['parlour.js', 26_624],
  ['parlour-count.js', 2100],
  ['home.js', 1000],
  ['turnstile.js', 1000],
  ['parlour-push.js', 700],
  ['admin/admin.js', 25_500],
])('%s, which a page loads, has at most %i bytes', (name, budget) => {
  expectWithin(budget, `public/${name}`, `public/${name}`)
})

/** The parts of the element that load on use, by their names without the hash, and how many bytes they may have. */
const parts: Record<string, number> = {
  // The element loads the one of its language at once.
  ar: 4000,
  de: 3600,
  en: 3200,
  es: 3400,
  ja: 3800,
  attachments: 6200,
  composing: 6400,
  'emoji-de': 56_000,
  'emoji-en': 56_000,
  'emoji-es': 56_000,
  'emoji-ja': 56_000,
  'emoji-picker': 3000,
  'event-stream': 400,
  files: 6600,
  'identity-form': 2600,
  // Loads in every room, beside its messages.
  later: 8000,
  'message-tools': 8700,
  names: 600,
  notify: 5100,
  'own-reactions': 500,
  pins: 2100,
  push: 3500,
  replies: 3200,
  'report-news': 1100,
  'sanction-form': 2000,
  'side-panel': 6100,
  uploads: 1900,
  viewer: 4900,
}

describe('the parts of the element', () => {
  const files = readdirSync('public/parlour').filter((name) => name.endsWith('.js'))
  const nameOf = (file: string) => file.replace(/-[0-9A-Z]{8}\.js$/, '')

  it('are these, one file each', () => {
    expect(files.map(nameOf).toSorted()).toEqual(Object.keys(parts).toSorted())
  })

  it('have the same names when a server in a folder that links to them builds them again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parlour-linked-'))
    try {
      for (const name of ['package.json', 'src', 'public', 'node_modules', 'scripts'])
        symlinkSync(resolve(name), join(folder, name))
      execFileSync(process.execPath, ['scripts/assets.ts'], { cwd: folder })
      expect(readdirSync('public/parlour').filter((name) => name.endsWith('.js'))).toEqual(files)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each(files)('%s is within its budget', (file) => {
    expectWithin(parts[nameOf(file)] ?? 0, file, `public/parlour/${file}`)
  })

  it.each(files)('%s has no second copy of lit-html, and imports only other parts', (file) => {
    const code = readFileSync(`public/parlour/${file}`, 'utf8')
    expect(code).not.toContain('createPolicy("lit-html"')
    expect(code).not.toMatch(/^import\b|\bfrom"/)
  })
})

it('the Worker, as it would be uploaded, has at most 214,000 bytes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-size-'))
  try {
    const { code } = await wrangler(['deploy', '--dry-run', '--outdir', folder], { output: 'hide' })
    expect(code).toBe(0)
    expectWithin(214_000, 'The Worker', join(folder, 'index.js'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
