import { describe, expect } from 'vitest'
import { signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { adminToken, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

describe('the people of /admin', () => {
  it('are found by a part of the name, with what they said, a role and a new token', async ({
    api,
    server,
    visitor,
  }) => {
    const [room, name] = [fresh('people'), fresh('Wanda Needle')]
    const { id } = await api<{ id: number }>('POST', '/api/users', { name })
    await api('POST', '/api/chatroom', { name: room, owner: null })
    await api('POST', `/chatroom/${room}/message`, { userName: name, message: 'hello from Wanda' })
    const page = await visitor({ expects: [/dialog: Give Wanda/] })
    await signIn(page, `${server.url}/admin#people`, adminToken)
    await page.getByLabel('Part of a name').fill('needle')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name }).first().waitFor()
    expect(page.url()).toContain('#people//needle')
    await page.locator(`a[href="#people/${id}"]`).click()
    await page.getByText('hello from Wanda').waitFor()

    await page.getByText('Role', { exact: true }).click()
    await page.getByLabel('Role on the whole site').selectOption('moderator')
    await page.getByRole('button', { name: 'Change the role' }).click()
    await page.getByText(`${name} has the role: moderator of the site.`).waitFor()
    expect(await api('GET', `/api/users/${id}`)).toMatchObject({ role: 'moderator' })

    await page.getByText('New token', { exact: true }).click()
    await page.getByRole('button', { name: 'Make a new token' }).click()
    await page.locator('.token').waitFor()
    const token = await page.locator('.token').innerText()
    expect(await api('GET', '/api/users/me', undefined, token)).toMatchObject({ id })
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'Delete message 1' }).click()
    await page.getByText(`Message 1 of ${room} is deleted.`).waitFor()
    await page.getByText('No messages in the rooms').waitFor()
    await page.goBack()
    await page.getByLabel('Part of a name').waitFor()

    await page.goto(`${server.url}/admin#people//nobody-is-called-so`)
    await page.getByText('Nobody has').waitFor()
  })

  it('are deleted after their name is typed', async ({ api, server, visitor }) => {
    const name = fresh('Leaver')
    const { id } = await api<{ id: number }>('POST', '/api/users', { name })
    const page = await visitor()
    await signIn(page, `${server.url}/admin#people/${id}`, adminToken)
    await page.getByText('Delete this person').first().click()
    await page.getByLabel(`Type ${name} to confirm`).fill('somebody else')
    await page.getByRole('button', { name: 'Delete this person' }).click()
    expect(await api('GET', `/api/users/${id}`)).toMatchObject({ name })
    await page.getByLabel(`Type ${name} to confirm`).fill(name)
    await page.getByRole('button', { name: 'Delete this person' }).click()
    await page.getByRole('heading', { name: 'People' }).waitFor()
    await expect(api('GET', `/api/users/${id}`)).rejects.toThrow('404')
  })

  it('are erased with their messages, if the admin chooses that', async ({ api, server, visitor }) => {
    const [name, room] = [fresh('Erased'), fresh('room')]
    const { id } = await api<{ id: number }>('POST', '/api/users', { name })
    await api('POST', '/api/chatroom', { name: room, owner: null })
    await api('POST', `/chatroom/${room}/message`, { userName: name, message: 'forget me' })
    const page = await visitor()
    await signIn(page, `${server.url}/admin#people/${id}`, adminToken)
    await page.getByText('Delete this person').first().click()
    await page.getByLabel(`Type ${name} to confirm`).fill(name)
    await page.getByLabel('The messages').selectOption('delete')
    await page.getByRole('button', { name: 'Delete this person' }).click()
    await page.getByRole('heading', { name: 'People' }).waitFor()
    const said = await api<{ messages: object[] }>('GET', `/chatroom/${room}/message`)
    expect(said.messages).toMatchObject([{ message: null, userId: null }])
  })
})

