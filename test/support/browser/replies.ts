import type { Locator, Page } from 'playwright-core'
import { chatIn, tag } from './chat.ts'
import type { Api } from './fixtures.ts'
import { fresh } from './names.ts'

/** Makes a room with messages. Each is `[author, text]`, or `[author, text, number of the message that it replies to]`. */
export const roomWith = async (
  api: Api,
  messages: (readonly [userName: string, message: string, replyTo?: number])[],
): Promise<string> => {
  const room = fresh('replies')
  await api('POST', '/api/chatroom', { name: room })
  for (const [userName, message, replyTo] of messages)
    await api('POST', `/chatroom/${room}/message`, { userName, message, replyTo })
  return room
}

/** Finds the parts of a `<parlour-room>` that belong to replies. */
export const repliesIn = (page: Page) => {
  const chat = chatIn(page)
  return {
    ...chat,
    /** The quote of a message, which is a button. */
    quote: (text: string): Locator => chat.message(text).locator('[part="quote"]'),
    /** The quote above the text field. */
    draft: chat.root.locator('[part="replying"]'),
    back: chat.button('Back to the reply'),

    async open(api: string, site: { page: (html: string) => string }, room: string): Promise<void> {
      await page.goto(site.page(tag(api, `name="${room}"`)))
    },

    /** Puts the focus on a message, and presses a key once its buttons are loaded. */
    async press(text: string, key: string): Promise<void> {
      const row = chat.message(text)
      await row.focus()
      await row.locator('[part~="tools"]').waitFor({ state: 'attached' })
      await page.keyboard.press(key)
    },

    /** Returns the number of the message that has the focus. */
    focused: (): Promise<string | undefined> =>
      chat.root.evaluate((element) => (element.shadowRoot?.activeElement as HTMLElement | null)?.dataset.key),
  }
}
