import type { BrowserContext, Page } from 'playwright-core'

/** The function that attack payloads in the tests call. */
export const CANARY = '__xss'

/**
 * Collects what must not happen in any page: errors in the console or thrown, violations of the policy, dialogs, requests
 * to other hosts than `hosts`, and a call of the canary. What matches one of `expects` is what the test is about.
 */
export const watch = async (context: BrowserContext, hosts: string[], expects: RegExp[]) => {
  const faults: string[] = []
  const note = (fault: string) => {
    if (!expects.some((expected) => expected.test(fault))) faults.push(fault)
  }
  const ask = (kind: string, url: string) => {
    const { protocol, host } = new URL(url)
    if (/^(http|ws)s?:$/.test(protocol) && !hosts.includes(host)) note(`${kind}: ${url}`)
  }
  const look = (page: Page) => page.on('websocket', (socket) => ask('socket', socket.url()))

  await context.exposeFunction(CANARY, (...args: unknown[]) => note(`canary: ${args.join(' ')}`))
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
      console.error('policy:', violatedDirective, blockedURI, sample),
    )
  })
  context.on('page', look)
  context.on('request', (request) => ask('request', request.url()))
  context.on('weberror', (error) => note(`thrown: ${error.error().stack ?? error.error()}`))
  context.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} ${message.location().url}`)
  })
  context.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`)
    return dialog.accept()
  })
  return faults
}
