import { describe, expect } from 'vitest'
import { signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { attackers, payloads, provoke } from '../../support/browser/xss.ts'

/** The server's answer to those who have no role on the site. */
const notStaff = /console: .*403.*\/api\/admin/

/** Creates a room with an owner and messages of Ada and a troll, and a report of the troll's message. */
const moderationFixture = async (api: Api) => {
  const [room, troll] = [fresh('court'), fresh('Troll')]
  const { token } = await api<{ token: string }>('POST', '/api/users', {
    name: fresh('Vera'),
    protected: true,
  })
  await api('POST', '/api/users', { name: troll })
  await api('POST', '/api/chatroom', { name: room }, token)
  await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'hello!' })
  await api('POST', `/chatroom/${room}/message`, { userName: troll, message: 'buy my coins' })
  await api('POST', `/chatroom/${room}/message/2/report`, { userName: speaker, reason: 'spam' })
  return { room, troll, token }
}

describe('/admin, for moderators of single rooms,', () => {
  it('lets an owner delete what was reported, ban who said it and lift the ban, and keeps the log of it', async ({
    api,
    server,
    visitor,
  }) => {
    const { room, troll, token } = await moderationFixture(api)
    const page = await visitor({ expects: [notStaff] })
    await signIn(page, `${server.url}/moderate`, token)
    await page.getByLabel('Room', { exact: true }).fill(room)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('buy my coins').waitFor()
    expect(await violations(page)).toEqual([])

    await page.getByText(`Ban or mute ${troll}`).click()
    await page.getByLabel('What').selectOption('ban')
    await page.getByLabel('Reason').fill('coins')
    await page.getByRole('button', { name: 'Ban or mute' }).click()
    await page.getByText(`${troll} is banned.`).waitFor()
    const post = api('POST', `/chatroom/${room}/message`, { userName: troll, message: 'again' })
    await expect(post).rejects.toThrow('403')

    await page.getByRole('button', { name: 'Delete message 2' }).click()
    await page.getByText('Message 2 is deleted.').waitFor()
    expect(await api('GET', `/chatroom/${room}/message/2`)).toMatchObject({ message: null })
    await page.getByRole('button', { name: 'Resolve' }).click()
    await page.getByText('Report 1 is resolved.').waitFor()

    await page.getByRole('link', { name: 'Bans and mutes' }).click()
    await page.getByRole('button', { name: `Lift the ban of ${troll}` }).click()
    await page.getByText('Nobody is banned or muted').waitFor()
    expect(
      await api('POST', `/chatroom/${room}/message`, { userName: troll, message: 'sorry' }),
    ).toMatchObject({
      seq: expect.any(Number),
    })

    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByText('lifted the ban').waitFor()
    await page.getByText('deleted message 2').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('keeps a link of /moderate with a room and a view', async ({ api, server, visitor }) => {
    const { room, token } = await moderationFixture(api)
    const page = await visitor({ expects: [notStaff] })
    await signIn(page, `${server.url}/moderate?room=${room}#messages`, token)
    await page.getByRole('heading', { name: 'Messages', level: 2 }).waitFor()
    await page.getByText('buy my coins').waitFor()
    expect(page.url()).toBe(`${server.url}/admin#rooms/${room}/messages`)
  })

  it('lets an owner approve and refuse what waits in the room', async ({ api, server, visitor }) => {
    const { room, troll, token } = await moderationFixture(api)
    await api('PATCH', `/chatroom/${room}`, { approval: 'newcomers' }, token)
    for (const message of ['coins', 'nothing but coins'])
      await api('POST', `/chatroom/${room}/message`, { userName: troll, message })
    const page = await visitor({ expects: [notStaff] })
    await signIn(page, `${server.url}/admin#rooms/${room}/held`, token)
    await page.locator('.cards > li').nth(1).getByRole('button', { name: 'Approve' }).click()
    await page.getByText(`The message of ${troll} is published.`).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Refuse' }).click()
    await page.getByText('No message of this room waits for approval.').waitFor()
    expect(await api('GET', `/chatroom/${room}/message/3`)).toMatchObject({ message: 'coins' })
  })

  it('says why somebody is not let in', async ({ server, visitor }) => {
    const page = await visitor({ expects: [/console: .*401/] })
    await signIn(page, `${server.url}/admin`, 'not a token')
    await expect.poll(() => page.getByRole('status').innerText()).toMatch(/token/)
    expect(await violations(page)).toEqual([])
  })

  it('neither runs nor loads what attackers say, are called, report and are banned for', async ({
    api,
    server,
    visitor,
  }) => {
    const { room, token } = await moderationFixture(api)
    // Each payload is a message, some are the reason of a report, and some the name of a banned user.
    const names = await attackers(api)
    const accuse = async (text: string, index: number) => {
      const message = { userName: names.includes(text) ? text : speaker, message: text }
      const { seq } = await api<{ seq: number }>('POST', `/chatroom/${room}/message`, message)
      const report = { userName: speaker, reason: text.slice(0, 200) }
      if (index % 4 === 0)
        await api('POST', `/chatroom/${room}/message/${seq}/report`, report).catch(() => undefined)
    }
    await Promise.all(payloads.map(accuse))
    const ban = (name: string) =>
      api('PATCH', `/chatroom/${room}/member/${encodeURIComponent(name)}`, { ban: { reason: name } }, token)
    await Promise.all(names.slice(0, 25).map(ban))
    await api('PATCH', `/chatroom/${room}`, { blockedWords: names.slice(0, 25) }, token)
    const page = await visitor({ expects: [notStaff] })
    await signIn(page, `${server.url}/moderate`, token)
    await page.getByLabel('Room', { exact: true }).fill(room)
    await page.getByRole('button', { name: 'Open' }).click()
    for (const view of ['Reports', 'Waiting', 'Messages', 'Bans and mutes', 'Blocked words', 'Audit log']) {
      await page.getByRole('link', { name: view }).click()
      await page.getByRole('heading', { name: view, level: 2 }).waitFor()
      const more = page.getByRole('button', { name: 'Show more' })
      const count = () => page.locator('#admin li').count()
      const idle = page.locator('section[aria-busy="false"]')
      await idle.waitFor()
      while (await more.isVisible()) {
        const before = await count()
        await more.click()
        await expect.poll(count).toBeGreaterThan(before)
        await idle.waitFor()
      }
      expect(await provoke(page)).toEqual([])
    }
  })
})
