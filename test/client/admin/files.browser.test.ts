import { describe, expect } from 'vitest'
import type { ChatFile } from '../../../src/contract/index.ts'
import { signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { adminToken, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

/** Returns a script that draws a square of one colour, and returns it as a PNG in base64. */
const picture = (hue: number) => `
  const canvas = Object.assign(document.createElement('canvas'), { width: 60, height: 40 })
  const context = canvas.getContext('2d')
  context.fillStyle = 'hsl(${hue} 80% 50%)'
  context.fillRect(0, 0, 60, 40)
  return canvas.toDataURL('image/png').split(',')[1]`

describe('the files of /admin', () => {
  it('are looked through, deleted, blocked and unblocked by keys', async ({ api, server, visitor }) => {
    const [room, ada] = [fresh('gallery'), fresh('ada')]
    await api('POST', '/api/chatroom', { name: room, owner: null })
    await api('POST', '/api/users', { name: ada })
    const page = await visitor({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' })
    await signIn(page, `${server.url}/admin#files`, adminToken)
    const upload = async (name: string, hue: number) => {
      const body = Buffer.from(String(await page.evaluate(`(() => {${picture(hue)}})()`)), 'base64')
      const query = new URLSearchParams({ name, userName: ada })
      return fetch(`${server.url}/chatroom/${room}/file?${query}`, { method: 'POST', body })
    }
    const [one, two] = [fresh('one'), fresh('two')]
    for (const [name, hue] of [
      [one, 10],
      [two, 200],
    ] as const) {
      const { id } = (await (await upload(`${name}.png`, hue)).json()) as ChatFile
      const files = [{ id, description: `A square, ${name}` }]
      await api('POST', `/chatroom/${room}/message`, { userName: ada, message: '', files })
    }
    await page.reload()
    await page.getByRole('img', { name: `A square, ${two}` }).waitFor()
    await page.getByRole('button', { name: 'Show how much space files take' }).click()
    await page.getByText('The files of messages take').waitFor()
    expect(await violations(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)

    const item = (name: string) => page.locator('.item').filter({ hasText: `${name}.png` })
    // Other tests send files to the same server, so others may stand between these two.
    await page.keyboard.press('j')
    await expect.poll(() => page.locator('.item:focus').count()).toBe(1)
    await item(two).focus()
    await page.keyboard.press('j')
    await expect.poll(() => item(two).evaluate((element) => element.matches(':focus'))).toBe(false)
    await item(one).focus()
    await page.keyboard.press('b')
    await page.getByText(`nobody can upload ${one}.png again`).waitFor()
    await page.getByRole('img', { name: `A square, ${one}` }).waitFor({ state: 'detached' })
    expect((await upload('another-name.png', 10)).status).toBe(403)
    const first = await api<{ message: string | null }>('GET', `/chatroom/${room}/message/1`)
    expect(first.message).toBe(null)

    await item(two).focus()
    await page.keyboard.press('d')
    await page.getByText(`Message 2 of ${room} is deleted.`).waitFor()
    expect((await upload('two.png', 200)).status).toBe(201)
    await page.getByRole('link', { name: 'Blocked files' }).click()
    await page.getByRole('button', { name: `Unblock ${one}.png` }).click()
    await page.getByText('No file is blocked.').waitFor()
    expect((await upload('one.png', 10)).status).toBe(201)
  })
})
