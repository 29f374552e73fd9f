import type { operations } from '../../src/operations'
import { fresh, type Options } from './api'
import { uploading } from './files'
import { smallFile } from './import-file'
import type { OperationFixture } from './operation-fixture'
import { newSubscription } from './push'
import { pages, siteRequests } from './site-requests'

type Values = Record<string, string | number>
type RequestVariant = {
  /** Set to `HEAD` where `GET` is tested as well. */
  method?: 'HEAD'
  params?: Values
  query?: Values | undefined
  /** Sent as JSON, unless it is text. */
  body?: object | string
  headers?: Record<string, string>
}

const span = { from: '2000-01-01T00:00:00Z', upTo: '2100-01-01T00:00:00Z' }
const sanctions = [
  { ban: {} },
  { ban: { deleteMessagesSeconds: 60 } },
  { ban: null },
  { mute: { seconds: 60, reason: 'x' } },
  { mute: null },
]
/** Reads without a name, and with one. */
const reading =
  (...queries: RequestVariant['query'][]) =>
  ({ actor }: OperationFixture): RequestVariant[] =>
    queries.flatMap((query) => [{ query }, { query: { ...query, userName: actor.name } }])
/** Reads what is about the actor. An open name and the admin name it. */
const asking =
  (...queries: Values[]) =>
  ({ named }: OperationFixture): RequestVariant[] =>
    queries.map((query) => ({ query: { ...query, ...named } }))
/** Reads without an ETag, with another ETag, and only the headers. */
const withEtags = (variant: RequestVariant): RequestVariant[] => [
  variant,
  { ...variant, headers: { 'If-None-Match': '"another"' } },
  { ...variant, method: 'HEAD' },
]
/** Changes the user. Only a token can protect the name. */
const changing = ({ actor }: OperationFixture): RequestVariant[] =>
  (actor.credential === 'none' ? [{}] : [{}, { protected: true }]).map((also) => ({
    params: { id: actor.id },
    body: { name: fresh('user'), ...also },
  }))
const ofWebhook =
  (...variants: RequestVariant[]) =>
  ({ webhook }: OperationFixture): RequestVariant[] =>
    variants.map((variant) => ({ ...variant, params: webhook }))
const webhookChanges = [
  { url: 'https://example.org/x', format: 'slack' },
  ...[{ events: ['message', 'report'], enabled: true }, { enabled: true }, { enabled: false }],
].map((body) => ({ body }))

