import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { hideable } from '../../support/browser/visibility.ts'

describe('a conversation in <parlour-room>', () => {
  it('shows to two people what the other sends, edits and deletes, and that they are here and type', async ({
    server,
    site,
    visitor,
  }) => {
    const room = fresh('talk')
    const url = site.page(tag(server.url, `name="${room}"`))
    const [mia, noa] = [fresh('Mia'), fresh('Noa')]
    const people = []
    for (const name of [mia, noa]) {
      const page = await visitor({ expects: [/console: .*404/] })
      await page.goto(url)
      const chat = chatIn(page)
      await chat.say(`I am ${name}`)
      await chat.name(name)
      await chat.message(`I am ${name}`).waitFor()
      people.push(chat)
    }
    const [hers, his] = people
    if (!hers || !his) throw new Error('there are two')
    for (const { message } of [hers, his]) {
      await message(`I am ${mia}`).waitFor()
      await message(`I am ${noa}`).waitFor()
    }
    for (const { root } of [hers, his]) await root.getByText('2 people here').first().waitFor()
    // The client repeats it only after a while, so she types until then.
    const sees = async () => {
      await hers.composer.press('a')
      return his.root.getByText(`${mia} is typing`).isVisible()
    }
    await expect.poll(sees).toBe(true)
    await hers.say('hello, Noa!')
    await his.message('hello, Noa!').waitFor()

    await hers.button('Edit', hers.message('hello, Noa!')).click()
    const editor = hers.log.getByRole('textbox')
    await editor.fill('hello, my Noa!')
    await editor.press('Enter')
    await his.message('hello, my Noa!').waitFor()
    await his.message('hello, my Noa!').getByText('edited').waitFor()

    await hers.button('Delete', hers.message('hello, my Noa!')).click()
    await hers.log.getByText('Delete this message?').waitFor()
    await hers.log.locator('[part~="ask"]').getByRole('button', { name: 'Delete' }).click()
    await his.root.getByText('Message deleted').waitFor()
    await expect.poll(() => his.message('hello, my Noa!').count()).toBe(0)
  })

  it('keeps the name over a reload', async ({ server, site, visitor }) => {
    const room = fresh('again')
    const name = fresh('Otto')
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('first')
    await chat.name(name)
    await chat.message('first').waitFor()
    await page.reload()
    await chat.say('second')
    await chat.message('second').waitFor()
    const { messages } = await (await fetch(`${server.url}/chatroom/${room}/message`)).json()
    expect(messages).toMatchObject([
      { userName: name, message: 'first' },
      { userName: name, message: 'second' },
    ])
  })

  it('sends a message that was written before it was known that the room does not exist', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('first')}"`)))
    const chat = chatIn(page)
    await chat.say('I am here')
    await chat.name(fresh('Yuki'))
    await chat.message('I am here').waitFor()
    // The page of another room gets its history only after the message has been refused.
    const room = fresh('quick')
    const refused = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.route('**/message?*', async (route) => {
      await refused
      await route.continue()
    })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chat.say('so soon')
    await chat.message('so soon').waitFor()
    expect(await api('GET', `/chatroom/${room}/message`)).toMatchObject({
      messages: [{ message: 'so soon' }],
    })
  })

  it('disconnects in a hidden tab, and catches up when the tab is shown again', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('tab')
    await api('POST', '/api/chatroom', { name: room })
    const say = (message: string) => api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
    const page = await visitor()
    const look = await hideable(page)
    await page.clock.install()
    const [socket] = await Promise.all([
      page.waitForEvent('websocket'),
      page.goto(site.page(tag(server.url, `name="${room}"`))),
    ])
    const chat = chatIn(page)
    await say('seen')
    await chat.message('seen').waitFor()
    await look('hidden')
    await page.clock.fastForward('02:00')
    await expect.poll(() => socket.isClosed()).toBe(true)
    for (const count of [1, 2, 3]) await say(`missed ${count}`)
    await page.clock.fastForward('30:00')
    expect(await chat.message('missed').count()).toBe(0)
    await look('visible')
    await chat.message('missed 3').waitFor()
    expect(await chat.texts()).toEqual(['seen', 'missed 1', 'missed 2', 'missed 3'])
  })
})
