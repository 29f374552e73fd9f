import type { Page } from 'playwright-core'

/** Runs code as one who pastes it into the page's console does, top-level `await` and all; gives its value. */
export const paste = async (page: Page, expression: string): Promise<unknown> => {
  const devtools = await page.context().newCDPSession(page)
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', {
    expression,
    replMode: true,
    awaitPromise: true,
    returnByValue: true,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  return result.value
}
