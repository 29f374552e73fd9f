import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { Message } from '../../src/client/client.ts'
import { head, listen, logOf, open } from '../support/browser/client.ts'
import { it } from '../support/browser/fixtures.ts'
import { longRoom, speaker } from '../support/browser/long-room.ts'
import { fresh } from '../support/browser/names.ts'
import { hideable } from '../support/browser/visibility.ts'
import { httpProxy } from '../support/node/http-proxy.ts'

const signIn = (page: Page, api: string, how: Parameters<ReturnType<Window['parlour']>['signIn']>[0]) =>
  page.evaluate(
    async ({ api, how }) => {
      const client = window.parlour(api)
      await client.signIn(how as never)
      return client.userName
    },
    { api, how },
  )

describe('the client in a page of another origin', () => {
  it('tells one page what another says, changes and takes back', async ({ api, server, site, visitor }) => {
    const name = fresh('talk')
    await api('POST', '/api/chatroom', { name })
    const [one, other] = [await visitor(), await visitor()]
    for (const page of [one, other]) await open(page, site.page('', { head }))
    await listen(one, server.url, name)
    await listen(other, server.url, name)
    await signIn(other, server.url, { name: fresh('erin') })
    await other.evaluate(
      async ([api = '', name = '']) => {
        const room = window.parlour(api).room(name)
        const { seq } = await room.send('hello!').done
        await room.edit(seq, 'hello?')
        await room.remove(seq)
      },
      [server.url, name],
    )
    // An entry read later shows the current text; read live, the text at that time.
    await expect
      .poll(async () => (await logOf(one)).map(([type, seq]) => [type, seq]))
      .toEqual([
        ['message', 1],
        ['edit', 2],
        ['delete', 3],
      ])
  })

  it('falls back to an event stream behind a proxy that knows no WebSockets', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('stream')
    await api('POST', '/api/chatroom', { name })
    const proxy = await httpProxy((_, forward) => forward(), server.url)
    const page = await visitor({ expects: [/WebSocket connection .* failed/], asks: [proxy.url] })
    await open(page, site.page('', { head, policy: "default-src 'self' http: ws:; img-src data:" }))
    await listen(page, proxy.url, name)
    await api('POST', `/chatroom/${name}/message`, { userName: speaker, message: 'over a stream' })
    await expect.poll(() => logOf(page)).toEqual([['message', 1, 'over a stream']])
    await page.close()
    proxy.close()
  })

  it('keeps a protected name and its token over a reload, and nobody else has it', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [name, room] = [fresh('gina'), fresh('kept')]
    await api('POST', '/api/chatroom', { name: room })
    const url = site.page('', { head })
    const page = await visitor()
    await open(page, url)
    await signIn(page, server.url, { name, protected: true })
    await page.reload()
    await open(page, url)
    await listen(page, server.url, room)
    const sent = await page.evaluate(() => window.room.send('it is me').done)
    expect(sent).toMatchObject({ seq: 1, userName: name })
    await expect(
      api('POST', `/chatroom/${room}/message`, { userName: name, message: 'and me' }),
    ).rejects.toThrow('401')
    const thief = await visitor()
    await open(thief, url)
    await expect(signIn(thief, server.url, { name, existing: true })).rejects.toThrow('protected')
  })

  it('hears of a room for members with a member’s token, and says why it hears nothing without', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [name, host] = [fresh('club'), fresh('hana')]
    const { token } = await api<{ token: string }>('POST', '/api/users', { name: host, protected: true })
    await api('POST', '/api/chatroom', { name }, token)
    await api('PATCH', `/chatroom/${name}`, { readers: 'members', posters: 'members' }, token)
    const url = site.page('', { head })
    const member = await visitor()
    await open(member, url)
    await signIn(member, server.url, { token })
    await listen(member, server.url, name)
    await api('POST', `/chatroom/${name}/message`, { message: 'among us' }, token)
    await expect.poll(() => logOf(member)).toEqual([['message', 1, 'among us']])

    const stranger = await visitor({ expects: [/40[13]/] })
    await open(stranger, url)
    await stranger.evaluate(
      ([api = '', name = '']) => {
        window.subscription = window
          .parlour(api)
          .room(name)
          .subscribe(() => undefined)
      },
      [server.url, name],
    )
    await stranger.waitForFunction(() => window.subscription.connection.state === 'closed')
    expect(
      await stranger.evaluate(
        () => 'problem' in window.subscription.connection && window.subscription.connection.problem?.message,
      ),
    ).toMatch(/member/)
  })

  it('sends what was written before a reload after it, in order and once', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('reload')
    await api('POST', '/api/chatroom', { name })
    const url = site.page('', { head })
    const page = await visitor({ expects: [/ERR_FAILED/] })
    await open(page, url)
    await signIn(page, server.url, { name: fresh('ivan') })
    await page.route('**/message', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await page.evaluate(
      ([api = '', name = '']) => {
        const room = window.parlour(api).room(name)
        for (const text of ['one', 'two', 'three']) room.send(text)
      },
      [server.url, name],
    )
    await page.unroute('**/message')
    await page.reload()
    await page.waitForFunction(() => 'parlour' in window)
    await page.evaluate(
      ([api = '', name = '']) => {
        window.room = window.parlour(api).room(name)
        window.room.send('four')
      },
      [server.url, name],
    )
    await page.waitForFunction(() => window.room.outbox.length === 0)
    const { messages } = await api<{ messages: Message[] }>('GET', `/chatroom/${name}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['one', 'two', 'three', 'four'])
  })

  it('goes quiet in a hidden page, and catches up when it is looked at again', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('hidden')
    await api('POST', '/api/chatroom', { name })
    const say = (message: string) => api('POST', `/chatroom/${name}/message`, { userName: speaker, message })
    const page = await visitor()
    const look = await hideable(page)
    await page.clock.install()
    await open(page, site.page('', { head }))
    const [socket] = await Promise.all([page.waitForEvent('websocket'), listen(page, server.url, name)])
    await say('seen')
    await expect.poll(() => logOf(page)).toHaveLength(1)

    await look('hidden')
    // The test looks for a moment only.
    await page.clock.fastForward('00:10')
    await say('seen in the corner of the eye')
    await expect.poll(() => logOf(page)).toHaveLength(2)
    await page.clock.fastForward('02:00')
    await expect.poll(() => socket.isClosed()).toBe(true)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('websocket', (opened) => asked.push(opened.url()))
    await say('missed')
    await page.clock.fastForward('30:00')
    expect(await page.evaluate(() => window.subscription.connection.state)).toBe('resting')
    expect(asked).toEqual([])

    await look('visible')
    await expect
      .poll(() => logOf(page))
      .toEqual([
        ['message', 1, 'seen'],
        ['message', 2, 'seen in the corner of the eye'],
        ['message', 3, 'missed'],
      ])
  })

  it('reads a long history as it is asked for, each message once', async ({ server, site, visitor }) => {
    const page = await visitor()
    await open(page, site.page('', { head }))
    const seqs = await page.evaluate(
      async ([api = '', name = '']) => {
        const seqs = []
        for await (const { seq } of window.parlour(api).room(name).history({ before: 2501 })) seqs.push(seq)
        return seqs
      },
      [server.url, longRoom.name],
    )
    expect(seqs).toEqual(Array.from({ length: 2500 }, (_, index) => 2500 - index))
  })
})
