import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import type { Chatroom, NewWebhook, WebhookState } from '../../src/contract'
import { fresh, newUser, type Options, ok } from './api'

/** A delivery as a receiver gets it. */
export type Delivered = { url: string; headers: Headers; text: string; init: RequestInit }
type Body = { type: string; timestamp: string; data: Record<string, unknown> }

/** Returns the JSON of a delivery in the standard format. */
export const bodyOf = ({ text }: Delivered): Body => JSON.parse(text)
export const idOf = ({ headers }: Delivered): string => headers.get('webhook-id') ?? ''

/** A receiver of webhooks. It answers 204 unless `answer` says otherwise. */
export type Receiver = {
  url: string
  got: Delivered[]
  answer: (delivered: Delivered) => Response | Promise<Response>
}

const receivers = new Map<string, Receiver>()

/** Takes the place of the network: what is posted to a receiver reaches it. Call it once in a file of tests. */
export const openNetwork = (): void => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    const url = String(input)
    const receiver = receivers.get(url)
    if (!receiver) throw new Error(`nobody listens at ${url}`)
    const delivered = { url, headers: new Headers(init.headers), text: String(init.body), init }
    receiver.got.push(delivered)
    return receiver.answer(delivered)
  })
}

export const newReceiver = (
  answer: Receiver['answer'] = () => new Response(null, { status: 204 }),
): Receiver => {
  const url = `https://receiver.example/${fresh('hook')}`
  const receiver = { url, got: [], answer }
  receivers.set(url, receiver)
  return receiver
}

export const webhookOf = (id: number) => env.WEBHOOK.getByName(String(id))

type Wanted = { url: string; events?: string[]; format?: string }

/** Creates a webhook at a path, and waits until the hubs know of it. */
export const newWebhook = async (
  path: string,
  token: string,
  body: Wanted,
  more: Options = {},
): Promise<NewWebhook> => {
  const made = await ok<NewWebhook>('POST', path, { token, body, ...more })
  await isAnnounced(made.id)
  return made
}

/** Waits until the hubs know of a webhook. */
export const isAnnounced = (id: number): Promise<void> =>
  vi.waitFor(async () => expect(await stored(id, 'announcing')).toBeUndefined(), { timeout: 20_000 })

const stored = (id: number, key: string): Promise<unknown> =>
  runInDurableObject(webhookOf(id), (_, { storage }) => storage.kv.get(key))

/** Waits until so many attempts have failed since the last success. */
export const hasFailed = (id: number, failures: number): Promise<void> =>
  vi.waitFor(async () => expect(await stored(id, 'failing')).toMatchObject({ count: failures }), {
    timeout: 20_000,
  })

/** Waits until a receiver got so many deliveries, and returns them. */
export const received = async ({ got }: Receiver, count: number): Promise<Delivered[]> => {
  await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 })
  expect(got).toHaveLength(count)
  return got
}

/** Makes a webhook that waits for its next try do that now. */
export const tryNow = async (id: number): Promise<void> => {
  await runInDurableObject(webhookOf(id), (_, { storage }) => {
    const failing = storage.kv.get<object>('failing')
    if (failing) storage.kv.put('failing', { ...failing, next: 0 })
  })
  await runDurableObjectAlarm(webhookOf(id))
}

export const stateOf = (path: string, id: number, token: string): Promise<WebhookState> =>
  ok('GET', `${path}/${id}`, { token })

/** Waits until a webhook has no alarm and nothing to deliver. */
export const isQuiet = (id: number): Promise<void> =>
  vi.waitFor(
    () =>
      runInDurableObject(webhookOf(id), async (_, { storage }) => {
        expect([await storage.getAlarm(), [...storage.kv.list({ prefix: 'due:' })]]).toEqual([null, []])
      }),
    { timeout: 20_000 },
  )

/** Waits until a webhook knows of something to deliver. */
export const isDue = (id: number): Promise<void> =>
  vi.waitFor(async () => expect((await storedBy(id)).some((key) => key.startsWith('due:'))).toBe(true), {
    timeout: 20_000,
  })

/** Returns the keys of what the object of a webhook has stored. */
export const storedBy = (id: number): Promise<string[]> =>
  runInDurableObject(webhookOf(id), (_, { storage }) => [...storage.kv.list()].map(([key]) => key))

/** Creates a room that has an owner, and a member with an open name. */
export const ownedRoom = async () => {
  const [owner, member] = await Promise.all([newUser(), newUser()])
  const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
    token: owner.token,
    body: { name: fresh('room') },
  })
  return { name, room: `/chatroom/${name}`, path: `/chatroom/${name}/webhook`, owner, member }
}

/** Calls every route of webhooks at a path once. */
export const callWebhooks = async (path: string, options: Options): Promise<void> => {
  const url = 'https://example.org'
  const { id } = await ok<NewWebhook>('POST', path, { ...options, body: { url, events: ['ban'] } })
  for (const route of [path, `${path}/${id}`]) await ok('GET', route, options)
  await ok('PATCH', `${path}/${id}`, { ...options, body: { enabled: false } })
  for (const act of ['secret', 'resend']) await ok('POST', `${path}/${id}/${act}`, options)
  await ok('DELETE', `${path}/${id}`, options)
}
