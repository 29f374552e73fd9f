import { chromium } from 'playwright-core'
import { findProgram, isProgram } from './programs.ts'

const { CHROMIUM } = process.env

const installed = (): string | undefined =>
  findProgram({
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    macApps: ['Chromium', 'Google Chrome', 'Microsoft Edge'],
    windowsPrograms: ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'],
  }) ?? [chromium.executablePath()].find(isProgram)

/** The path of the browser: `CHROMIUM`, or one that the machine has, or Playwright's own. Undefined without any. */
export const chromiumPath: string | undefined = CHROMIUM ? [CHROMIUM].find(isProgram) : installed()

export const launch = (executablePath: string | undefined) =>
  chromium.launch({
    ...(executablePath && { executablePath }),
    // Chromium refuses to run its sandbox as root.
    chromiumSandbox: process.getuid?.() !== 0,
  })
