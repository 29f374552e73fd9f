/** `npm run archive -- ROOM`: saves a chatroom as HTML files that need no server. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { argumentsOf, command, explain, reason, Stop, serverUrl, userPath } from './command.ts'
import { ArchivedFiles } from './files/archived.ts'

const usage = `npm run archive -- ROOM [options]

Saves a chatroom as HTML files: page-1.html with the oldest messages, and so on; index.html is the newest page. The files of
messages come into the folder "files" beside them. If it is interrupted, the same command goes on.

  --url URL       the server; http://localhost:8787 unless given
  --output DIR    where to write; archive/ROOM unless given
  --as NAME       the user who reads, if only members may
  --token TOKEN   the user's token, or ADMIN_TOKEN
  --help          this text`

const STYLES = ['style.css', 'archive.css']
const DEFAULT_WAIT_SECONDS = 5

/** Fetches a text. Waits while the server asks for it. */
const read = async (url: string, token: string | undefined): Promise<string> => {
  for (;;) {
    const answer = await fetch(url, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    }).catch((error: unknown) => {
      throw new Stop(
        `No answer from ${url}: ${reason(error)}. Start the server by npm start, or name another one by --url.`,
      )
    })
    if (answer.ok) return answer.text()
    const { status } = answer
    const text = await answer.text()
    if (status !== 429 && status !== 503) {
      const body = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
      throw new Stop(explain({ status, body }))
    }
    const wait = Number(answer.headers.get('retry-after')) || DEFAULT_WAIT_SECONDS
    console.error(`The server asks to wait for ${wait} seconds.`)
    await new Promise((done) => setTimeout(done, wait * 1000))
  }
}

/** Returns the number of the page that a link names. A user can't write such a tag: the text of messages is escaped. */
const linked = (html: string, rel: 'canonical' | 'prev'): number | undefined => {
  const [, page] = new RegExp(`<link rel="${rel}" href="\\?page=(\\d+)`).exec(html) ?? []
  return page === undefined ? undefined : Number(page)
}

/** Makes links of pages lead to files. There are no files of feeds. */
const asFile = (html: string): string =>
  html
    .replaceAll(/ href="\?page=(\d+)[^"#]*/g, ' href="page-$1.html')
    .replaceAll(/ href="\.\.\/\.\.\/(style|archive)\.css"/g, ' href="$1.css"')
    .replaceAll(/<link rel="alternate"[^>]*>\n/g, '')

/**
 * Saves all pages of a room, the newest first, and removes those of an earlier run that are gone: their messages were removed. Returns the number
 * of pages.
 */
const save = async (
  archive: URL,
  directory: string,
  token: string | undefined,
  files: ArchivedFiles,
): Promise<number> => {
  const saved = new Set<string>()
  const write = async (name: string, content: string) => {
    await writeFile(join(directory, name), content)
    saved.add(name)
  }
  for (let page: number | undefined; ; ) {
    if (page !== undefined) archive.searchParams.set('page', String(page))
    const html = await read(archive.href, token)
    const number = linked(html, 'canonical')
    if (number === undefined) throw new Stop(`${archive} is no archive of a chatroom.`)
    const isNewest = page === undefined
    if (isNewest) await mkdir(directory, { recursive: true })
    const content = asFile(await files.save(html))
    if (isNewest) {
      await write('index.html', content)
      for (const style of STYLES) await write(style, await read(new URL(`/${style}`, archive).href, token))
    }
    await write(`page-${number}.html`, content)
    page = linked(html, 'prev')
    if (page === undefined) break
  }
  const pages = (await readdir(directory)).filter((name) => /^page-\d+\.html$/.test(name))
  for (const name of pages.filter((name) => !saved.has(name))) await rm(join(directory, name))
  await files.removeOthers()
  return saved.size - STYLES.length - 1
}

await command(usage, async () => {
  const { values, positionals } = parseArgs({
    args: argumentsOf(process.argv),
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      output: { type: 'string' },
      as: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [room, ...more] = positionals
  if (values.help || room === undefined || more.length > 0) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  const url = serverUrl(values.url)
  const archive = new URL(`${url}/chatroom/${encodeURIComponent(room)}/archive`)
  if (values.as !== undefined) archive.searchParams.set('userName', values.as)
  const directory =
    values.output === undefined ? join('archive', encodeURIComponent(room)) : userPath(values.output)
  const onRetry = (text: string) => console.error(text)
  const files = new ArchivedFiles({ url, token: values.token, onRetry }, directory)
  const count = await save(archive, directory, values.token, files)
  if (files.missing > 0)
    console.error(
      `The server did not give ${files.missing} of ${files.count} files. Run the same command again.`,
    )
  console.log(`Saved ${count} ${count === 1 ? 'page' : 'pages'} in ${directory}. Begin with index.html.`)
  return 0
})
