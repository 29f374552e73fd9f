import type { Locator, Page } from 'playwright-core'

/** The tag that a site has, at its head and where the room is to be. */
export const tag = (api: string, attributes = ''): string =>
  `<script type="module" src="${api}/parlour.js"></script><parlour-room ${attributes}></parlour-room>`

/** A `<parlour-room>` in a page, as somebody uses it who sees or hears it: by what things are called. */
export const chatIn = (page: Page, root: Locator = page.locator('parlour-room')) => {
  const log = root.getByRole('log')
  const composer = root.getByRole('textbox', { name: 'Write a message' })
  /** One that is stored; what is on its way has no number yet. */
  const message = (text: string): Locator =>
    root.locator('[part~="message"][data-key]').filter({ hasText: text })
  return {
    root,
    log,
    composer,
    message,
    button: (name: string, within: Locator = root): Locator =>
      within.getByRole('button', { name, exact: true }),

    async say(text: string): Promise<void> {
      await composer.fill(text)
      await composer.press('Enter')
    },

    /** Answers what the others should call one. */
    async name(name: string): Promise<void> {
      const field = root.getByRole('textbox', { name: 'What should the others call you?' })
      await field.fill(name)
      await field.press('Enter')
      await field.waitFor({ state: 'detached' })
    },

    /** Returns the texts of the log. */
    texts: (): Promise<string[]> => root.locator('[part~="text"]').allInnerTexts(),

    /** Returns the number of messages that wait to be sent. */
    waiting: (): Promise<number> => root.getByText('Sending…').count(),
  }
}
