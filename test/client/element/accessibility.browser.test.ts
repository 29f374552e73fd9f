import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { longRoom, otherRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements } from '../../support/browser/page.ts'

/** Renders it in a page, as a site does. */
const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

const said = [
  'hello!',
  'a word that is far too long for a narrow column: '.padEnd(200, 'o'),
  '```\na line of code that is longer than a narrow column is, by far: const answer = 42\n```',
  '> quoted\n\n- one\n- two\n\nhttps://example.org/a/rather/long/address/that/does/not/break/by/itself/anywhere',
]

describe('the accessibility of <parlour-room>', () => {
  it('has no fault that axe-core finds: empty, asking for a name, talking', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('states')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const chat = chatIn(page)
    await chat.root.getByText('Be the first to say something.').waitFor()
    expect(await violations(page)).toEqual([])
    await chat.say('hello!')
    await chat.root.getByText('What should the others call you?').waitFor()
    expect(await violations(page)).toEqual([])
    await chat.name(fresh('Quin'))
    for (const message of said) await api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
    await chat.message('quoted').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('has no fault that axe-core finds where a message has failed, and where somebody is banned', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [fresh('strict'), fresh('Rolf')]
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    await api('POST', '/api/chatroom', { name: room }, token)
    const page = await visitor({ expects: [/console: .*403/] })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const chat = chatIn(page)
    await chat.say('hello!')
    await chat.name(name)
    await chat.message('hello!').waitFor()
    await api('PATCH', `/chatroom/${room}/member/${name}`, { mute: { seconds: 3600 } }, token)
    await chat.say('can you hear me?')
    await chat.root.getByText('Not sent.').waitFor()
    expect(await violations(page)).toEqual([])
    await api('PATCH', `/chatroom/${room}/member/${name}`, { mute: null }, token)
    await chat.button('Try again').click()
    await chat.message('can you hear me?').waitFor()
    expect(await chat.root.getByText('Not sent.').count()).toBe(0)
    await api('PATCH', `/chatroom/${room}/member/${name}`, { ban: { seconds: 3600 } }, token)
    await chat.root.getByText('You are banned').waitFor()
    expect(await violations(page)).toEqual([])
    const { messages } = await api<{ messages: { message: string }[] }>('GET', `/chatroom/${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['hello!', 'can you hear me?'])
  })

  it('reads new messages out, and no earlier ones', async ({ api, server, site, visitor }) => {
    const page = await visitor({ viewport: { width: 600, height: 400 } })
    const saidIn = await announcements(page)
    await page.goto(site.page(tag(server.url, `name="${otherRoom.name}"`)))
    const chat = chatIn(page)
    await chat.message(`No. ${otherRoom.messages}:`).waitFor()
    await chat.log.evaluate((log) => log.scrollTo(0, 0))
    await expect.poll(() => chat.texts().then((texts) => texts.length)).toBeGreaterThan(60)
    await api('POST', `/chatroom/${otherRoom.name}/message`, { userName: speaker, message: 'news' })
    await expect.poll(saidIn).toHaveLength(1)
    expect((await saidIn())[0]).toContain('news')
  })

  it('holds still for readers who want less motion', async ({ server, site, visitor }) => {
    const page = await visitor({ reducedMotion: 'reduce' })
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const chat = chatIn(page)
    await chat.message('No. ').last().waitFor()
    const moving = await chat.root.evaluate((room) =>
      [...(room.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((element) => {
        const { transitionDuration, animationName, animationDuration, scrollBehavior } =
          getComputedStyle(element)
        const isStill =
          transitionDuration.split(', ').every((duration) => Number.parseFloat(duration) < 0.001) &&
          (animationName === 'none' || Number.parseFloat(animationDuration) < 0.001) &&
          scrollBehavior === 'auto'
        return isStill ? [] : [`${element.tagName}.${element.className}`]
      }),
    )
    expect(moving).toEqual([])
  })
})
