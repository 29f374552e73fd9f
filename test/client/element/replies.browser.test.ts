import { describe, expect } from 'vitest'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements } from '../../support/browser/page.ts'
import { repliesIn, roomWith } from '../../support/browser/replies.ts'

describe('replies in <parlour-room>', () => {
  it('are written by button, and show their quote to two people, also after a reload', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [
      ['Ada', '**shall** [we](https://example.org/us)\nmeet?'],
      ['Blaise', 'maybe'],
    ])
    const [hers, his] = [repliesIn(await visitor()), repliesIn(await visitor())]
    for (const each of [hers, his]) await each.open(server.url, site, room)
    await hers.message('shall we').hover()
    await hers.button('Reply', hers.message('shall we')).click()
    await hers.draft.waitFor()
    expect(await hers.draft.locator('[part="quote"]').innerText()).toMatch(/Ada\s+shall we meet\?/)
    await expect.poll(() => hers.composer.evaluate((field) => field.matches(':focus'))).toBe(true)
    await hers.say('yes, at noon')
    await hers.name(fresh('Mia'))
    await hers.draft.waitFor({ state: 'detached' })
    for (const each of [hers, his])
      await expect.poll(() => each.quote('yes, at noon').innerText()).toMatch(/Ada\s+shall we meet\?/)
    const { messages } = await api<{ messages: { replyTo: number | null }[] }>(
      'GET',
      `/chatroom/${room}/message`,
    )
    expect(messages.map(({ replyTo }) => replyTo)).toEqual([null, null, 1])
    await his.root.page().reload()
    await expect.poll(() => his.quote('yes, at noon').innerText()).toMatch(/Ada\s+shall we meet\?/)
  })

  it('keep the text field and its button inside of the room, however long the quote is', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [['Ada', `${'a long line '.repeat(30)}${'w'.repeat(200)}`]])
    const { root, open, press, draft, composer, button } = repliesIn(await visitor())
    await open(server.url, site, room)
    await press('a long line', 'r')
    await draft.waitFor()
    const { x, width } = (await root.boundingBox()) ?? { x: 0, width: 0 }
    for (const each of [draft, composer, button('Send')]) {
      const box = await each.boundingBox()
      expect(box?.x).toBeGreaterThanOrEqual(x)
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(x + width)
    }
  })

  it('follow their original when it is edited and deleted, also where it is not loaded', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [
      ['Ada', 'first words'],
      ...Array.from({ length: 70 }, (_, index) => ['Blaise', `line ${index}`] as const),
      ['Chen', 'I answer', 1],
    ])
    const [near, far] = [repliesIn(await visitor()), repliesIn(await visitor())]
    for (const each of [near, far]) await each.open(server.url, site, room)
    await expect.poll(() => far.quote('I answer').innerText()).toMatch(/Ada\s+first words/)
    expect(await far.message('first words').count()).toBe(1)
    await near.log.evaluate((log) => {
      log.scrollTop = 0
    })
    await near.message('first words').and(near.root.locator('[data-key="1"]')).waitFor()
    // A message that comes live is a reply to one that this page has never had.
    await api('POST', `/chatroom/${room}/message`, { userName: 'Dalia', message: 'so do I', replyTo: 2 })
    for (const each of [near, far])
      await expect.poll(() => each.quote('so do I').innerText()).toMatch(/Blaise\s+line 0/)
    for (const [seq, userName] of [
      [1, 'Ada'],
      [2, 'Blaise'],
    ] as const)
      await api('PATCH', `/chatroom/${room}/message/${seq}`, { userName, message: 'other words' })
    for (const each of [near, far]) {
      await expect.poll(() => each.quote('I answer').innerText()).toMatch(/Ada\s+other words/)
      await expect.poll(() => each.quote('so do I').innerText()).toMatch(/Blaise\s+other words/)
    }
    await api('DELETE', `/chatroom/${room}/message/1?userName=Ada`)
    for (const each of [near, far])
      await expect.poll(() => each.quote('I answer').innerText()).toMatch(/Ada\s+Message deleted/)
  })

  it('are begun by a key, read out, and given up by a button and by Escape', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [['Ada', 'a question']])
    const page = await visitor()
    const said = await announcements(page)
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    await chat.press('a question', 'r')
    await chat.draft.waitFor()
    await expect.poll(said).toContain('Reply to Ada')
    await page.keyboard.type('half')
    await page.keyboard.press('Escape')
    await chat.draft.waitFor({ state: 'detached' })
    expect(await chat.composer.inputValue()).toBe('half')
    expect(await chat.composer.evaluate((field) => field.matches(':focus'))).toBe(true)
    await chat.press('a question', 'r')
    await chat.button('Do not reply').click()
    await chat.draft.waitFor({ state: 'detached' })
    await chat.composer.press('Enter')
    await chat.name(fresh('Rosa'))
    await chat.message('half').waitFor()
    expect(await chat.quote('half').count()).toBe(0)
  })

  it('survive a reload while they are written, and go to the message that was meant', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [
      ['Ada', 'the original'],
      ...Array.from({ length: 70 }, (_, index) => ['Blaise', `line ${index}`] as const),
    ])
    const page = await visitor()
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    await chat.message('line 69').waitFor()
    await chat.log.evaluate((log) => {
      log.scrollTop = 0
    })
    await chat.press('the original', 'r')
    await chat.composer.fill('in part')
    await page.reload()
    // The original isn't on the first page.
    await expect.poll(() => chat.draft.innerText()).toMatch(/Ada\s+the original/)
    expect(await chat.composer.inputValue()).toBe('in part')
    expect(await chat.composer.evaluate((field) => field.matches(':focus'))).toBe(false)
    await chat.composer.press('Enter')
    await chat.name(fresh('Rita'))
    await expect.poll(() => chat.quote('in part').innerText()).toMatch(/Ada\s+the original/)
    await page.reload()
    await chat.message('in part').waitFor()
    expect(await chat.draft.count()).toBe(0)
  })

  it('show their quote while they wait to be sent, and are sent as replies after a reload', async ({
    api,
    tunnel,
    visitor,
  }) => {
    const room = await roomWith(api, [['Ada', 'are you there?']])
    const page = await visitor({ asks: tunnel.asks, expects: [/./] })
    const chat = repliesIn(page)
    await chat.open(tunnel.url, tunnel.site, room)
    await chat.say('hello')
    await chat.name(fresh('Offa'))
    await chat.message('hello').waitFor()
    await chat.press('are you there?', 'r')
    await chat.draft.waitFor()
    await page.route(`${tunnel.url}/chatroom/**`, (route) => route.abort())
    await page.routeWebSocket(/live/, (socket) => socket.close())
    tunnel.cut()
    await chat.say('now I am')
    const sending = chat.root.locator('.sending')
    await expect.poll(() => sending.locator('[part="quote"]').innerText()).toMatch(/Ada\s+are you there\?/)
    await page.unroute(`${tunnel.url}/chatroom/**`)
    await page.reload()
    await expect.poll(() => chat.quote('now I am').innerText()).toMatch(/Ada\s+are you there\?/)
    expect(await chat.message('now I am').count()).toBe(1)
  })
})