/** The requests of each operation: one for each way that makes a difference to the database. */
export const requestsOf: Record<keyof typeof operations, (fixture: OperationFixture) => RequestVariant[]> = {
  'GET /': () => [],
  'GET /openapi.json': () => [],
  'GET /docs': () => [],
  'GET /admin': () => [],
  'GET /problems': () => [],
  'GET /problems/:type': () => [],
  'GET /api/hello': () => [{}],
  'GET /api/import': () => [{ query: { import: 'x' } }],
  'POST /api/import': () => {
    const headers = { 'Content-Type': 'application/x-ndjson' }
    const query = { import: fresh('import'), rename: 'true' }
    const [head = '', tail = ''] = smallFile()
    return [
      { query: { dryRun: 'true' }, body: head, headers },
      { query, body: head, headers },
      { query: { ...query, line: head.split('\n').length }, body: tail, headers },
    ]
  },
  'PUT /api/import/file/:id': ({ imported }) => [
    {
      params: { id: imported.id },
      query: { import: imported.import, room: 1 },
      body: 'bytes',
      headers: { 'Content-Length': '5' },
    },
  ],
  'GET /api/users': ({ other }) => [...pages, { query: { name: other.name } }],
  'POST /api/users': () => [{ body: { name: fresh('user') } }],
  'GET /api/users/me': asking({}),
  'GET /api/users/me/chatroom': asking({ cursor: 1, limit: 2 }, { name: 'x' }),
  'GET /api/users/me/mention': asking(
    {},
    { cursor: '1-1-1', limit: 2 },
    { chatroom: 'x', cursor: '1-1-1', limit: 2 },
  ),
  'GET /api/users/me/report': () => [{}, { query: { cursor: '1-1-1', limit: 2 } }],
  'GET /api/users/me/push': () => [{}],
  'PUT /api/users/me/push': () => [{ body: newSubscription() }],
  'DELETE /api/users/me/push': () => [{ query: { id: 'x'.repeat(43) } }, {}],
  'GET /api/users/:id': ({ other }) => [{ params: { id: other.id } }],
  'PUT /api/users/:id': changing,
  'PATCH /api/users/:id': changing,
  'DELETE /api/users/:id': ({ actor }) => [{ params: { id: actor.id } }],
  'PUT /api/users/:id/ban': ({ other }) =>
    [{}, { deleteMessagesSeconds: 60 }].map((body) => ({ params: { id: other.id }, body })),
  'DELETE /api/users/:id/ban': ({ other }) => [{ params: { id: other.id } }],
  ...siteRequests,
  'POST /api/users/:id/token': ({ actor }) => [{ params: { id: actor.id } }],
  'DELETE /api/users/:id/token': ({ actor }) => [{ params: { id: actor.id } }],
  'GET /api/chatroom': () => [...pages, { query: { name: 'x' } }],
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
  'PUT /chatroom/:name/member/:userName/read': ({ actor }) => [
    { params: { userName: actor.name }, body: { seq: 2 } },
  ],
  'DELETE /chatroom/:name/member/:userName': ({ actor }) => [{ params: { userName: actor.name } }],
  'GET /chatroom/:name/message': (fixture) => [
    ...reading({}, { before: 2 }, { after: 0 }, { around: 1 })(fixture).flatMap(withEtags),
    ...reading(
      { q: 'x' },
      { q: 'é', before: 2 },
      { replyTo: 1 },
      { author: fixture.other.name, after: 0 },
    )(fixture),
  ],
  'POST /chatroom/:name/message': ({ named }) => [
    { body: { ...named, message: 'x' } },
    { body: { ...named, message: '@x' } },
    { body: { ...named, message: 'https://x.example' }, headers: { 'Idempotency-Key': fresh('key') } },
  ],
  'DELETE /chatroom/:name/message': ({ other }) => [
    { query: { author: other.name, ...span } },
    { query: { authorOf: 2 } },
  ],
  'GET /chatroom/:name/archive': reading({}, { page: 1 }),
  'GET /chatroom/:name/feed': () => withEtags({}),
  'GET /chatroom/:name/feed.json': () => withEtags({}),
  'GET /chatroom/:name/message/:seq': reading({}),
  'PATCH /chatroom/:name/message/:seq': ({ named }) => [{ body: { ...named, message: 'y' } }],
  'DELETE /chatroom/:name/message/:seq': ({ named }) => [{ query: named }],
  'GET /chatroom/:name/message/:seq/reaction': reading(
    {},
    { reaction: '🎉' },
    { cursor: '1-🎉' },
    { cursor: '1-🎉', reaction: '🎉' },
  ),
  'PUT /chatroom/:name/message/:seq/reaction/:emoji': ({ named }) => [{ body: named }],
  'DELETE /chatroom/:name/message/:seq/reaction/:emoji': ({ named }) => [{ query: named }],
  'GET /chatroom/:name/pin': reading({}),
  'PUT /chatroom/:name/pin/:seq': () => [{}],
  'DELETE /chatroom/:name/pin/:seq': () => [{}],
  'POST /chatroom/:name/message/:seq/report': ({ named }) => [{ body: { ...named, reason: 'x' } }],
  'GET /chatroom/:name/report': () => pages,
  'GET /chatroom/:name/report/:id': () => [{}],
  'PATCH /chatroom/:name/report/:id': () => [{ body: { resolved: true } }, { body: { resolved: false } }],
  'GET /chatroom/:name/sanction': () => pages,
  'POST /chatroom/:name/sanction': () => [
    { body: { authorOf: 2, kind: 'ban' } },
    { body: { authorOf: 2, kind: 'mute', seconds: 60 } },
  ],
  'GET /chatroom/:name/audit': () => pages,
  'GET /api/admin/audit': ({ actor, room }) =>
    [{}, { chatroom: room.split('/').at(-1) ?? '' }, { by: actor.name }].flatMap((filter) => [
      { query: filter },
      { query: { ...filter, cursor: '1-1-1', limit: 2 } },
    ]),
  'GET /chatroom/:name/blocked-word': () => [{}],
  'GET /chatroom/:name/live': reading({ after: 0 }),
  'GET /chatroom/:name/held': () => pages,
  'PUT /chatroom/:name/held': ({ other }) => [{ query: { author: other.name } }],
  'DELETE /chatroom/:name/held': ({ other }) => [{ query: { author: other.name } }],
  'GET /chatroom/:name/held/:id': ({ heldId, named }) => [{ params: { id: heldId }, query: named }],
  'PUT /chatroom/:name/held/:id': ({ heldId }) => [{ params: { id: heldId } }],
  'DELETE /chatroom/:name/held/:id': ({ heldId, named }) => [{ params: { id: heldId }, query: named }],
  'POST /chatroom/:name/file': ({ actor }) => [uploading(actor.name), uploading(actor.name, fresh('key'))],
  'GET /file/:id/:fileName': () => [],
  'GET /chatroom/:name/hook': () => [{}],
  'POST /chatroom/:name/hook': () => [{ body: { name: fresh('bot') } }],
  'POST /chatroom/:name/hook/:id/secret': ({ hook }) => [{ params: { id: hook.id } }],
  'DELETE /chatroom/:name/hook/:id': ({ hook }) => [{ params: { id: hook.id } }],
  'POST /hook/:secret': ({ hook }) => [
    { params: { secret: hook.secret }, body: { text: 'passed' } },
    { params: { secret: hook.secret }, body: { text: 'ผ่าน' } },
  ],
  'GET /api/export': () => [{}],
  'GET /chatroom/:name/export': () => [{}],
  'GET /api/users/:id/export': ({ actor }) => [{ params: { id: actor.id } }],
  'GET /api/admin': () => withEtags({}),
  'PATCH /api/admin': () => [
    { body: { slowModeSeconds: 0, blockedWords: [], reactions: null, approval: null } },
  ],
  'POST /chatroom/:name/ticket': ({ named }) => [{ body: named }],
  'GET /chatroom/:name/webhook': () => pages,
  'POST /chatroom/:name/webhook': () => [{ body: { url: 'https://example.org' } }],
  'GET /chatroom/:name/webhook/:id': ofWebhook({}),
  'PATCH /chatroom/:name/webhook/:id': ofWebhook(...webhookChanges),
  'DELETE /chatroom/:name/webhook/:id': ofWebhook({}),
  'POST /chatroom/:name/webhook/:id/secret': ofWebhook({}),
  'POST /chatroom/:name/webhook/:id/resend': ofWebhook({}),
  'GET /api/admin/webhook': () => pages,
  'POST /api/admin/webhook': () => [{ body: { url: 'https://example.org', events: ['ban'] } }],
  'GET /api/admin/webhook/:id': ofWebhook({}),
  'PATCH /api/admin/webhook/:id': ofWebhook(...webhookChanges),
  'DELETE /api/admin/webhook/:id': ofWebhook({}),
  'POST /api/admin/webhook/:id/secret': ofWebhook({}),
  'POST /api/admin/webhook/:id/resend': ofWebhook({}),
}

/** Returns the arguments of `call` for a request of an operation. */
export const requestOf = (
  key: string,
  { name, seq, other, actor }: OperationFixture,
  variant: RequestVariant,
): [string, string, Options] => {
  const [method = '', route = ''] = key.split(' ')
  const params: Record<string, string | number> = {
    name,
    seq,
    id: 1,
    emoji: '🎉',
    userName: other.name,
    ...variant.params,
  }
  const path = route.replace(/:(\w+)/g, (_, param) => String(params[param]))
  const query = Object.entries(variant.query ?? {}).map(([name, value]) => [name, String(value)])
  const { body, headers = {} } = variant
  const options = { ...actor.options, headers, ...(body && { body }) }
  return [
    variant.method ?? method,
    query.length > 0 ? `${path}?${new URLSearchParams(query)}` : path,
    options,
  ]
}
