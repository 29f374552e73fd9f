import { missingBrowsers } from './browsers.ts'

/** Runs before the tests in a browser, and says which of them are skipped. */
export default () => {
  for (const line of missingBrowsers()) console.warn(`\nThe tests that need it are skipped: ${line}\n`)
}
