import type { Page } from 'playwright-core'
import { chatIn } from './chat.ts'
import type { Api } from './fixtures.ts'
import { fresh } from './names.ts'

/** Puts the focus on the message, and presses a key once its buttons are loaded. */
export const pressOn = async (page: Page, key: string): Promise<void> => {
  const row = chatIn(page).message('a good idea')
  await row.focus()
  await row.locator('[part~="tools"]').waitFor({ state: 'attached' })
  await page.keyboard.press(key)
}

/** Makes a room with one message by Ada and one by Ben, to which people have reacted. */
export const roomWithReactions = async (api: Api, given: Record<string, string[]> = {}): Promise<string> => {
  const room = fresh('reactions')
  await api('POST', '/api/chatroom', { name: room })
  for (const [userName, message] of [
    ['Ada', 'a good idea'],
    ['Blaise', 'another idea'],
  ])
    await api('POST', `/chatroom/${room}/message`, { userName, message })
  for (const [emoji, names] of Object.entries(given))
    for (const userName of names) await react(api, room, emoji, userName)
  return room
}

export const react = (api: Api, room: string, emoji: string, userName: string, method = 'PUT') =>
  api(
    method,
    `/chatroom/${room}/message/1/reaction/${encodeURIComponent(emoji)}${method === 'PUT' ? '' : `?userName=${userName}`}`,
    method === 'PUT' ? { userName } : undefined,
  )

/** Returns the reactions of the message as the page shows them: each with its count, and * if it is the reader's own. */
export const shown = (page: Page): Promise<string[]> =>
  chatIn(page)
    .message('a good idea')
    .getByRole('group', { name: 'Reactions' })
    .getByRole('button')
    .evaluateAll((buttons) =>
      buttons.map((each) => {
        const text = (each as HTMLElement).innerText.replace(/\s+/g, ' ')
        return each.getAttribute('aria-pressed') === 'true' ? `${text} *` : text
      }),
    )
