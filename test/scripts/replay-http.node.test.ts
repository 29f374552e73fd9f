import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHttp, type HttpOptions, retryAfter } from '../../scripts/replay/http.ts'
import { httpProxy } from '../support/node/http-proxy.ts'

// The test checks the waits without waiting.
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }))
const waits = () => vi.mocked(sleep).mock.calls.map(([milliseconds]) => milliseconds)

let close: (() => void) | undefined
beforeEach(() => {
  vi.mocked(sleep).mockClear()
  // Removes the jitter.
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => close?.())

type Scripted = (() => Response | undefined | Promise<Response>) | number
/** Serves these answers in turn, the last one repeatedly. A number is a status; undefined breaks the connection. */
const serve = async (answers: Scripted[], options?: HttpOptions) => {
  const left = [...answers]
  const server = await httpProxy(async () => {
    const answer = left.length > 1 ? left.shift() : left[0]
    return typeof answer === 'number' ? new Response(null, { status: answer }) : answer?.()
  })
  close = server.close
  return { ...server, http: createHttp(server.url, options) }
}

/** Returns a body that breaks off in the middle. */
const half = () =>
  new ReadableStream({
    start: (body) => body.enqueue(Buffer.from('{"a":')),
    pull: (body) => body.error(new Error('dead')),
  })

const get = { method: 'GET', path: '/' }

describe("a replay's request", () => {
  it.each([429, 502, 503, 504])('is repeated unchanged after %i', async (status) => {
    const { http, requests } = await serve([status, 201])
    const answer = await http.request({ method: 'POST', path: '/a', body: { b: 'ü' }, key: 'k' })
    expect(answer.status).toBe(201)
    const sent = { method: 'POST', path: '/a', key: 'k', body: '{"b":"ü"}' }
    expect(requests).toEqual([sent, sent])
    expect(http.requests).toBe(2)
  })

  it.each([400, 401, 403, 404, 409, 413, 422, 500, 501])('is not repeated after %i', async (status) => {
    const { http, requests } = await serve([status, 200])
    expect((await http.request(get)).status).toBe(status)
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['never begins', () => undefined],
    ['does not come in time', () => new Promise<Response>(() => {})],
    ['breaks off in its middle', () => new Response(half())],
  ])('is repeated if the answer %s', async (_, lost) => {
    const { http, requests } = await serve([lost, () => Response.json({ a: 1 })], {
      timeoutMilliseconds: 300,
    })
    expect(await http.request(get)).toMatchObject({ status: 200, body: { a: 1 } })
    expect(requests.length).toBeGreaterThan(1)
    expect(waits()[0]).toBe(250)
  })

  it('is sent at most ten times, with waits that double up to half a minute', async () => {
    const onRetry = vi.fn()
    const { http, url, requests } = await serve([502], { onRetry })
    await expect(http.request(get)).rejects.toThrow(`GET ${url}/ failed 10 times: the server answered 502`)
    expect(requests).toHaveLength(10)
    expect(waits()).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(onRetry.mock.calls).toEqual(waits().map((wait) => ['the server answered 502', wait]))
  })

  it('waits at least half of that with jitter', async () => {
    vi.mocked(Math.random).mockReturnValue(0)
    const { http } = await serve([502, 502, 200])
    await http.request(get)
    expect(waits()).toEqual([125, 250])
  })

  it('waits at least as long as Retry-After', async () => {
    const busy = (seconds: string) => () =>
      new Response(null, { status: 503, headers: { 'Retry-After': seconds } })
    const { http } = await serve([busy('7'), busy('soon'), busy('0'), busy('1'), 200])
    await http.request(get)
    expect(waits()).toEqual([7000, 500, 1000, 2000])
  })

  it('reports a message that was stored before the first attempt', async () => {
    const replayed = () => Response.json({}, { headers: { 'Idempotent-Replayed': 'true' } })
    const { http } = await serve([replayed, 502, replayed, () => Response.json({})])
    const wasStored = []
    for (let count = 0; count < 3; count++) wasStored.push((await http.request(get)).wasStored)
    expect(wasStored).toEqual([true, false, false])
  })
})

describe('Retry-After', () => {
  it('is seconds, a date or nothing', () => {
    const now = Date.parse('Sat, 21 Nov 2026 06:00:00 GMT')
    expect(retryAfter('2', now)).toBe(2000)
    expect(retryAfter('Sat, 21 Nov 2026 06:00:03 GMT', now)).toBe(3000)
    expect(retryAfter('Sat, 21 Nov 2026 05:59:57 GMT', now)).toBe(0)
    expect(retryAfter('soon', now)).toBe(0)
    expect(retryAfter(null, now)).toBe(0)
  })
})
