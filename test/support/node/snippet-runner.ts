import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { buildPackage } from '../../../scripts/package.ts'
import { freePort, localServer } from './server.ts'
import { printsAsWritten, type Snippet } from './snippets.ts'

/** The hosts in the pages: the API, and a reader's own server. */
const USUAL_API = 'localhost:8787'
const USUAL_SERVER = 'localhost:3000'
/** Stands in the pages for a secret that an earlier command has printed. */
const PLACEHOLDER = /paste the (\w+) here/g

const PATIENCE_MILLISECONDS = 60_000

/** `curl` as a reader has it, but an answer of 4xx or 5xx is a failure. */
const strictCurl = 'curl() { command curl --silent --show-error --fail-with-body --max-time 15 "$@"; }\n'
/** An answer that the page says is an error is none here; nobody waits for a stream. */
const plainCurl = 'curl() { command curl --silent --show-error "$@"; }\n'

type Running = { snippet: Snippet; child: ChildProcess; printed: () => string; ended: Promise<unknown> }

/**
 * Runs the snippets of pages one after the other, as a reader would: against a server, in one folder, with the shell's
 * variables going on from one to the next until the page ends. `secrets` is what is in `.dev.vars`.
 */
export const snippetRunner = async (secrets: { ADMIN_TOKEN: string } & Record<string, string>) => {
  const server = await localServer(secrets)
  // `npm ci` builds it.
  await buildPackage(join(server.folder, 'dist/client'))
  for (const name of ['examples', 'test']) symlinkSync(resolve(name), join(server.folder, name), 'junction')
  const variables = join(server.folder, 'variables.sh')
  await server.start()
  const host = new URL(server.url).host
  const ownServer = `localhost:${await freePort()}`
  let listening: Running[] = []
  const shown = new Map<string, string>()
  let files = 0

  const here = (code: string): string =>
    code
      .replaceAll(USUAL_API, host)
      .replaceAll(USUAL_SERVER, ownServer)
      .replaceAll('npm run watch --', `npm run watch -- --url http://${host}`)
      .replaceAll('npm run export --', `npm run export -- --url http://${host}`)
      .replaceAll('listen(3000)', `listen(${new URL(`http://${ownServer}`).port})`)
      .replace(PLACEHOLDER, (placeholder, name: string) => {
        const value = shown.get(name) ?? secrets[name]
        if (value === undefined)
          throw new Error(`Nothing that was printed before has a "${name}": ${placeholder}`)
        return value.replaceAll(USUAL_API, host)
      })
  const there = (printed: string): string =>
    printed.replaceAll(host, USUAL_API).replaceAll(ownServer, USUAL_SERVER)

  /** Notes the secrets in an answer, for the commands that use them later. */
  const note = (printed: string): void => {
    for (const [, name = '', value = ''] of printed.matchAll(/"(token|ticket|id|url)":\s*"?([^",}]+)"?/g))
      shown.set(name, value)
    if (/^[\w.-]+$/.test(printed.trim())) shown.set('line', printed.trim())
  }

  const start = (snippet: Snippet): Running => {
    const mayFail = snippet.marks.includes('fails') || snippet.marks.includes('listens')
    const file = join(server.folder, `snippet-${files++}.${snippet.language === 'js' ? 'mjs' : 'sh'}`)
    const code = here(snippet.code)
    const before = `set -eu -o pipefail -a\n. "${variables}"\n${mayFail ? plainCurl : strictCurl}`
    writeFileSync(
      file,
      snippet.language === 'js'
        ? code
        : `${before}${code}\ndeclare -p > "${variables}.all"
grep -E '^declare -x' "${variables}.all" > "${variables}"\n`,
    )
    const [command, args] =
      snippet.language === 'js'
        ? [process.execPath, ['--experimental-eventsource', '--no-warnings', file]]
        : ['bash', [file]]
    const child = spawn(command, args, {
      cwd: server.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: {
        ...process.env,
        ...secrets,
        PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
        NO_COLOR: '1',
      },
    })
    let stdout = ''
    let all = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      all += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text
    })
    const printed = () => there(snippet.output?.language === 'json' ? stdout : all)
    return { snippet, child, printed, ended: once(child, 'close') }
  }

  const at = ({ page, line }: Snippet): string => `${page}:${line}`

  const stop = async ({ child, ended }: Running): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL')
    await ended
  }

  const until = async (
    isSo: () => boolean,
    why: () => string,
    patience = PATIENCE_MILLISECONDS,
  ): Promise<void> => {
    for (const end = Date.now() + patience; !isSo(); ) {
      if (Date.now() > end) throw new Error(why())
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  const ask = async <T>(method: string, path: string): Promise<T> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as T
  }

  return {
    /** Runs a snippet; throws unless it succeeds and prints what its page says. */
    async run(snippet: Snippet): Promise<void> {
      const running = start(snippet)
      const { output, marks } = snippet
      if (marks.includes('listens')) {
        listening.push(running)
        // It listens once it has printed the first words of its output.
        if (marks.includes('silent')) return
        const [first = ''] = output?.code.split('…').filter((part) => part.trim()) ?? []
        await until(
          () => running.printed().includes(first),
          () => `${at(snippet)} did not begin with ${first}:\n${running.printed()}`,
        )
        return
      }
      const timer = setTimeout(() => void stop(running), 3 * PATIENCE_MILLISECONDS)
      await running.ended
      clearTimeout(timer)
      const printed = running.printed()
      const { exitCode } = running.child
      if (exitCode !== 0 && !marks.includes('fails'))
        throw new Error(`${at(snippet)} ended with ${exitCode}:\n${printed}`)
      note(printed)
      if (output && !printsAsWritten(output, printed))
        throw new Error(`${at(snippet)} printed something else than its page says:\n${printed}`)
    },

    /** Ends a page: what has listened must have printed by now, or soon, what the page says. */
    async finish(patience = PATIENCE_MILLISECONDS): Promise<void> {
      for (const { snippet, printed } of listening) {
        const { output } = snippet
        if (!output) continue
        await until(
          () => printsAsWritten(output, printed()),
          () => `${at(snippet)} printed something else than its page says:\n${printed()}`,
          patience,
        )
      }
    },

    /** Begins a page: with no users, no rooms, no variables, and nothing that goes on from the page before. */
    async clear(): Promise<void> {
      await Promise.all(listening.map(stop))
      listening = []
      shown.clear()
      writeFileSync(variables, '')
      const { users } = await ask<{ users: { id: number }[] }>('GET', '/api/users?limit=100')
      for (const { id } of users) await ask('DELETE', `/api/users/${id}`)
      const { chatrooms } = await ask<{ chatrooms: { name: string }[] }>('GET', '/api/chatroom?limit=100')
      for (const { name } of chatrooms) await ask('DELETE', `/chatroom/${encodeURIComponent(name)}`)
    },

    async remove(): Promise<void> {
      await Promise.all(listening.map(stop))
      await server.remove()
    },
  }
}
