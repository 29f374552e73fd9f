import { describe, expect } from 'vitest'
import { chatIn, tag } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'

describe('a room that nobody has created', () => {
  it('is created by its first visitor: two visitors meet in it at once, and the console stays quiet', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('new')
    const url = site.page(tag(server.url, `name="${name}"`))
    const [one, other] = [await visitor(), await visitor()]
    await one.goto(url)
    await expect
      .poll(() => api('GET', `/chatroom/${name}`).catch(() => undefined))
      .toMatchObject({ owner: null })
    await other.goto(url)
    const [here, there] = [chatIn(one), chatIn(other)]
    await there.composer.waitFor()
    await here.say('is anybody there?')
    await here.name(fresh('wanda'))
    await there.message('is anybody there?').waitFor()
    await there.say('I am')
    await there.name(fresh('xaver'))
    await here.message('I am').waitFor()
    expect(await api('GET', `/chatroom/${name}`)).toMatchObject({ owner: null, memberCount: 2 })
  })
  it('is there before the first message is sent, also one that is written while the room is being made', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [first, name] = [fresh('first'), fresh('new')]
    const page = await visitor()
    const chat = chatIn(page)
    await page.goto(site.page(tag(server.url, `name="${first}"`)))
    await chat.say('hello')
    await chat.name(fresh('yves'))
    await chat.message('hello').waitFor()
    const written = Promise.withResolvers<void>()
    await page.route('**/api/chatroom', async (route) => {
      await written.promise
      await route.continue()
    })
    await page.goto(site.page(tag(server.url, `name="${name}"`)))
    await chat.say('too soon')
    await expect.poll(chat.waiting).toBe(1)
    written.resolve()
    await chat.message('too soon').waitFor()
    expect(await api('GET', `/chatroom/${name}`)).toMatchObject({ owner: null, memberCount: 1 })
  })
})
