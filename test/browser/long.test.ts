import { describe } from 'vitest'
import { it } from './support/bed.ts'
import { chatIn, tag } from './support/chat.ts'
import { longRoom } from './support/long-room.ts'
import { scrollUp } from './support/measure.ts'

describe('a room with 10,000 messages', () => {
  it('is read from the newest far up, each message once and in order, and keeps the reader’s place', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ viewport: { width: 800, height: 700 } })
    const pages: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/message?')) pages.push(request.url())
    })
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const chat = chatIn(page)
    await chat.message(`No. ${longRoom.messages}:`).waitFor()
    console.log(pages)
    page.on('console', (m) => console.log(m.text()))
    const figures = await scrollUp(chat.log, 1000)
    console.info(figures)
  })
})
