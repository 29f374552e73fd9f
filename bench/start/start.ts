/** `npm run bench:start` profiles the CPU time of a start of the Worker, and writes docs/performance.md. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill, table } from '../../scripts/cost/document.ts'
import { wrangler } from '../../scripts/wrangler.ts'
import { median } from '../statistics.ts'
import { environment, formatNumber, machine } from '../tables.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(values.rounds)
const root = join(import.meta.dirname, '../..')
const folders = { Parlour: root, 'an empty Worker': join(import.meta.dirname, 'empty') }
type Name = keyof typeof folders
const names = Object.keys(folders) as Name[]

type Frame = { functionName: string; lineNumber: number; columnNumber: number }
type Profile = { nodes: { id: number; callFrame: Frame }[]; samples: number[]; timeDeltas: number[] }

const temporary = mkdtempSync(join(tmpdir(), 'parlour-start-'))

/** Runs wrangler in the Worker's folder, because `check startup` has no option for another configuration. */
const run = async (name: Name, args: string[]): Promise<void> => {
  process.chdir(folders[name])
  const { code } = await wrangler(args, { output: 'hide' })
  if (code !== 0) throw new Error(`wrangler exited with ${code}`)
}

/** Returns the package that a source file belongs to. */
const ownerOf = (source: string): string => {
  const [, scope, name] = /node_modules\/(?:(@[^/]+)\/)?([^/]+)/.exec(source) ?? []
  // Drizzle's source map has paths without the package name.
  if (name === 'src') return 'drizzle-orm'
  return name ? [scope, name].filter(Boolean).join('/') : 'our own code'
}

/** Returns the milliseconds of CPU by package, from the profile of a start. */
const partsOf = (profile: Profile, map: SourceMap | undefined): Map<string, number> => {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const parts = new Map<string, number>()
  profile.samples.forEach((sample, i) => {
    const { functionName = '', lineNumber = -1, columnNumber = -1 } = frames.get(sample) ?? {}
    if (functionName === '(idle)') return
    const found = lineNumber >= 0 ? map?.findEntry(lineNumber, columnNumber) : undefined
    const source = found && 'originalSource' in found ? found.originalSource : undefined
    // V8 samples once the script runs. The time before that is in the first sample that is not idle.
    const sampled = source ? ownerOf(source) : `V8: ${functionName || 'the script as a whole'}`
    const part = parts.size === 0 ? 'V8: before the script runs' : sampled
    parts.set(part, (parts.get(part) ?? 0) + (profile.timeDeltas[i] ?? 0) / 1000)
  })
  return parts
}

const [busy = 0] = loadavg()
const maps: Partial<Record<Name, SourceMap>> = {}
const starts: Record<Name, Map<string, number>[]> = { Parlour: [], 'an empty Worker': [] }
try {
  for (const name of names) {
    const outdir = join(temporary, name)
    await run(name, ['deploy', '--dry-run', '--outdir', outdir, '--upload-source-maps'])
    maps[name] = new SourceMap(JSON.parse(readFileSync(join(outdir, 'index.js.map'), 'utf8')))
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const outfile = join(temporary, 'start.cpuprofile')
      await run(name, ['check', 'startup', '--outfile', outfile])
      starts[name].push(partsOf(JSON.parse(readFileSync(outfile, 'utf8')), maps[name]))
    }
  }
} finally {
  rmSync(temporary, { recursive: true })
}

const sum = (parts: Map<string, number>): number =>
  [...parts.values()].reduce((total, part) => total + part, 0)
const totals = (name: Name): number[] => starts[name].map(sum)
const partNames = [...new Set(names.flatMap((name) => starts[name].flatMap((parts) => [...parts.keys()])))]
const medianOf = (name: Name, part: string): number =>
  median(starts[name].map((parts) => parts.get(part) ?? 0))
const rows = partNames
  .toSorted((one, other) => medianOf('Parlour', other) - medianOf('Parlour', one))
  .filter((part) => names.some((name) => medianOf(name, part) > 0))
  .map((part) => [part, ...names.map((name) => formatNumber(medianOf(name, part), 1))])
const row = (title: string, of: (times: number[]) => number) => [
  title,
  ...names.map((name) => formatNumber(of(totals(name)), 1)),
]
const text = [
  `${environment(new Date().toISOString(), machine())}, ${rounds} starts of each, alternating; load average ${busy.toFixed(1)} before the start`,
  table(
    ['Milliseconds of CPU', ...names],
    [row('total, median', median), row('total, minimum', (times) => Math.min(...times)), ...rows],
  ),
].join('\n\n')
console.log(text)
const path = join(root, 'docs/performance.md')
writeFileSync(path, fill(readFileSync(path, 'utf8'), 'start', text))
