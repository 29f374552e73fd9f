import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const { env, platform } = process

/** What the browser is called on the PATH, Debian's first. */
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

const macApps = ['Chromium', 'Google Chrome', 'Microsoft Edge']
const windowsApps = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe']

const places = (): string[] => {
  if (platform === 'darwin') return macApps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`)
  if (platform === 'win32')
    return [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']].flatMap((folder) =>
      folder ? windowsApps.map((app) => join(folder, app)) : [],
    )
  return (env.PATH ?? '').split(delimiter).flatMap((folder) => commands.map((name) => join(folder, name)))
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser to test with: `CHROMIUM`, or one that the machine has, or Playwright's own; undefined without any. */
export const chromiumPath: string | undefined = env.CHROMIUM
  ? [env.CHROMIUM].find(isProgram)
  : [...places(), chromium.executablePath()].find(isProgram)

export const howToGetOne =
  'Install Chromium or Chrome (Debian: apt-get install chromium; anywhere: npx playwright-core install chromium), ' +
  'or set CHROMIUM to where it is.'

export const launch = (executablePath: string | undefined) =>
  chromium.launch({
    ...(executablePath && { executablePath }),
    // Chromium refuses its sandbox to root.
    chromiumSandbox: process.getuid?.() !== 0,
  })

// For .ci/run: is there one?
if (import.meta.main && !chromiumPath) {
  console.error(`There is no Chromium. ${howToGetOne}`)
  process.exitCode = 1
}
