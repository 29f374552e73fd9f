import { describe, expect, it, vi } from 'vitest'
import { call, ok, origin } from '../support/api'
import { costOf } from '../support/cost'
import { newest, post, roomWithHook } from '../support/hooks'
import { from, limiter, meter } from '../support/limits'

describe('a post to an incoming webhook', () => {
  it('is refused with the words of Slack', async () => {
    const { room, owner, hook } = await roomWithHook()
    const url = `${origin}/hook/${'x'.repeat(43)}`
    expect(await post({ url }, { text: 'x' })).toEqual([404, 'no_service'])
    for (const body of ['', 'no json', '[]', '"text"', 'text=x', 'payload=', '{"text":'])
      expect([body, ...(await post(hook, body))]).toEqual([body, 400, 'invalid_payload'])
    for (const body of [{}, { text: '' }, { text: ' \u200b\n' }, { text: true }, { text: '\0' }])
      expect([body, ...(await post(hook, body))]).toEqual([body, 400, 'no_text'])
    await ok('PATCH', room, { token: owner.token, body: { archived: true } })
    expect(await post(hook, { text: 'x' })).toEqual([410, 'channel_is_archived'])
    await ok('DELETE', room, { token: owner.token })
    expect(await post(hook, { text: 'x' })).toEqual([410, 'channel_is_archived'])
  })

  it('may be larger than 64 KiB never, and is sent with POST only', async () => {
    const { hook } = await roomWithHook()
    expect(await post(hook, { text: 'x'.repeat(70_000) })).toEqual([413, 'body_too_large'])
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const response = await call(method, new URL(hook.url).pathname)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    }
  })

  it('is cut at 4,000 characters, and no character is broken', async () => {
    const { room, hook } = await roomWithHook()
    const face = '😀'
    await post(hook, { text: face.repeat(4000) })
    expect((await newest(room))?.message).toBe(face.repeat(4000))
    await post(hook, { text: face.repeat(4001) })
    expect((await newest(room))?.message).toBe(`${face.repeat(3999)}…`)
    await post(hook, '{"text":"a\\ud800b\\u0000c"}')
    expect((await newest(room))?.message).toBe('a\ufffdbc')
  })

  it('needs no approval and no wait, but holds no blocked word, and mentions nobody', async () => {
    const { room, owner, member, hook } = await roomWithHook()
    const body = { approval: 'all', slowModeSeconds: 60, blockedWords: ['casino'], posters: 'members' }
    await ok('PATCH', room, { token: owner.token, body })
    expect(await post(hook, { text: 'one' })).toEqual([200, 'ok'])
    expect(await post(hook, { text: `@${member.name} two` })).toEqual([200, 'ok'])
    expect(await newest(room)).toMatchObject({ message: `@${member.name} two`, mentions: [] })
    expect(await post(hook, { text: 'come to the CASINO' })).toEqual([403, 'action_prohibited'])
  })

  it('costs one round trip, and one row, or two on the first of a day', async () => {
    const { hook } = await roomWithHook()
    const path = new URL(hook.url).pathname
    const costs = [await costOf('POST', path, { text: 'one' }), await costOf('POST', path, { text: 'two' })]
    expect(costs).toMatchObject([
      { roundTrips: 1, rowsWritten: 2 },
      { roundTrips: 1, rowsWritten: 1 },
    ])
    for (const { rowsRead } of costs) expect(rowsRead).toBeLessThanOrEqual(20)
  })

  it('is limited for each webhook, and for each address', async () => {
    const [one, other] = [await roomWithHook(), await roomWithHook()]
    const vars = { NAME_WRITES: limiter(2), ...meter() }
    const options = { env: vars, headers: from('203.0.113.9') }
    expect(await post(one.hook, { text: 'x' }, options)).toEqual([200, 'ok'])
    expect(await post(one.hook, { text: 'x' }, options)).toEqual([200, 'ok'])
    const refused = await call('POST', new URL(one.hook.url).pathname, { ...options, body: { text: 'x' } })
    expect([refused.status, await refused.text(), refused.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      expect.stringMatching(/^\d+$/),
    ])
    expect(await post(other.hook, { text: 'x' }, options)).toEqual([200, 'ok'])
    const ofAddress = { env: { ADDRESS_WRITES: limiter(1), ...meter() }, headers: from('203.0.113.9') }
    const unknown = { url: `${origin}/hook/unknown` }
    expect(await post(unknown, { text: 'x' }, ofAddress)).toEqual([404, 'no_service'])
    expect(await post({ url: `${origin}/hook/another` }, { text: 'x' }, ofAddress)).toEqual([
      429,
      'rate_limited',
    ])
  })

  it('leaves its secret in no line of the log', async () => {
    const { hook } = await roomWithHook()
    const secret = hook.url.split('/').at(-1) ?? ''
    const log = (['info', 'warn', 'error', 'log'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    )
    const vars = { LOG: 'on' }
    await post(hook, { text: 'x' }, { env: vars })
    await post({ url: `${hook.url}x` }, { text: 'x' }, { env: vars })
    await call('GET', new URL(hook.url).pathname, { env: vars })
    await call('GET', `${new URL(hook.url).pathname}/x`, { env: vars })
    expect(await post(hook, { text: 'x' }, { env: { ...vars, DB: {} as D1Database } })).toEqual([
      500,
      'internal_error',
    ])
    const lines = JSON.stringify(log.flatMap(({ mock }) => mock.calls))
    vi.restoreAllMocks()
    expect(lines).toContain('/hook/:secret')
    expect(lines).not.toContain(secret)
  })
})
