import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

type User = { id: number; name: string; token: string }

describe('the reader’s name in <parlour-room>', () => {
  it('can be changed, which makes no second user, and be forgotten after a question', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, before, after] = [fresh('rename'), fresh('Ina'), fresh('Ira')]
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { root, composer, say, name, message, button } = chatIn(page)
    await say('hello')
    await name(before)
    await message('hello').waitFor()
    await button('Change name').click()
    const field = root.getByRole('textbox', { name: 'Your new name' })
    expect(await field.inputValue()).toBe(before)
    await field.fill(after)
    await field.press('Enter')
    await root.getByText(`${after} (you)`).filter({ visible: true }).first().waitFor()
    const named = (name: string) => api<{ users: User[] }>('GET', `/api/users?name=${name}`)
    expect((await named(before)).users).toEqual([])
    expect((await named(after)).users).toHaveLength(1)

    await composer.fill('a draft')
    await button('Forget me').click()
    await root.getByText(`This browser forgets the name “${after}”, its token and your drafts.`).waitFor()
    await button('Cancel').click()
    await root.getByText(`${after} (you)`).filter({ visible: true }).first().waitFor()
    await button('Forget me').click()
    await root.locator('[part~="forget-confirm"]').click()
    await expect.poll(() => root.locator('[part~="me"]').count()).toBe(0)
    expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain(after)
    expect(await composer.inputValue()).toBe('')
  })

  it('is not asked for any longer when the page signs the reader in, and the message is sent', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, signedIn] = [fresh('early'), fresh('Eva')]
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { root, say, message } = chatIn(page)
    await say('before the login')
    const field = root.getByRole('textbox', { name: 'What should the others call you?' })
    await field.waitFor()
    await page.evaluate(`(async () => {
      const { parlour } = await import('${server.url}/client.js')
      const client = parlour('${server.url}')
      await client.signIn({ name: '${signedIn}' })
      document.querySelector('parlour-room').client = client
    })()`)
    await message('before the login').waitFor()
    await field.waitFor({ state: 'detached' })
    const stored = () => api<{ messages: unknown[] }>('GET', `/chatroom/${room}/message`)
    await expect
      .poll(stored)
      .toMatchObject({ messages: [{ userName: signedIn, message: 'before the login' }] })
  })

  it('is not taken over where it is protected: its token is asked for, on a second device too', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [fresh('tokens'), fresh('Jo')]
    await api('POST', '/api/chatroom', { name: room })
    const { token } = await api<User>('POST', '/api/users', { name, protected: true })
    const page = await visitor({ expects: [/console: .*40[19]/] })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('it is me')
    const ask = chat.root.getByRole('textbox', { name: 'What should the others call you?' })
    await ask.fill(name)
    await ask.press('Enter')
    await chat.root.getByText(`The name “${name}” is protected.`).waitFor()
    expect(await chat.button('That’s me').count()).toBe(0)
    await chat.button('Enter a token').click()
    const field = chat.root.getByLabel('The token of your name')
    await field.fill('wrong')
    await field.press('Enter')
    await chat.root.getByText('This token is not valid.').waitFor()
    await field.fill(token)
    await field.press('Enter')
    await chat.message('it is me').waitFor()
    await chat.button('Use on another device').click()
    expect(await chat.root.locator('[part="token"]').inputValue()).toBe(token)
  })

  it('is not used any more when the server has deleted it, and reading goes on', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [fresh('gone'), fresh('Gus')]
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor({ expects: [/console: .*40[13]/] })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(name)
    await chat.message('hello').waitFor()
    const { id, token } = await page.evaluate((url) => {
      const { userId, token } = JSON.parse(localStorage.getItem(`parlour ${url}`) ?? '{}')
      return { id: userId, token }
    }, server.url)
    // The page must not see the deletion while it is open.
    await page.goto('about:blank')
    await api('DELETE', `/api/users/${id}`, undefined, token)
    await page.goBack()
    await chat.message('hello').waitFor()
    await chat.root.getByText(`The name “${name}” is not yours any more`).waitFor()
    expect(await chat.root.locator('[part~="me"]').count()).toBe(0)
  })
})
