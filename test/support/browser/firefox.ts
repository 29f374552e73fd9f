import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Driver } from './driver.ts'
import { findProgram, isProgram } from './programs.ts'

const { FIREFOX } = process.env

const path = FIREFOX
  ? [FIREFOX].find(isProgram)
  : findProgram({
      commands: ['firefox-esr', 'firefox'],
      macApps: ['Firefox'],
      windowsPrograms: ['Mozilla Firefox\\firefox.exe'],
    })

export const hasFirefox = path !== undefined

/** Connects by WebDriver BiDi, and returns a function that sends a command: https://www.w3.org/TR/webdriver-bidi/ */
const connect = async (url: string) => {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>()
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, error, message } = JSON.parse(String(data))
    const command = waiting.get(id)
    waiting.delete(id)
    if (type === 'success') command?.resolve(result)
    else command?.reject(new Error(`${error}: ${message}`))
  })
  let count = 0
  return (method: string, params: object) => {
    const command = Promise.withResolvers<Record<string, unknown>>()
    waiting.set(++count, command)
    socket.send(JSON.stringify({ id: count, method, params }))
    return command.promise
  }
}

/** Starts Firefox without a window and with a new profile. */
export const launchFirefox = async (): Promise<Driver> => {
  if (!path) throw new Error('Firefox is not installed')
  const profile = mkdtempSync(join(tmpdir(), 'parlour-firefox-'))
  const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const child = spawn(path, options, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')

  const listening = async (): Promise<string> => {
    for await (const line of createInterface({ input: child.stderr })) {
      const [, url] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? []
      if (url) return url
    }
    throw new Error('Firefox ended without listening')
  }
  const send = await connect(`${await listening()}/session`)
  child.stderr.resume()
  await send('session.new', { capabilities: {} })
  const { context } = await send('browsingContext.create', { type: 'tab' })

  return {
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    async evaluate(expression) {
      const answer = await send('script.evaluate', { expression, target: { context }, awaitPromise: false })
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer.exceptionDetails))
      return Object(answer.result).value
    },
    async perform(source) {
      await send('input.performActions', { context, actions: [source] })
    },
    async close() {
      await send('browser.close', {})
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
