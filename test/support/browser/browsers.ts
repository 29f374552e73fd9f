import { chromiumPath } from './chromium.ts'
import { hasFirefox } from './firefox.ts'
import { hasWebKit } from './webkit.ts'

/** The browsers that the tests use, and the way to install each of them. */
export const browsers = [
  {
    name: 'Chromium',
    isInstalled: chromiumPath !== undefined,
    install:
      'Install Chromium or Chrome (Debian: apt-get install chromium; elsewhere: npx playwright-core install chromium), ' +
      'or set CHROMIUM to its path.',
  },
  {
    name: 'Firefox',
    isInstalled: hasFirefox,
    install: 'Install Firefox (Debian: apt-get install firefox-esr), or set FIREFOX to its path.',
  },
  {
    name: 'WebKit',
    isInstalled: hasWebKit,
    install: 'On Debian or Ubuntu: apt-get install webkit2gtk-driver xvfb. WebKit is tested on Linux only.',
  },
]

export const missingBrowsers = (): string[] =>
  browsers
    .filter(({ isInstalled }) => !isInstalled)
    .map(({ name, install }) => `${name} is not installed. ${install}`)

// `.ci/run` runs this file to find out if it has to install a browser.
if (import.meta.main) {
  const missing = missingBrowsers()
  for (const line of missing) console.error(line)
  process.exitCode = missing.length > 0 ? 1 : 0
}
