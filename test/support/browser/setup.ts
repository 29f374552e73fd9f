import { chromiumPath, howToGetOne } from './chromium.ts'

/** Before the tests in a browser: says it where they are skipped. */
export default () => {
  if (!chromiumPath)
    console.warn(`\nThere is no Chromium: what test/browser tests is skipped. ${howToGetOne}\n`)
}
