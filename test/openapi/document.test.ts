import { testClient } from 'hono/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { version } from '../../package.json'
import type { App } from '../../src/app'
import { app } from '../../src/app'
import {
  type Chatroom,
  DEFAULT_FILE_BYTES,
  type FileRef,
  type HeldAnswer,
  MAX_IMPORT_BYTES,
  type Message,
  type ProblemBody,
  problem,
} from '../../src/contract'
import { problemTypes } from '../../src/http/problem-types'
import { openApiDocument } from '../../src/openapi/document'
import type { Operation } from '../../src/openapi/operation'
import { operations } from '../../src/operations'
import { call, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { documentedOperations, documentedSuccesses, seen } from '../support/contract'
import { callSiteFiles, pathOfUrl, pixel, uploadFile } from '../support/files'
import { makeHook, post } from '../support/hooks'
import { subscribe } from '../support/push'
import { addImportedFile } from '../support/rows'
import { callWebhooks } from '../support/webhooks'

describe('the OpenAPI document', () => {
  it('names every success, and each of them happens', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await ok<{ id: number }>('POST', '/api/users', { body: { name: fresh('user') } })
    await say(room, userName, 'hello')
    const { id: holder, token } = await newUser()
    for (const path of ['', '/chatroom', '/mention']) await ok('GET', `/api/users/me${path}`, { token })
    for (const path of [
      '/openapi.json',
      '/api/hello',
      '/api/users',
      `/api/users/${id}`,
      '/api/chatroom',
      room,
    ]) {
      await ok('GET', path)
    }
    for (const path of ['/member', `/member/${userName}`, '/message', '/message/1'])
      await ok('GET', room + path)
    for (const path of [
      '/',
      '/docs',
      '/admin',
      '/problems',
      '/problems/banned',
      room,
      `${room}/message`,
      `${room}/message/1`,
      `${room}/archive`,
      `${room}/feed`,
      `${room}/feed.json`,
      `${room}/pin`,
    ]) {
      const etag = (await call('GET', path)).headers.get('etag') ?? ''
      expect((await call('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    }
    await ok('PUT', room, { body: { userName } })
    await ok('PUT', `${room}/member/${userName}/read`, { body: { seq: 1 } })
    await ok('POST', `${room}/ticket`, { body: { userName } })
    await (await call('GET', `${room}/live`)).body?.cancel()
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'hello!' } })
    const reaction = `${room}/message/1/reaction`
    await ok('PUT', `${reaction}/🎉`, { body: { userName } })
    await ok('GET', reaction)
    await ok('DELETE', `${reaction}/🎉?userName=${userName}`)
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    await ok('DELETE', `${room}/member/${userName}`)
    for (const method of ['PUT', 'PATCH'])
      await ok(method, `/api/users/${id}`, { body: { name: fresh('user') } })
    await ok('DELETE', `/api/users/${id}`)
    const owned = await ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('room') }, token })
    await ok('PATCH', `/chatroom/${owned.name}/member/${userName}`, { body: { role: 'moderator' }, token })
    await ok('PATCH', `/chatroom/${owned.name}`, { body: { title: 'Ours' }, token })
    const ours = `/chatroom/${owned.name}`
    await ok('POST', `${ours}/message`, { body: { message: 'spam' }, token })
    await ok('POST', `${ours}/message/1/report`, { body: { reason: 'spam' }, token })
    await ok('GET', '/api/users/me/report', { token })
    await subscribe(token)
    await ok('GET', '/api/users/me/push', { token })
    await ok('DELETE', '/api/users/me/push', { token })
    await ok('PUT', `${ours}/pin/1`, { token })
    for (const path of ['/pin', '/report', '/report/1', '/sanction', '/audit', '/blocked-word'])
      await ok('GET', ours + path, { token })
    await ok('DELETE', `${ours}/pin/1`, { token })
    const admin = { token: 'the-admin', env: { ADMIN_TOKEN: 'the-admin' } }
    const lists = [
      '',
      '/usage',
      '/report',
      '/held',
      '/user',
      '/audit',
      '/ban',
      '/chatroom',
      `/user/${holder}/message`,
    ]
    for (const path of lists) await ok('GET', `/api/admin${path}`, admin)
    await callWebhooks(`${ours}/webhook`, { token })
    await callWebhooks('/api/admin/webhook', admin)
    await callSiteFiles(admin)
    for (const path of ['/api/export', `${ours}/export`, `/api/users/${holder}/export`])
      expect((await call('GET', path, admin)).status).toBe(200)
    const known = (await call('GET', '/api/admin', admin)).headers.get('etag') ?? ''
    const again = await call('GET', '/api/admin', { ...admin, headers: { 'If-None-Match': known } })
    expect(again.status).toBe(304)
    const newcomer = await newUser()
    await ok('PATCH', ours, { token, body: { approval: 'newcomers' } })
    const hold = async () =>
      (await ok<HeldAnswer>('POST', `${ours}/message`, { token: newcomer.token, body: { message: 'hello' } }))
        .id
    await hold()
    await ok('PUT', `${ours}/held?author=${newcomer.name}`, { token })
    await ok('PATCH', `${ours}/message/2`, { token: newcomer.token, body: { message: 'hello!' } })
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const id = await hold()
      await ok(method, `${ours}/held/${id}`, { token })
    }
    await ok('GET', `${ours}/held`, { token })
    await ok('DELETE', `${ours}/held?author=${newcomer.name}`, { token })
    await ok('PATCH', ours, { token, body: { approval: 'none' } })
    await ok('PATCH', '/api/admin', { ...admin, body: { approval: 'none' } })
    await ok('POST', '/api/import?import=x', {
      ...admin,
      body: '{"type":"parlour","version":1,"scope":"site"}',
      headers: { 'Content-Type': 'application/x-ndjson' },
    })
    await ok('GET', '/api/import?import=x', admin)
    const imported = await addImportedFile(ours)
    await ok('PUT', `/api/import/file/${imported.id}?import=${imported.import}&room=1`, {
      ...admin,
      body: 'bytes',
      headers: { 'Content-Length': '5' },
    })
    await ok('PUT', `/api/users/${holder}/ban`, { ...admin, body: {} })
    await ok('DELETE', `/api/users/${holder}/ban`, admin)
    await say(ours, (await newUser()).name, 'more spam')
    await ok('POST', `${ours}/sanction`, { body: { authorOf: 2, kind: 'ban' }, token })
    await ok('PATCH', `${ours}/report/1`, { body: { resolved: true }, token })
    const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'
    await ok('DELETE', `${ours}/message?author=${userName}&${span}`, { token })
    const hook = await makeHook(ours, token)
    await ok('GET', `${ours}/hook`, { token })
    expect(await post(hook, { text: 'built' })).toEqual([200, 'ok'])
    await ok('POST', `${ours}/hook/${hook.id}/secret`, { token })
    await ok('DELETE', `${ours}/hook/${hook.id}`, { token })
    const { url } = await uploadFile(ours, undefined, pixel, { token })
    for (const headers of [{}, { Range: 'bytes=1-2' }, { 'If-None-Match': '*' }])
      await call('GET', pathOfUrl(url), { headers })
    await ok('DELETE', ours, { token })
    const renewed = await ok<{ token: string }>('POST', `/api/users/${holder}/token`, { token })
    await ok('DELETE', `/api/users/${holder}/token`, {
      headers: { Authorization: `Bearer ${renewed.token}` },
    })
    expect(documentedSuccesses().filter((operation) => !seen.has(operation))).toEqual([])
  })

  it('documents 413 for operations with a body only', async () => {
    for (const { method, path, documented } of documentedOperations()) {
      expect([method, path, '413' in documented]).toEqual([method, path, method !== 'GET'])
      if (method === 'GET') continue
      const isUpload = path.endsWith('/file') || path.startsWith('/api/import/file')
      const most = isUpload ? DEFAULT_FILE_BYTES : path === '/api/import' ? MAX_IMPORT_BYTES : 65_536
      const id = path.startsWith('/api/import/file') ? 'ANamelessFileWithoutId' : '1'
      const url = path.replace(/\{\w+\}/g, id) + (isUpload ? '?name=x&userName=x&import=x&room=1' : '')
      expect((await call(method, url, { body: new Uint8Array(1 + most) })).status, path).toBe(413)
    }
  })

  it('says with which header one asks for news only, where there is an ETag', () => {
    const asking = documentedOperations().filter(({ asked }) => asked.includes('If-None-Match'))
    const tagged = documentedOperations().filter(({ documented }) => documented[200]?.headers?.ETag)
    expect(asking).toEqual(tagged)
    expect(tagged.map(({ path, documented }) => [path, Object.keys(documented[304]?.headers ?? {})])).toEqual(
      [
        ['/chatroom/{name}', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/chatroom/{name}/message', ['ETag', 'Parlour-Seq', 'x-request-id', 'x-d1-bookmark']],
        ['/chatroom/{name}/message/{seq}', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/file/{id}/{fileName}', ['ETag', 'x-request-id']],
        ['/chatroom/{name}/archive', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/chatroom/{name}/feed', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/chatroom/{name}/feed.json', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/chatroom/{name}/pin', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/api/admin', ['ETag', 'x-request-id', 'x-d1-bookmark']],
        ['/', ['ETag', 'x-request-id']],
        ['/docs', ['ETag', 'x-request-id']],
        ['/admin', ['ETag', 'x-request-id']],
        ['/problems', ['ETag', 'x-request-id']],
        ['/problems/{type}', ['ETag', 'x-request-id']],
      ],
    )
  })

  it('is made ahead, of the operations and the version as they are', async () => {
    expect(await ok('GET', '/openapi.json')).toEqual(openApiDocument(operations, version))
  })

  it('comes with the headers of every answer, not with those of a file', async () => {
    const of = ({ headers }: Response) =>
      new Map([...headers].filter(([name]) => !/^(x-|content-l)/.test(name)))
    const nowhere = of(await call('GET', '/nowhere')).set('content-type', 'application/json')
    expect(of(await call('GET', '/openapi.json'))).toEqual(nowhere)
  })
})

