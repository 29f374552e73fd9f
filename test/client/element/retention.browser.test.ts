import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { adminToken, it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { repliesIn, roomWith } from '../../support/browser/replies.ts'

const COUNT = 90
/** The messages up to this one are older than the room keeps them. */
const OLD = 70

/** Returns the numbers of the messages in the document. */
const numbers = (page: Page): Promise<number[]> =>
  chatIn(page)
    .log.locator('[data-key]')
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.key)))

it('begins with the first message that the room keeps, also where a quote or an address names one before', async ({
  api,
  server,
  site,
  visitor,
}) => {
  const texts = Array.from({ length: COUNT }, (_, index) => [speaker, `No. ${index + 1}:`] as const)
  const room = await roomWith(api, [...texts, [speaker, 'a late answer', 3]])
  const path = `/chatroom/${room}`
  const open = await visitor()
  const before = repliesIn(open)
  await before.open(server.url, site, room)
  await expect.poll(() => before.quote('a late answer').innerText()).toMatch(/No\. 3:/)

  await api('PATCH', path, { retentionDays: 1 }, adminToken)
  server.fill(
    `update messages set created_at = created_at - 2 * 86400000
     where seq <= ${OLD} and room_id = (select id from rooms where name = '${room}')`,
  )
  await fetch(`${server.url}/cdn-cgi/local/scheduled`)
  await expect.poll(() => api('GET', path)).toMatchObject({ firstSeq: OLD + 1 })

  // Somebody who is there already goes on, and can still ask for what is gone.
  await api('POST', `${path}/message`, { userName: speaker, message: 'the newest' })
  await before.message('the newest').waitFor()

  const page = await visitor({ expects: [/404/] })
  const chat = repliesIn(page)
  await page.goto(`${site.page(tag(server.url, `name="${room}"`))}#message-3`)
  await chat.message('the newest').waitFor()
  await expect.poll(async () => (await numbers(page))[0]).toBe(OLD + 1)
  await expect.poll(() => chat.quote('a late answer').innerText()).toMatch(/This message does not exist\./)
  await chat.quote('a late answer').click()
  await chat.log.evaluate((log) => log.scrollTo(0, 0))
  await chat.message(`No. ${OLD + 1}:`).waitFor()
  expect((await numbers(page))[0]).toBe(OLD + 1)
})
