import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Api } from './fixtures.ts'

/** Known attack payloads. Scripts call the canary, and loads request xss.invalid. */
export const payloads: string[] = JSON.parse(readFileSync('test/fixtures/xss.json', 'utf8'))

/** Some payloads at a time: no more than a room shows at once. */
export const batches = (size: number): string[][] =>
  payloads.flatMap((_, index) => (index % size === 0 ? [payloads.slice(index, index + size)] : []))

/** Makes users of these names, and gives those that may be one; some may be there from another test. */
export const attackers = async (api: Api, names = payloads): Promise<string[]> => {
  const made = await Promise.all(
    names.map((name) =>
      api('POST', '/api/users', { name }).then(
        () => [name],
        (error) => (/"status":409/.test(error) ? [name] : []),
      ),
    ),
  )
  return made.flat()
}

/**
 * Does to all that a page shows what might set something off, looks through every shadow root, and gives what has no
 * business there. Links that lead to the web may be there, but aren't followed; the watch over the page says the rest.
 */
export const provoke = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const within = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((each) => [
        each,
        ...(each.shadowRoot ? within(each.shadowRoot) : []),
      ])
    const everything = within(document)
    const wrong = everything.flatMap((element) => {
      const tag = element.tagName.toLowerCase()
      const found = [...element.attributes]
        .filter(({ name, value }) => /^on|^style$|^srcdoc$/.test(name) || /^\s*(java|vb)script:/i.test(value))
        .filter(
          ({ name }) => /^on|^srcdoc$/.test(name) || ['href', 'src', 'action', 'formaction'].includes(name),
        )
        .map(({ name, value }) => `<${tag} ${name}="${value}">`)
      if (/^(iframe|object|embed|base|frame|math|animate|set|foreignobject|marquee|audio|video)$/.test(tag))
        found.push(`<${tag}>`)
      if (tag === 'script' && !element.getAttribute('src')) found.push('<script>')
      // Checks the URL as the browser parses it.
      if (
        element instanceof HTMLAnchorElement &&
        element.href &&
        !/^(https?|mailto):$/.test(element.protocol)
      )
        found.push(`<a href="${element.getAttribute('href')}">`)
      return found
    })
    for (const element of everything) {
      if (element.closest('a, button, form, summary')) continue
      for (const type of ['pointerenter', 'pointerover', 'mouseenter', 'mouseover', 'focus', 'click', 'blur'])
        element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true, composed: true }))
    }
    // Gives started payloads time to run.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
    return wrong
  })
