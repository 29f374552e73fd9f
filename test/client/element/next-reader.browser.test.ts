import { expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

it('the next reader of a page has their own reactions, and no reports of the one before', async ({
  api,
  server,
  site,
  visitor,
}) => {
  const room = fresh('shared')
  const newUser = (name: string) =>
    api<{ token: string }>('POST', '/api/users', { name: fresh(name), protected: true })
  const [ada, bea, guest] = [await newUser('Ada'), await newUser('Bea'), await newUser('Guest')]
  await api('POST', '/api/chatroom', { name: room })
  await api('POST', `/chatroom/${room}/message`, { message: 'an idea' }, guest.token)
  const react = (emoji: string, token: string) =>
    api('PUT', `/chatroom/${room}/message/1/reaction/${encodeURIComponent(emoji)}`, {}, token)
  await react('👍', ada.token)
  await react('🎉', bea.token)
  const page = await visitor()
  await page.goto(site.page(tag(server.url, `name="${room}"`)))
  await signInByToken(page, ada.token)
  const { root, message, button } = chatIn(page)
  const idea = message('an idea')
  const own = () => idea.locator('[part="reaction"][aria-pressed="true"]').allInnerTexts()
  await expect.poll(own).toEqual(['👍 1'])
  await idea.hover()
  await button('Report', idea).click()
  await root.getByRole('textbox', { name: 'What is wrong with it?' }).fill('spam')
  await page.keyboard.press('Enter')
  await idea.getByText('Reported. Thank you.').waitFor()

  await button('Forget me').click()
  await root.locator('[part~="forget-confirm"]').click()
  await expect.poll(own).toEqual([])
  await chatIn(page).say('I am somebody else')
  await button('Enter a token').click()
  const field = root.getByRole('textbox', { name: 'The token of your name' })
  await field.fill(bea.token)
  await field.press('Enter')
  await message('I am somebody else').waitFor()
  await expect.poll(own).toEqual(['🎉 1'])
  expect(await idea.getByText('Reported. Thank you.').count()).toBe(0)
})
