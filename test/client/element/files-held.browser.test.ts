import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pick, picture } from '../../support/browser/pictures.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

describe('a message with files in <parlour-room>', () => {
  it('shows them to its author and to moderators while it waits for approval', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, owner] = [fresh('approval'), fresh('owner')]
    const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { approval: 'all' }, token)
    const [hers, his] = [await visitor(), await visitor()]
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    const author = chatIn(his)
    await pick(his, [await picture(his, 'drawing.png')])
    await author.root.getByLabel(/drawing\.png/).fill('a drawing')
    await author.composer.press('Enter')
    await author.name(fresh('Newt'))
    await author.root.getByText('Waiting for approval by a moderator.').waitFor()
    await author.root.locator('.sending canvas').waitFor()

    const moderator = chatIn(hers)
    await moderator.button('1 message waits for approval').click()
    const list = hers.locator('[part="held"]')
    await list.getByRole('img', { name: 'a drawing' }).click()
    const viewer = hers.locator('dialog.viewer')
    await viewer.getByRole('img', { name: 'a drawing' }).waitFor()
    await hers.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
    await moderator.button('Approve', list).click()
    for (const { log } of [author, moderator]) await log.getByRole('img', { name: 'a drawing' }).waitFor()
    await expect.poll(() => author.root.locator('.sending').count()).toBe(0)
  })

  it('keeps them when it is edited, and its text may go', async ({ api, server, site, visitor }) => {
    const room = fresh('edited')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await pick(page, [await picture(page, 'kept.png')])
    await chat.say('a text')
    await chat.name(fresh('Ed'))
    await chat.message('a text').getByRole('img').waitFor()
    await chat.log.locator('[data-key]').focus()
    await page.keyboard.press('e')
    const field = chat.root.getByRole('textbox', { name: 'Edit' })
    await field.fill('')
    await field.press('Enter')
    await chat.root.getByText('(edited)').waitFor()
    await chat.log.getByRole('img', { name: 'kept.png' }).waitFor()
    const { messages } = await api<{ messages: unknown[] }>('GET', `/chatroom/${room}/message`)
    expect(messages).toMatchObject([{ message: '', files: [{ name: 'kept.png' }] }])
  })
})
