import type { Page } from 'playwright-core'
import { chatIn } from './chat.ts'

/** Signs in to a room by a token, as its owner does. */
export const signInByToken = async (page: Page, token: string): Promise<void> => {
  const { root, say, button, message } = chatIn(page)
  await say('I am here')
  await button('Enter a token').click()
  const field = root.getByRole('textbox', { name: 'The token of your name' })
  await field.fill(token)
  await field.press('Enter')
  await message('I am here').waitFor()
}
