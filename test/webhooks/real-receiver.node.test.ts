import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { NewWebhook, WebhookState } from '../../src/contract/index.ts'
import { freePort, localServer } from '../support/node/server.ts'

// The server as `npm start` runs it, and a receiver that is a process's own HTTP server.

type Delivery = { id: string; type: string; data: { seq: number; message: string } }

const server = await localServer({ ADMIN_TOKEN: 'the-admin' })
const room = `${server.url}/chatroom/status`
beforeAll(server.start)
afterAll(server.remove)

const send = async <Answer>(method: string, url: string, body?: unknown): Promise<Answer> => {
  const answer = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer the-admin' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  expect(answer.ok, `${method} ${url}: ${answer.status}`).toBe(true)
  return (await answer.json()) as Answer
}

/** Listens on a port, and keeps the deliveries whose signature is right. */
const startReceiver = async (port: number, secret: () => string, got: Delivery[]) => {
  const receiver = createServer(async (request, response) => {
    const body = await text(request)
    try {
      const verified = new Webhook(secret()).verify(body, signed(request.headers)) as Delivery
      got.push({ ...verified, id: String(request.headers['webhook-id']) })
      response.writeHead(204).end()
    } catch {
      response.writeHead(400).end()
    }
  }).listen(port, '127.0.0.1')
  await once(receiver, 'listening')
  return {
    close: async () => {
      const closed = once(receiver, 'close')
      receiver.close()
      receiver.closeAllConnections()
      await closed
    },
  }
}

const signed = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  )

it('delivers to a receiver on this machine, in order, also what was said while it was down', async () => {
  const port = await freePort()
  const got: Delivery[] = []
  let secret = ''
  let receiver = await startReceiver(port, () => secret, got)
  await send('POST', `${server.url}/api/chatroom`, { name: 'status' })
  await send('POST', `${server.url}/api/user`, { name: 'nina' })
  const made = await send<NewWebhook>('POST', `${room}/webhook`, {
    url: `http://127.0.0.1:${port}/parlour`,
    events: ['message'],
  })
  secret = made.secret
  const url = `${room}/webhook/${made.id}`
  const state = () => send<WebhookState>('GET', url)
  const say = (message: string) => send('POST', `${room}/message`, { userName: 'nina', message })
  const receives = (count: number) =>
    vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(count), { timeout: 60_000 })

  for (const message of ['one', 'two']) await say(message)
  await receives(2)
  await receiver.close()
  for (const message of ['three', 'four']) await say(message)
  const newest = async () => (await state()).attempts[0]
  await expect
    .poll(newest, { timeout: 60_000 })
    .toMatchObject({ status: null, error: 'The receiver could not be reached.' })
  const failed = await newest()

  receiver = await startReceiver(port, () => secret, got)
  await send('POST', `${url}/resend`)
  await say('five')
  await receives(5)
  await expect.poll(state, { timeout: 60_000 }).toMatchObject({ failures: 0, nextAttemptAt: null })
  await receiver.close()

  expect(got.map(({ type, data }) => [type, data.seq, data.message])).toEqual([
    ['message', 1, 'one'],
    ['message', 2, 'two'],
    ['message', 3, 'three'],
    ['message', 4, 'four'],
    ['message', 5, 'five'],
  ])
  expect(new Set(got.map(({ id }) => id)).size).toBe(5)
  expect(got[2]?.id).toBe(failed?.id)
})
