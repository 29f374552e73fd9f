import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'

describe('writing in <parlour-room>', () => {
  it('counts characters as the server does, and sends no text that is too long', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('count')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { composer, root, button, say, name, message } = chatIn(page)
    await composer.fill('a'.repeat(3599))
    expect(await root.locator('[part="counter"]').count()).toBe(0)
    await composer.fill('a'.repeat(3600))
    await root.getByText('400 characters left').waitFor()
    // An emoji of two code points, each of two code units.
    await composer.fill('👍🏽'.repeat(1999))
    await root.getByText('2 characters left').waitFor()
    await say('👍🏽'.repeat(2001))
    await root.getByText('2 characters too many').waitFor()
    expect(await button('Send').isDisabled()).toBe(true)
    expect(sent).toEqual([])
    await say('👍🏽'.repeat(2000))
    await name(fresh('Kim'))
    await message('👍🏽').waitFor()
  })

  it('takes back what the server refuses, with the reason in the page’s language', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('refused')
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { blockedWords: ['casino'] }, token)
    const page = await visitor({ expects: [/console: .*40[03]/] })
    await page.goto(site.page(tag(server.url, `name="${room}" lang="de"`)))
    const { root, message } = chatIn(page)
    const composer = root.getByRole('textbox', { name: 'Nachricht schreiben' })
    await composer.fill('the casino is open')
    await composer.press('Enter')
    const field = root.getByRole('textbox', { name: 'Wie sollen die anderen dich nennen?' })
    await field.fill('a/b')
    await field.press('Enter')
    await root.getByText('Dieser Name geht nicht.').waitFor()
    await field.fill(fresh('Lea'))
    await field.press('Enter')
    await root.getByText('Die Nachricht enthält ein Wort, das hier nicht erlaubt ist.').waitFor()
    expect(await composer.inputValue()).toBe('the casino is open')
    expect(await root.locator('[part~="message"]').count()).toBe(0)
    await composer.fill('the house is open')
    await composer.press('Enter')
    await message('the house is open').waitFor()
    expect(await root.locator('[part~="error"]').count()).toBe(0)
  })

  it('keeps a refused message in the log while another is being written', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('two')
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { blockedWords: ['casino'] }, token)
    const page = await visitor({ expects: [/console: .*403/] })
    // Without a WebSocket the message is sent by a request, which the test can hold back.
    await page.addInitScript('delete window.WebSocket')
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { root, composer, say, name, message, button } = chatIn(page)
    await say('first')
    await name(fresh('Nia'))
    await message('first').waitFor()
    const { promise: written, resolve } = Promise.withResolvers<void>()
    await page.route('**/message', async (route) => {
      await written
      await route.continue()
    })
    await say('the casino')
    await composer.fill('something else')
    resolve()
    await root.getByText('Not sent.').waitFor()
    await button('Edit', root.locator('[part~="failed"]')).click()
    expect(await composer.inputValue()).toBe('the casino\nsomething else')
  })

  it('keeps a draft for each room: over a reload, another name, and archiving', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [one, two] = [fresh('draft'), fresh('draft')]
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    for (const name of [one, two]) await api('POST', '/api/chatroom', { name }, token)
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${one}"`)))
    const { root, composer, message } = chatIn(page)
    const open = (name: string) => root.evaluate((element, name) => element.setAttribute('name', name), name)
    await composer.fill('for one')
    await page.reload()
    await expect.poll(() => composer.inputValue()).toBe('for one')
    await open(two)
    await expect.poll(() => composer.inputValue()).toBe('')
    await composer.fill('for two')
    await open(one)
    await expect.poll(() => composer.inputValue()).toBe('for one')
    await api('POST', `/chatroom/${one}/message`, { message: 'live' }, token)
    await message('live').waitFor()
    await api('PATCH', `/chatroom/${one}`, { archived: true }, token)
    await root.getByText('This room is archived').waitFor()
    await api('PATCH', `/chatroom/${one}`, { archived: false }, token)
    await expect.poll(() => composer.inputValue()).toBe('for one')
    await open(two)
    await expect.poll(() => composer.inputValue()).toBe('for two')
  })

  it('shows a second message with the same text while the first is on its way', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('same')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('yes')
    await chat.name(fresh('Uma'))
    await chat.message('yes').waitFor()
    const { promise: shown, resolve } = Promise.withResolvers<void>()
    await page.route('**/message', async (route) => {
      await shown
      await route.continue()
    })
    await chat.say('yes')
    await chat.say('yes')
    await expect.poll(() => chat.texts()).toEqual(['yes', 'yes', 'yes'])
    resolve()
    await expect.poll(() => chat.message('yes').count()).toBe(3)
    expect(await chat.texts()).toEqual(['yes', 'yes', 'yes'])
  })

  it('counts messages as unread while it is in a closed <details>', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('closed')
    await api('POST', '/api/chatroom', { name: room })
    const say = (message: string) => api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
    await say('read')
    const page = await visitor()
    const element = tag(server.url, `name="${room}"`)
    await page.goto(site.page(`<details open><summary>Chat</summary>${element}</details>`))
    const { root, message } = chatIn(page)
    await message('read').waitFor()
    await page.getByText('Chat').click()
    await root.locator('[part="input"]').waitFor({ state: 'hidden' })
    await say('unread')
    await message('unread').waitFor({ state: 'attached' })
    await page.getByText('Chat').click()
    await root.getByText('New messages').waitFor()
  })

  it('says “today” until midnight, then “yesterday”', async ({ api, server, site, visitor }) => {
    const room = fresh('day')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    const evening = new Date()
    evening.setHours(23, 59, 0, 0)
    await page.route('**/message?*', async (route) => {
      const response = await route.fetch()
      const createdAt = evening.toISOString()
      const message = {
        seq: 1,
        chatroom: room,
        userName: 'Ada',
        message: 'late',
        createdAt,
        mentions: [],
        reactions: [],
      }
      await route.fulfill({ response, json: { ...(await response.json()), messages: [message] } })
    })
    await page.clock.install({ time: evening })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { root } = chatIn(page)
    await root.locator('[part="day"]', { hasText: 'today' }).waitFor()
    await page.clock.fastForward('02:00')
    await root.locator('[part="day"]', { hasText: 'yesterday' }).waitFor()
  })
})
