import type { Chatroom, Message, User } from '../../src/contract'
import type { operations } from '../../src/operations'
import { fresh, newUser, type Options, ok } from './api'
import { person, sign, withSecret } from './login'

export const kinds = ['none', 'token', 'login', 'admin'] as const
export type Kind = (typeof kinds)[number]

/** Somebody who shows a credential of a kind. */
type Person = { kind: Kind; name: string; id: number; options: Options }

const admin = 'the-admin-of-this-test'

const appear = async (kind: Kind): Promise<Person> => {
  if (kind === 'login') {
    const options = { token: await sign(person()), env: withSecret }
    return { ...(await ok<User>('GET', '/api/users/me', options)), kind, options }
  }
  const user = await newUser()
  const options = {
    none: {},
    token: { token: user.token },
    admin: { token: admin, env: { ADMIN_TOKEN: admin } },
  }
  return { ...user, kind, options: options[kind] }
}

/** A room of that person's, where it has said something and so has `other`, who is a member. */
export const stageOf = async (kind: Kind) => {
  const [actor, other] = await Promise.all([appear(kind), newUser()])
  const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
    ...actor.options,
    body: { name: fresh('room') },
  })
  const room = `/chatroom/${name}`
  // Who shows a token or a login needs no name.
  const named = kind === 'none' || kind === 'admin' ? { userName: actor.name } : {}
  const { seq } = await ok<Message>('POST', `${room}/message`, {
    ...actor.options,
    body: { ...named, message: 'x' },
  })
  await ok('POST', `${room}/message`, { body: { userName: other.name, message: 'spam' } })
  await ok('POST', `${room}/message/2/report`, {
    body: { userName: actor.name, reason: 'spam' },
    ...actor.options,
  })
  return { name, room, seq, actor, other, named }
}

type Stage = Awaited<ReturnType<typeof stageOf>>
type Values = Record<string, string | number>
type Asked = {
  /** `HEAD` where that is another thing than `GET`. */
  method?: 'HEAD'
  params?: Values
  query?: Values | undefined
  body?: object
  headers?: Record<string, string>
}

const pages: Asked[] = [{}, { query: { cursor: 1, limit: 2 } }]
const span = { from: '2000-01-01T00:00:00Z', upTo: '2100-01-01T00:00:00Z' }
const sanctions = [{ ban: {} }, { ban: null }, { mute: { seconds: 60, reason: 'x' } }, { mute: null }]
/** Read by nobody in particular (who shows a credential is somebody), and by a name. */
const reading =
  (...queries: Asked['query'][]) =>
  ({ actor }: Stage): Asked[] =>
    queries.flatMap((query) => [{ query }, { query: { ...query, userName: actor.name } }])
/** By somebody who has nothing, who has something else, and who asks for the headers alone. */
const notHaving = (asked: Asked): Asked[] => [
  asked,
  { ...asked, headers: { 'If-None-Match': '"another"' } },
  { ...asked, method: 'HEAD' },
]
/** Without a token a name can't be protected or opened. */
const changing = ({ actor }: Stage): Asked[] =>
  (actor.kind === 'none' ? [{}] : [{}, { protected: true }]).map((also) => ({
    params: { id: actor.id },
    body: { name: fresh('user'), ...also },
  }))

/** How each operation is asked for, in each way that makes a difference to the database. */
export const everything: Record<keyof typeof operations, (stage: Stage) => Asked[]> = {
  'GET /': () => [],
  'GET /openapi.json': () => [],
  'GET /docs': () => [],
  'GET /moderate': () => [],
  'GET /problems': () => [],
  'GET /problems/:type': () => [],
  'GET /api/hello': () => [{}],
  'GET /api/users': ({ other }) => [...pages, { query: { name: other.name } }],
  'POST /api/users': () => [{ body: { name: fresh('user') } }],
  'GET /api/users/me': () => [{}],
  'GET /api/users/:id': ({ other }) => [{ params: { id: other.id } }],
  'PUT /api/users/:id': changing,
  'PATCH /api/users/:id': changing,
  'DELETE /api/users/:id': ({ actor }) => [{ params: { id: actor.id } }],
  'POST /api/users/:id/token': ({ actor }) => [{ params: { id: actor.id } }],
  'DELETE /api/users/:id/token': ({ actor }) => [{ params: { id: actor.id } }],
  'GET /api/chatroom': () => pages,
  'POST /api/chatroom': () => [{ body: { name: fresh('room'), title: 'x' } }],
  'GET /chatroom/:name': () => [{}],
  'PATCH /chatroom/:name': ({ other }) => [
    { body: { topic: 'x', slowModeSeconds: 1, blockedWords: ['casino'] } },
    { body: { owner: other.name } },
  ],
  'DELETE /chatroom/:name': () => [{}],
  'PUT /chatroom/:name': ({ named, actor }) => [{ body: named }, { body: { userName: actor.name } }],
  'GET /chatroom/:name/member': reading({}, { cursor: 1 }),
  'GET /chatroom/:name/member/:userName': reading({}),
  'PATCH /chatroom/:name/member/:userName': () =>
    [{ role: 'member' }, { role: 'moderator' }, ...sanctions].map((body) => ({ body })),
  'DELETE /chatroom/:name/member/:userName': ({ actor }) => [{ params: { userName: actor.name } }],
  'GET /chatroom/:name/message': (stage) =>
    reading({}, { before: 2 }, { after: 0 })(stage).flatMap(notHaving),
  'POST /chatroom/:name/message': ({ named }) => [
    { body: { ...named, message: 'x' } },
    { body: { ...named, message: 'https://x.example' }, headers: { 'Idempotency-Key': fresh('key') } },
  ],
  'DELETE /chatroom/:name/message': ({ other }) => [{ query: { author: other.name, ...span } }],
  'GET /chatroom/:name/message/:seq': reading({}),
  'PATCH /chatroom/:name/message/:seq': ({ named }) => [{ body: { ...named, message: 'y' } }],
  'DELETE /chatroom/:name/message/:seq': ({ named }) => [{ query: named }],
  'POST /chatroom/:name/message/:seq/report': ({ named }) => [{ body: { ...named, reason: 'x' } }],
  'GET /chatroom/:name/report': () => pages,
  'GET /chatroom/:name/report/:id': () => [{}],
  'PATCH /chatroom/:name/report/:id': () => [{ body: { resolved: true } }, { body: { resolved: false } }],
  'GET /chatroom/:name/sanction': () => pages,
  'GET /chatroom/:name/audit': () => pages,
  'GET /chatroom/:name/blocked-word': () => [{}],
  'GET /chatroom/:name/live': reading({ after: 0 }),
  'POST /chatroom/:name/ticket': ({ named }) => [{ body: named }],
}

/** The request that asks for an operation on a stage. */
export const requestOf = (
  key: string,
  { name, seq, other, actor }: Stage,
  asked: Asked,
): [string, string, Options] => {
  const [method = '', route = ''] = key.split(' ')
  const params: Record<string, string | number> = { name, seq, id: 1, userName: other.name, ...asked.params }
  const path = route.replace(/:(\w+)/g, (_, param) => String(params[param]))
  const query = Object.entries(asked.query ?? {}).map(([name, value]) => [name, String(value)])
  const { body, headers } = asked
  const options = { ...actor.options, ...(body && { body }), ...(headers && { headers }) }
  return [asked.method ?? method, query.length > 0 ? `${path}?${new URLSearchParams(query)}` : path, options]
}
