import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'

/** Makes a room with an owner, and three messages of somebody. */
const reportable = async (api: Api) => {
  const [room, owner, pest] = [fresh('reports'), fresh('owner'), fresh('Pest')]
  const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
  await api('POST', '/api/chatroom', { name: room }, token)
  await api('POST', '/api/users', { name: pest })
  for (const message of ['first', 'second', 'third'])
    await api('POST', `/chatroom/${room}/message`, { userName: pest, message })
  return { path: `/chatroom/${room}`, room, token }
}

describe('reports in <parlour-room>', () => {
  it('are answered once: at once for a deletion, at the next visit for what else is decided', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { path, room, token } = await reportable(api)
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    let asked = 0
    page.on('request', (request) => {
      if (request.url().includes('/api/users/me/report')) asked++
    })
    const visit = () =>
      page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${room}" lang="en"`)}</main>`))
    await visit()
    const { root, say, name, message, button } = chatIn(page)
    await say('good evening')
    await name(fresh('Rita'))
    await message('good evening').waitFor()
    const notice = root.locator('[part="notice"]')
    const report = async (text: string) => {
      await message(text).hover()
      await button('Report', message(text)).click()
      await root.getByRole('textbox', { name: 'What is wrong with it?' }).fill('spam')
      await page.keyboard.press('Enter')
      await message(text).getByText('Reported. Thank you.').waitFor()
    }
    for (const text of ['first', 'second']) await report(text)

    await api('DELETE', `${path}/message/1`, undefined, token)
    await notice.getByText('Your report was handled: the message was deleted.').waitFor()
    await expect
      .poll(() => root.locator('[part="announcer"]').innerText())
      .toContain('Your report was handled')
    expect(await violations(page)).toEqual([])
    expect(await overflowing(page)).toEqual([])
    await button('Close', notice).press('Enter')
    await notice.waitFor({ state: 'detached' })

    const { reports } = await api<{ reports: { id: number; seq: number }[] }>(
      'GET',
      `${path}/report`,
      undefined,
      token,
    )
    const second = reports.find(({ seq }) => seq === 2)
    await api('PATCH', `${path}/report/${second?.id}`, { resolved: true }, token)
    await visit()
    await notice.getByText('Your report was checked: the message stays.').waitFor()
    const before = asked
    await visit()
    await button('Mentions of you').waitFor()
    expect(asked).toBe(before)
    expect(await notice.count()).toBe(0)
  })

  it('are asked about by nobody who made none', async ({ api, server, site, visitor }) => {
    const { room } = await reportable(api)
    const page = await visitor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(page).say('good evening')
    await chatIn(page).name(fresh('Rita'))
    await chatIn(page).message('good evening').waitFor()
    await page.reload()
    await chatIn(page).button('Mentions of you').waitFor()
    expect(asked.filter((url) => /\/me\/report|\/held/.test(url))).toEqual([])
  })
})
