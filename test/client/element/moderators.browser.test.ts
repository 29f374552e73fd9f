import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

/** Makes a room with an owner and two people who write in it. */
const ownedRoom = async (api: Api) => {
  const [room, owner, spammer] = [fresh('moderated'), fresh('owner'), fresh('Spammer')]
  const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
  await api('POST', '/api/chatroom', { name: room }, token)
  const say = (message: string) => api('POST', `/chatroom/${room}/message`, { userName: spammer, message })
  await api('POST', '/api/users', { name: spammer })
  for (const text of ['buy this', 'and that']) await say(text)
  return { room, token, owner, spammer, say }
}

describe('moderators in <parlour-room>', () => {
  it('mute for a time, take it back, ban and delete recent messages, by mouse and by key', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, token, spammer } = await ownedRoom(api)
    const hers = await visitor()
    const his = await visitor({ expects: [/console: .*(403|409)/, /console: .*WebSocket/] })
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    await chatIn(his).say('I am the one')
    await chatIn(his)
      .root.getByRole('textbox', { name: /others call you/ })
      .fill(spammer)
    await his.keyboard.press('Enter')
    await chatIn(his).button('That’s me').click()
    await chatIn(his).message('I am the one').waitFor()

    const { root, message, button } = chatIn(hers)
    await message('buy this').hover()
    await button('Mute', message('buy this')).click()
    await root.getByRole('combobox', { name: 'For how long?' }).selectOption('1 hour')
    await root.getByRole('textbox', { name: 'Reason (optional)' }).fill('spam')
    await button('Mute', root.locator('form')).click()
    const done = message('buy this').getByRole('status')
    await expect.poll(() => done.innerText()).toContain(`${spammer} is muted. Until:`)
    await chatIn(his).say('muted?')
    await chatIn(his).root.getByText('a moderator has muted you').waitFor()
    await button('Undo', done).click()
    await done.waitFor({ state: 'detached' })
    await chatIn(his).button('Try again').click()
    await chatIn(his).message('muted?').waitFor()

    await message('buy this').focus()
    await hers.keyboard.press('b')
    await root.getByText(`Ban ${spammer} from this room?`).waitFor()
    expect(await root.getByRole('combobox').evaluate((select) => select.matches(':focus'))).toBe(true)
    await hers.keyboard.press('Escape')
    await root.getByRole('combobox').waitFor({ state: 'detached' })
    await hers.keyboard.press('b')
    await root.getByRole('combobox').selectOption('until somebody lifts it')
    await root.getByRole('checkbox', { name: /Delete their messages/ }).check()
    await button('Ban', root.locator('form')).click()
    await expect.poll(() => root.getByText('Message deleted').count()).toBe(4)
    await chatIn(his).root.getByText('You are banned from this room, or your network is.').waitFor()
    const { sanctions } = await api<{ sanctions: unknown[] }>(
      'GET',
      `/chatroom/${room}/sanction`,
      undefined,
      token,
    )
    expect(sanctions).toMatchObject([{ userName: spammer, kind: 'ban', until: null, reason: null }])
  })

  it('delete a message of somebody else, and nobody else is offered that', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, token } = await ownedRoom(api)
    const [hers, his] = [await visitor(), await visitor()]
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    await chatIn(his).say('a guest')
    await chatIn(his).name(fresh('Guest'))
    await chatIn(his).message('buy this').hover()
    await chatIn(his).button('Report', chatIn(his).message('buy this')).waitFor()
    for (const name of ['Delete', 'Mute', 'Ban'])
      expect(await chatIn(his).button(name, chatIn(his).message('buy this')).count()).toBe(0)
    const { message, button } = chatIn(hers)
    await message('buy this').hover()
    await button('Delete', message('buy this')).click()
    await button('Delete', message('buy this').locator('form')).click()
    for (const page of [hers, his]) await chatIn(page).message('Message deleted').waitFor()
  })

  it('have a form that is accessible in light and dark, at 320 px, and from right to left', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, token } = await ownedRoom(api)
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    const element = `<main><h1>A site</h1>${tag(server.url, `name="${room}" lang="en"`)}</main>`
    await page.goto(site.page(element))
    await signInByToken(page, token)
    const { root, message } = chatIn(page)
    for (const lang of ['en', 'ar']) {
      await root.evaluate((room, to) => room.setAttribute('lang', to), lang)
      await root.locator(`[part="room"][lang="${lang}"]`).waitFor()
      await message('buy this').focus()
      await expect.poll(() => message('buy this').locator('[part="tool"]').count()).toBe(7)
      expect(await overflowing(page)).toEqual([])
      await page.keyboard.press('b')
      await root.getByRole('combobox').waitFor()
      expect(await violations(page)).toEqual([])
      expect(await overflowing(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
  })
})