describe('the rooms of /admin', () => {
  it('are found by a part of the name, changed, archived, and deleted after the name is typed', async ({
    api,
    server,
    visitor,
  }) => {
    const name = fresh('the-haystack-room')
    await api('POST', '/api/chatroom', { name, owner: null })
    const page = await visitor()
    await signIn(page, `${server.url}/admin#rooms//haystack`, adminToken)
    await page.getByRole('link', { name }).click()
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByLabel('Topic').fill('Needles')
    await page.getByLabel('Slow mode').fill('30')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The settings are saved.').waitFor()
    // Saving sets only the fields that were changed.
    expect(await api('GET', `/chatroom/${name}`)).toMatchObject({
      topic: 'Needles',
      slowModeSeconds: 30,
      ownSettings: ['slowModeSeconds'],
    })
    // The form keeps the changes that somebody else has saved meanwhile.
    await api('PATCH', `/chatroom/${name}`, { title: 'Hay', newcomerLinkSeconds: 60 }, adminToken)
    await page.getByLabel('Slow mode').fill('')
    await page.getByLabel('Messages that wait').selectOption('all')
    await page.locator('select[name="reacts"]').selectOption('none')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(() => api('GET', `/chatroom/${name}`))
      .toMatchObject({
        title: 'Hay',
        slowModeSeconds: 0,
        newcomerLinkSeconds: 60,
        approval: 'all',
        ownSettings: ['newcomerLinkSeconds', 'reactions', 'approval'],
      })
    await page.locator('section[aria-busy="false"]').waitFor()
    await page.getByRole('button', { name: 'Archive the room' }).click()
    await page.getByText(`${name} is archived.`).waitFor()
    expect(await violations(page)).toEqual([])
    expect(await api('GET', `/chatroom/${name}`)).toMatchObject({ archived: true })

    await page.getByText('Delete the room').first().click()
    await page.getByLabel(`Type ${name} to confirm`).fill(name)
    await page.getByRole('button', { name: 'Delete the room' }).click()
    await page.getByRole('heading', { name: 'Rooms' }).waitFor()
    await expect(api('GET', `/chatroom/${name}`)).rejects.toThrow('404')
  })
})

describe('the site of /admin', () => {
  it('shows usage and what to set before going public, and changes the settings of rooms', async ({
    api,
    server,
    visitor,
  }) => {
    const page = await visitor()
    await signIn(page, `${server.url}/admin#site`, adminToken)
    await page.getByText('on the free plan').waitFor()
    await page.getByText('Set IDENTITY = "protected".').waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('Blocked words').fill('casino\nbuy now')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The settings are saved.').waitFor()
    expect(await api('GET', '/api/admin', undefined, adminToken)).toMatchObject({
      settings: { blockedWords: ['casino', 'buy now'] },
    })
    await api('PATCH', '/api/admin', { slowModeSeconds: 7 }, adminToken)
    await page.getByLabel('Blocked words').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(() => api('GET', '/api/admin', undefined, adminToken))
      .toMatchObject({ settings: { blockedWords: [], slowModeSeconds: 7 } })
    await api('PATCH', '/api/admin', { slowModeSeconds: 0 }, adminToken)
  })

  it('shows a moderator of the site no settings, and fits 320 px in each tab', async ({
    api,
    server,
    visitor,
  }) => {
    const { id, token } = await api<{ id: number; token: string }>('POST', '/api/users', {
      name: fresh('Mira'),
    })
    await api('PATCH', `/api/users/${id}`, { role: 'moderator' }, adminToken)
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    await signIn(page, `${server.url}/admin#site`, token)
    await page.getByText('are for admins.').waitFor()
    for (const tab of ['Inbox', 'People', 'Rooms', 'Site']) {
      await page.locator('.tabs').getByRole('link', { name: tab }).click()
      await page.getByRole('heading', { name: tab, level: 1 }).waitFor()
      await page.locator('section[aria-busy="false"]').waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth), tab).toBeLessThanOrEqual(320)
      expect(await violations(page)).toEqual([])
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })
})
