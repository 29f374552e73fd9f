import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ok, say } from '../support/api'
import {
  bodyOf,
  hasFailed,
  idOf,
  isDue,
  isQuiet,
  newReceiver,
  newWebhook,
  openNetwork,
  ownedRoom,
  received,
  stateOf,
  tryNow,
} from '../support/webhooks'

beforeAll(openNetwork)

describe('the answer of a receiver', () => {
  it('is a failure if it redirects, which is not followed', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const elsewhere = newReceiver()
    const headers = { Location: elsewhere.url, 'Retry-After': '3600' }
    const receiver = newReceiver(() => new Response(null, { status: 307, headers }))
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'x')
    await hasFailed(id, 1)
    expect(await stateOf(path, id, owner.token)).toMatchObject({
      failures: 1,
      attempts: [{ status: 307, error: 'The receiver redirects, which is not followed.' }],
    })
    expect([receiver.got.length, elsewhere.got.length]).toEqual([1, 0])
  })

  it('is read to 64 KiB, however long it is', async () => {
    const { room, path, owner, member } = await ownedRoom()
    let bytes = 0
    let isCancelled = false
    const endless = () =>
      new ReadableStream<Uint8Array>(
        {
          pull: (controller) => {
            bytes += 16_384
            controller.enqueue(new Uint8Array(16_384))
          },
          cancel: () => {
            isCancelled = true
          },
        },
        { highWaterMark: 0 },
      )
    const receiver = newReceiver(() => new Response(endless()))
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await received(receiver, 1)
    await isQuiet(id)
    expect([bytes, isCancelled]).toEqual([65_536, true])
    expect(await stateOf(path, id, owner.token)).toMatchObject({
      failures: 0,
      attempts: [{ status: 200, error: null }],
    })
    await say(room, member.name, 'two')
    const [, two] = await received(receiver, 2)
    expect(two && bodyOf(two).data.message).toBe('two')
  })

  it('is waited for ten seconds, and then the delivery is tried again', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const limits: number[] = []
    let pass = () => {}
    // The ten seconds end when the test says so.
    const clock = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      limits.push(milliseconds)
      const controller = new AbortController()
      pass = () => controller.abort(new DOMException('It took too long.', 'TimeoutError'))
      return controller.signal
    })
    const receiver = newReceiver(({ init: { signal } }) => {
      receiver.answer = () => new Response('ok')
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        pass()
      })
    })
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'x')
    await received(receiver, 1)
    await tryNow(id)
    const got = await received(receiver, 2)
    await isQuiet(id)
    clock.mockRestore()
    expect(new Set(got.map(idOf)).size).toBe(1)
    expect(limits).toEqual([10_000, 10_000])
    expect((await stateOf(path, id, owner.token)).attempts).toMatchObject([
      { status: 200, error: null },
      { status: null, error: 'The receiver did not answer within 10 seconds.' },
    ])
  })
})

describe('what is kept of attempts', () => {
  it('is the last 20', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    for (let n = 1; n <= 21; n++) await say(room, member.name, `message ${n}`)
    const got = await received(receiver, 21)
    await isQuiet(id)
    const { attempts } = await stateOf(path, id, owner.token)
    expect(attempts.map((attempt) => attempt.id)).toEqual(got.slice(1).map(idOf).reverse())
  })

  it('has a delivery that was sent once more, and what happens meanwhile is not lost', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await received(receiver, 1)
    await isQuiet(id)
    let mayAnswer = false
    receiver.answer = async () => {
      await vi.waitFor(() => expect(mayAnswer).toBe(true), { timeout: 20_000 })
      return new Response('ok')
    }
    await ok('POST', `${path}/${id}/resend`, { token: owner.token })
    await received(receiver, 2)
    await say(room, member.name, 'two')
    await isDue(id)
    mayAnswer = true
    const got = await received(receiver, 3)
    expect(got.map((delivered) => bodyOf(delivered).data.message)).toEqual(['one', 'one', 'two'])
    await isQuiet(id)
    expect((await stateOf(path, id, owner.token)).attempts).toHaveLength(3)
  })
})
