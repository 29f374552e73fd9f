import { describe, expect, it } from 'vitest'
import { call, fails, fresh } from '../support/api'

describe('a request body', () => {
  const post = (options: object) => call('POST', '/api/users', options)

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data'])(
    'of type %s is refused',
    async (type) => {
      const options = { body: '{"name":"x"}', headers: { 'content-type': type } }
      expect(await fails(415, 'POST', '/api/users', options)).toMatchObject({
        title: 'Unsupported media type',
      })
    },
  )

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'of type %s is read',
    async (type) => {
      expect((await post({ body: { name: fresh('user') }, headers: { 'content-type': type } })).status).toBe(
        201,
      )
    },
  )

  it.each(['{"name":', '', '{name:"x"}', '\u0000'])('that is not JSON is refused: %j', async (body) => {
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body is not valid JSON',
    })
  })

  it.each(['[]', 'null', '"name"', '7', 'true'])('that is not an object is refused: %s', async (body) => {
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body must be a JSON object',
    })
  })

  it('that is not UTF-8 is refused', async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"name":"'),
      0xff,
      ...new TextEncoder().encode('"}'),
    ])
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: 'the body is not UTF-8',
    })
  })

  it('of 64 KiB is accepted and one byte more is refused, with and without Content-Length', async () => {
    const padded = (size: number) => {
      const frame = JSON.stringify({ name: fresh('user'), padding: '' })
      return new TextEncoder().encode(frame.replace('""', `"${'x'.repeat(size - frame.length)}"`))
    }
    const chunked = (bytes: Uint8Array) => new Blob([bytes]).stream()
    expect((await post({ body: padded(65_536) })).status).toBe(201)
    expect((await post({ body: chunked(padded(65_536)) })).status).toBe(201)
    expect((await post({ body: padded(65_537) })).status).toBe(413)
    expect((await post({ body: chunked(padded(65_537)) })).status).toBe(413)
  })

  it('may have unknown fields, and prototype keys do nothing', async () => {
    const name = fresh('user')
    const body = `{"name":"${name}","id":99,"token":"mine","__proto__":{"protected":true},"constructor":{"prototype":{"x":1}}}`
    const user = await (await post({ body })).json<{ id: number; token: string }>()
    expect(user).toMatchObject({ name, protected: false })
    expect([user.id === 99, user.token === 'mine', 'x' in {}]).toEqual([false, false, false])
  })
})