describe('a reader of the document', () => {
  type Parameter = { name?: string; $ref?: string; description?: string }
  type Described = {
    description?: string
    parameters: Parameter[]
    requestBody?: { content: Record<string, { example?: unknown }> }
  }
  const document = openApiDocument(operations, version)
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Described>).map(([method, operation]) => ({
      where: `${method} ${path}`,
      operation,
    })),
  )

  it('finds a description of each operation, parameter and tag', () => {
    const missing = all.flatMap(({ where, operation }) => [
      ...(operation.description ? [] : [where]),
      ...operation.parameters
        .filter(({ $ref, description }) => $ref === undefined && !description)
        .map(({ name }) => `${where} ${name}`),
    ])
    expect(missing).toEqual([])
    const used = new Set(Object.values<Operation>(operations).map(({ tag }) => tag))
    expect(document.tags.map(({ name, description }) => [name, Boolean(description)])).toEqual(
      [...used].map((tag) => [tag, true]),
    )
  })

  it('can try each body as it is prefilled: it is valid, and changes nothing for good', () => {
    for (const [key, { body, example }] of Object.entries<Operation>(operations)) {
      expect([key, body === undefined]).toEqual([key, example === undefined])
      if (!body) continue
      expect([key, body.safeParse(example).success]).toEqual([key, true])
      expect(JSON.stringify(example)).not.toMatch(/protected|"ban"|"mute":|owner|archived|turnstile/)
    }
  })

  it('finds every type of problem, and an example of each that an operation has', () => {
    const { schemas, examples } = document.components as Record<
      string,
      Record<string, Record<string, unknown>>
    >
    const types = Object.keys(problemTypes).map((type) => `/problems/${type}`)
    expect(schemas?.Problem?.properties).toMatchObject({ type: { enum: types } })
    for (const { value } of Object.values(examples ?? {})) {
      expect(problem.safeParse(value).success).toBe(true)
      expect(types).toContain((value as ProblemBody).type)
    }
  })
})

describe("Hono's client", () => {
  it('knows the types of requests and answers', async () => {
    const client = testClient<App>(app)
    const send = client.chatroom[':name'].message.$post
    expectTypeOf<Awaited<ReturnType<Awaited<ReturnType<typeof send>>['json']>>>().toEqualTypeOf<
      Message | HeldAnswer
    >()
    expectTypeOf(send).parameter(0).toHaveProperty('json').toEqualTypeOf<{
      userName?: string | undefined
      message?: string | undefined
      replyTo?: number | null | undefined
      files?: FileRef[] | undefined
    }>()
  })
})
