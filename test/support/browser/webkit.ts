import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from '../node/server.ts'
import type { Driver } from './driver.ts'
import { findProgram } from './programs.ts'

const driverPath = findProgram({ commands: ['WebKitWebDriver'] })
const displayPath = findProgram({ commands: ['Xvfb'] })

export const hasWebKit = driverPath !== undefined && displayPath !== undefined

/** Starts a display without a screen, and returns its name. Xvfb chooses a free number. */
const startDisplay = async (path: string) => {
  const child = spawn(path, ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [number] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, name: `:${number}` }
}

/** Starts WebKitGTK's browser and drives it by WebDriver over HTTP: https://www.w3.org/TR/webdriver2/ */
export const launchWebKit = async (): Promise<Driver> => {
  if (!driverPath || !displayPath) throw new Error('WebKit is not installed')
  const display = await startDisplay(displayPath)
  const port = await freePort()
  const child = spawn(driverPath, [`--port=${port}`], {
    env: { ...process.env, DISPLAY: display.name },
    stdio: 'ignore',
  })

  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${method} /session${path}: ${value.error}: ${value.message}`)
    return value
  }
  const newSession = async (): Promise<string> => {
    const capabilities = { alwaysMatch: {} }
    const { sessionId } = await send('POST', '', { capabilities }).catch((error: unknown) => {
      // `fetch failed` is a TypeError: the driver does not listen yet.
      if (error instanceof TypeError && child.exitCode === null) return { sessionId: undefined }
      throw error
    })
    if (sessionId) return sessionId
    await new Promise((resolve) => setTimeout(resolve, 50))
    return newSession()
  }
  const session = `/${await newSession()}`

  return {
    open: (url) => send('POST', `${session}/url`, { url }),
    evaluate: (expression) =>
      send('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
    perform: (source) => send('POST', `${session}/actions`, { actions: [source] }),
    async close() {
      await send('DELETE', session)
      child.kill()
      display.child.kill()
    },
  }
}
