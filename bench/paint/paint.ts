/**
 * `npm run bench:paint` measures in Chromium how soon a room of 50 messages is painted, and how smoothly one of 10,000 scrolls, and writes
 * docs/performance.md. `--before COMMIT` also measures the element as it was then.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { fill, table } from '../../scripts/cost/document.ts'
import { chromiumPath, launch } from '../../test/support/browser/chromium.ts'
import { type Figures, scrollUp } from '../../test/support/browser/measure.ts'
import { localServer } from '../../test/support/node/server.ts'
import { median } from '../statistics.ts'
import { environment, machine } from '../tables.ts'
import { servePages } from './page.ts'
import { roomOf, roomsSql, type Size, sizes } from './rooms.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    messages: { type: 'string', default: `${sizes.long}` },
    before: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const root = join(import.meta.dirname, '../..')
const temporary = mkdtempSync(join(tmpdir(), 'parlour-paint-'))
const [load = 0] = loadavg()

/** Runs a program, and throws if it fails. */
const run = (command: string, args: string[], cwd: string): void => {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

/** Returns the font of the emoji. Without one, which readers have, Chromium searches all fonts for each emoji. */
const emojiFont = (): string => {
  const { stdout } = spawnSync('fc-list', [':charset=1f44d', 'family'], { encoding: 'utf8' })
  if (stdout?.trim()) return stdout.trim().split('\n')[0] ?? ''
  throw new Error('There is no font with emoji. Install one: apt-get install fonts-noto-color-emoji')
}

/** Builds the element as it was at a commit. Returns the folder of its files. */
const build = (commit: string): string => {
  const folder = join(temporary, 'before')
  const archive = join(temporary, 'before.tar')
  mkdirSync(folder)
  run('git', ['archive', '--output', archive, commit], root)
  run('tar', ['-xf', archive], folder)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  run(process.execPath, ['scripts/assets.ts'], folder)
  return join(folder, 'public')
}

type Arm = { title: string; folder: string; isPlain: boolean }
const now: Arm[] = [
  { title: 'plain', folder: 'now', isPlain: true },
  { title: 'with replies and reactions', folder: 'now', isPlain: false },
]
const before: Arm = { title: `plain, before (${values.before})`, folder: 'before', isPlain: true }
const arms = values.before === undefined ? now : [before, ...now]

const open = async (browser: Browser, url: string) => {
  const context = await browser.newContext({ viewport: { width: 800, height: 700 } })
  const page = await context.newPage()
  await page.goto(url)
  return { page, log: page.locator('parlour-room').getByRole('log'), close: () => context.close() }
}

type Paint = { painted: number; rendered: number; complete: number }

/**
 * Returns the milliseconds from the navigation until the messages in view are painted, the same from the messages' answer, and from the
 * navigation until all messages are painted.
 */
const paint = async (browser: Browser, url: string): Promise<Paint> => {
  const { page, close } = await open(browser, url)
  const result = await page.evaluate(async (count): Promise<Paint> => {
    const frame = () => new Promise(requestAnimationFrame)
    const log = () => document.querySelector('parlour-room')?.shadowRoot?.querySelector('[role=log]')
    const rows = () => log()?.querySelectorAll('[part~="message"]') ?? []
    /** Returns when a condition holds that the painted rows fulfil. */
    const painted = async (isThere: () => boolean): Promise<number> => {
      while (!isThere()) await frame()
      // A task after a frame begins when that frame is painted.
      await frame()
      await new Promise((done) => setTimeout(done))
      return performance.now()
    }
    const isFull = () => rows().length > 0 && (log()?.scrollHeight ?? 0) > (log()?.clientHeight ?? 0)
    const inView = await painted(isFull)
    const complete = await painted(() => rows().length >= count)
    const answer = performance.getEntriesByType('resource').find(({ name }) => name.includes('/message?'))
    const rendered = inView - (answer as PerformanceResourceTiming).responseEnd
    return { painted: inView, rendered, complete }
  }, sizes.short)
  await close()
  return result
}

const scroll = async (browser: Browser, url: string): Promise<Figures> => {
  const { log, close } = await open(browser, url)
  await log.getByText(`No. ${sizes.long}:`).waitFor()
  const figures = await scrollUp(log, Number(values.messages))
  await close()
  return figures
}

const font = emojiFont()
const server = await localServer()
// A copy, because a build may come in between.
cpSync(join(root, 'public'), join(temporary, 'now'), { recursive: true })
const folders = { now: join(temporary, 'now'), ...(values.before && { before: build(values.before) }) }
const pages = await servePages(server.url, folders)
const urlOf = ({ folder, isPlain }: Arm, size: Size) => pages.pageOf(folder, roomOf(size, isPlain))
const paints = arms.map((): Paint[] => [])
const scrolls: Figures[] = []
try {
  await server.start()
  server.fill(roomsSql())
  const browser = await launch(chromiumPath)
  // The first round warms the server and the browser up.
  for (let round = -1; round < rounds; round++) {
    const order = [...arms.entries()]
    for (const [i, arm] of round % 2 === 0 ? order : order.toReversed()) {
      const taken = await paint(browser, urlOf(arm, 'short'))
      if (round >= 0) paints[i]?.push(taken)
    }
  }
  for (const arm of arms) scrolls.push(await scroll(browser, urlOf(arm, 'long')))
  await browser.close()
} finally {
  pages.close()
  await server.remove()
  rmSync(temporary, { recursive: true })
}

/** Returns the median of an arm with its ratio to the first arm in the same rounds. */
const compared = (i: number, of: (paint: Paint) => number): string => {
  const own = paints[i]?.map(of) ?? []
  const ratios = own.map(
    (value, round) => value / of(paints[0]?.[round] ?? { painted: 1, rendered: 1, complete: 1 }),
  )
  return `${Math.round(median(own))} (${median(ratios).toFixed(2)})`
}
const text = [
  `${environment(new Date().toISOString(), machine())}, Chromium, ${rounds} paints of each, alternating; emoji of ${font}; load average ${load.toFixed(1)} before the start`,
  `The first paint of the messages in view, of ${sizes.short}, in milliseconds. In parentheses: the ratio to the first row, the median of the rounds.`,
  table(
    ['', 'from the navigation', 'from the answer with the messages', 'all messages, from the navigation'],
    arms.map(({ title }, i) => [
      title,
      compared(i, (each) => each.painted),
      compared(i, (each) => each.rendered),
      compared(i, (each) => each.complete),
    ]),
  ),
  `Scrolling up ${Number(values.messages).toLocaleString('en')} messages of a room of ${sizes.long.toLocaleString('en')}, 300 pixels a frame. A frame is long from 50 ms on.`,
  table(
    ['', 'frames', 'median ms', 'p95 ms', 'longest ms', 'long tasks', 'most elements in the page'],
    arms.map(({ title }, i) => {
      const { frames, longTasks, nodes } = scrolls[i] ?? {}
      const cells = [frames?.count, frames?.median, frames?.p95, frames?.longest, longTasks?.count, nodes]
      return [title, ...cells.map((cell) => cell?.toLocaleString('en') ?? '')]
    }),
  ),
].join('\n\n')
console.log(text)
const path = join(root, 'docs/performance.md')
writeFileSync(path, fill(readFileSync(path, 'utf8'), 'paint', text))
