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

  it.each(['{"name":', '{name:"x"}', "{'name':'x'}", '\u0000'])(
    'that is not JSON is refused: %j',
    async (body) => {
      expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
        detail: expect.stringMatching(/^The body is not valid JSON: .+\. JSON takes double quotes/),
      })
    },
  )

  it.each([
    ['[]', 'an array'],
    ['null', 'null'],
    ['"name"', 'a string'],
    ['7', 'a number'],
    ['true', 'a boolean'],
  ])('that is not an object is refused: %s', async (body, kind) => {
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: `The body must be a JSON object, such as {"name":"value"}, not ${kind}.`,
    })
  })

  it('that is not UTF-8 is refused', async () => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"name":"'),
      0xff,
      ...new TextEncoder().encode('"}'),
    ])
    expect(await fails(400, 'POST', '/api/users', { body })).toMatchObject({
      detail: expect.stringContaining('The body is not UTF-8.'),
    })
  })

  it.each([[{}], [{ 'content-type': 'application/json' }], [{ 'content-type': 'text/plain' }]])(
    'that is empty is answered by what is missing, with the headers %j',
    async (headers) => {
      for (const body of ['', ' \n', undefined]) {
        expect(await fails(400, 'POST', '/chatroom/x/message', { body, headers })).toMatchObject({
          detail: 'missing userName, missing message',
          errors: [{ path: 'userName' }, { path: 'message' }],
        })
      }
    },
  )

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

  it.each([
    ['fetch with an object as its body', '[object Object]', {}],
    ['a FormData made a text', '[object FormData]', {}],
    ['nothing to encode', 'undefined', {}],
    ['fetch without the header', '[object Object]', { 'content-type': 'text/plain;charset=UTF-8' }],
  ])('that nobody encoded asks whether JSON.stringify was forgotten: %s', async (_, body, headers) => {
    const status = Object.keys(headers).length > 0 ? 415 : 400
    const { detail } = await fails(status, 'POST', '/api/users', { body, headers })
    expect(detail).toContain(`The body is the text "${body}". Did you forget JSON.stringify?`)
    if (status === 415) expect(detail).toContain('Content-Type: application/json')
  })

  it('that was encoded twice is told so', async () => {
    const body = JSON.stringify(JSON.stringify({ name: fresh('user') }))
    const { detail } = await fails(400, 'POST', '/api/users', { body })
    expect(detail).toBe(
      'The body is JSON inside of a JSON string: it was encoded twice. Call JSON.stringify once.',
    )
  })

  it('that is a form is told so, whichever type it has', async () => {
    const body = 'name=danny&protected=true'
    expect((await fails(400, 'POST', '/api/users', { body })).detail).toContain('The body is a form')
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await fails(415, 'POST', '/api/users', { body, headers })).detail).toBe(
      'The Content-Type of the body is "application/x-www-form-urlencoded". Send JSON with the header "Content-Type: application/json".',
    )
  })
})

describe('a field with another name', () => {
  const path = '/chatroom/x/message'
  it.each([
    [{ userName: 'danny', text: 'hello!' }, 'missing message', 'Rename "text" to "message".'],
    [{ userName: 'danny', body: 'hello!' }, 'missing message', 'Rename "body" to "message".'],
    [{ userName: 'danny', Message: 'hello!' }, 'missing message', 'Rename "Message" to "message".'],
    [{ userName: 'danny', mesage: 'hello!' }, 'missing message', 'Rename "mesage" to "message".'],
    [{ username: 'danny', message: 'hello!' }, 'missing userName', 'Rename "username" to "userName".'],
    [{ user_name: 'danny', message: 'hello!' }, 'missing userName', 'Rename "user_name" to "userName".'],
    [{ user: 'danny', message: 'hello!' }, 'missing userName', 'Rename "user" to "userName".'],
    [{ displayName: 'danny', message: 'hello!' }, 'missing userName', 'Rename "displayName" to "userName".'],
    [{ userName: 'danny', messageText: 'hello!' }, 'missing message', 'Rename "messageText" to "message".'],
    [{ userName: 'danny', content: 'hello!' }, 'missing message', 'Rename "content" to "message".'],
    [{ userName: 'danny', msg: 'hello!' }, 'missing message', 'Rename "msg" to "message".'],
    [
      { data: { userName: 'danny', message: 'hello!' } },
      'missing userName, missing message',
      'Move "userName" out of "data". Move "message" out of "data".',
    ],
    [{ userName: 'danny', data: null, id: [1] }, 'missing message', undefined],
    [{ userName: 'danny', colour: 'red' }, 'missing message', undefined],
    [
      { username: 'danny', text: 'hello!' },
      'missing userName, missing message',
      'Rename "username" to "userName". Rename "text" to "message".',
    ],
  ])('is named beside the right one: %j', async (body, missing, hint) => {
    expect(await fails(400, 'POST', path, { body })).toMatchObject({
      detail: hint === undefined ? missing : `${missing}. ${hint}`,
    })
  })

  it('is found for other routes and in the query', async () => {
    expect((await fails(400, 'POST', '/api/users', { body: { username: 'x' } })).detail).toBe(
      'missing name. Rename "username" to "name".',
    )
    expect((await fails(400, 'POST', '/api/chatroom', { body: { room: 'x' } })).detail).toBe(
      'missing name. Rename "room" to "name".',
    )
    expect((await fails(400, 'DELETE', '/chatroom/x/message/1?username=danny')).detail).toBe(
      'missing userName in the query. Rename "username" to "userName".',
    )
    expect((await fails(400, 'PATCH', '/chatroom/x', { body: { slowmode: 5 } })).detail).toContain(
      'Rename "slowmode" to "slowModeSeconds".',
    )
    expect((await fails(400, 'PATCH', '/chatroom/x/member/y', { body: { banned: true } })).detail).toContain(
      'Rename "banned" to "ban".',
    )
    expect((await fails(400, 'PUT', '/chatroom/x', { body: { username: 'danny' } })).detail).toBe(
      'missing userName. Rename "username" to "userName".',
    )
  })
})

describe('a value of the wrong kind', () => {
  it.each([
    ['PATCH', '/chatroom/x/member/y', { ban: true }, 'ban must be an object, such as {"ban":{}}'],
    ['PATCH', '/chatroom/x/member/y', { mute: 60 }, 'mute must be an object, such as {"mute":{}}'],
    ['POST', '/chatroom/x/sanction', { authorOf: -1, kind: 'ban' }, 'authorOf must be a positive integer'],
    [
      'POST',
      '/chatroom/x/sanction',
      { authorOf: 2 ** 53, kind: 'ban' },
      'authorOf must be at most 9007199254740991',
    ],
  ])('is told the right one: %s %s %j', async (method, path, body, detail) => {
    expect((await fails(400, method, path, { body })).detail).toBe(detail)
  })

  it.each([
    ['/chatroom/x/message?after=9007199254740992', 'after must be at most 9007199254740991'],
    ['/chatroom/x/message?after=-1', 'after must be a whole number'],
    ['/chatroom/x/message/9007199254740993', 'seq must be a positive integer'],
    ['/chatroom/x/message?after=1&after=2', 'after must be given once'],
    ['/api/users/danny', 'id must be a positive integer'],
  ])('in the URL %s is told the right one', async (path, detail) => {
    expect((await fails(400, 'GET', path)).detail).toBe(detail)
  })
})
