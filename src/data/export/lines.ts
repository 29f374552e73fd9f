import { DATA_VERSION } from '../../contract/data-lines.ts'
import { FOREVER } from '../../db/fragments'

// SQL for the lines of an export: src/contract/data-lines.ts. SQLite builds the texts, because a Worker on the free plan has 10 ms for a
// piece. Each function takes the columns of its table. A field whose SQL is null is left out.

/** The whole instance, a room for those who moderate it, or what belongs to one user. */
export type Scope = 'site' | 'room' | 'user'

const line = (type: string, fields: Record<string, string | false>): string => {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === false ? [] : [`||ifnull(',"${name}":'||${value},'')`],
  )
  return `'{"type":"${type}"'${given.join('')}||'}'`
}

const text = (column: string, byDefault?: string): string => {
  // `json_quote` of null is the word null, without quotes.
  const quoted = `nullif(json_quote(${column}),'null')`
  return byDefault === undefined ? quoted : `nullif(${quoted},'"${byDefault}"')`
}
const flag = (column: string): string => `iif(${column},'true',null)`
const unlessZero = (column: string): string => `nullif(${column},0)`
const json = (column: string): string => `json(${column})`
const bytes = (column: string): string => `iif(${column} is null,null,'"'||hex(${column})||'"')`
/** Formats a time as the API does. It reads no clock. */
const time = (column: string): string =>
  `'"'||strftime('%Y-%m-%dT%H:%M:%fZ',${column}/1000.0,'unixepoch')||'"'`
/** A setting that a room may have of its own: -1 is none, whatever the site says. */
const ownSeconds = (column: string): string => `iif(${column}=0,null,max(${column},0))`
const words = `case blocked_words when '[]' then null when '{}' then '[]'
  else (select json_group_array(value->>'word') from json_each(blocked_words)) end`

const shared = (seconds: (column: string) => string) => ({
  slowModeSeconds: seconds('slow_mode_seconds'),
  newcomerLinkSeconds: seconds('newcomer_link_seconds'),
  newcomerMentionSeconds: seconds('newcomer_mention_seconds'),
  newcomerReactionSeconds: seconds('newcomer_reaction_seconds'),
  blockedWords: words,
  reactions: json('reactions'),
  approval: text('approval'),
})

export const firstLine = (scope: Scope): string =>
  JSON.stringify({ type: 'parlour', version: DATA_VERSION, scope })

export const siteLine = line('site', shared(unlessZero))

export const userLine = (scope: Scope): string =>
  line('user', {
    id: 'id',
    name: text('name'),
    createdAt: time('created_at'),
    protected: flag('protected'),
    avatar: text('avatar'),
    role: text(`iif(site_role='siteModerator','moderator',site_role)`),
    subject: scope !== 'room' && text('subject'),
    loginName: scope !== 'room' && text('login_name'),
    approvedAt: scope !== 'room' && time('approved_at'),
    bannedUntil:
      scope !== 'room' && `iif(banned_until=${FOREVER},'"forever"',${time(`nullif(banned_until,0)`)})`,
    tokenHash: scope === 'site' && text('token_hash'),
  })

export const formerUserLine = line('formerUser', {
  id: 'id',
  name: text('name'),
  subject: text('subject'),
  deletedAt: time('deleted_at'),
})

export const erasureLine = line('erasure', { user: 'user_id', startedAt: time('started_at') })

const roomNames = { id: 'id', name: text('name'), createdAt: time('created_at') }

export const roomLine = line('room', {
  ...roomNames,
  owner: 'owner_id',
  title: text('title'),
  topic: text('topic'),
  readers: text('readers', 'anyone'),
  posters: text('posters', 'anyone'),
  archived: flag('archived'),
  ...shared(ownSeconds),
  retentionDays: 'retention_days',
  // Some are stored as 2.0, because D1 binds numbers as doubles.
  pinned: `nullif((select json_group_array(cast(value as integer)) from json_each(pinned)),'[]')`,
  firstSeq: 'nullif(first_seq,1)',
})

/** A room as the export of a user names it. */
export const roomNameLine = line('room', roomNames)

/** SQL for the files of a row of `table`, with the hashes of their bytes. */
const files = (table: 'messages' | 'held'): string => {
  // `||` binds as tightly as `->>`.
  const of = (name: string) => `(sent.value->>'${name}')`
  const hash = `(select hash from files as stored where stored.room_id=${table}.room_id and stored.id=${of('id')})`
  const fields = {
    name: text(of('name')),
    type: text(of('type')),
    bytes: of('bytes'),
    width: of('width'),
    height: of('height'),
    description: text(of('description')),
    signed: flag(`${of('room')} is not null`),
    hash: text(hash),
  }
  const given = Object.entries(fields).map(([name, value]) => `||ifnull(',"${name}":'||${value},'')`)
  return `iif(${table}.files is null,null,(select '['||group_concat('{"id":'||json_quote(${of('id')})${given.join('')}||'}')||']' from json_each(${table}.files) as sent))`
}

const messageFields = (scope: Scope) => ({
  room: 'room_id',
  seq: 'seq',
  author: 'max(author_id,0)',
  hook: 'iif(author_id<0,-author_id,null)',
  bot: text('bot'),
  text: text('text'),
  createdAt: time('created_at'),
  editedAt: time('edited_at'),
  deletedAt: time('deleted_at'),
  replyTo: 'reply_to',
  mentions: json('mentions'),
  files: files('messages'),
  keyIndex: scope === 'site' && `iif(typeof(idempotency_key)='blob',${bytes('idempotency_key')},null)`,
  key: scope === 'site' && `iif(typeof(idempotency_key)='blob',null,${text('idempotency_key')})`,
  keyHash: scope === 'site' && bytes('key_hash'),
  fingerprint: scope === 'site' && text('fingerprint'),
})

/** SQL for the lines of a message's reactions, each after a line break; empty for none. `user`: only those that this user gave. */
export const reactionLines = (user?: string): string => {
  const of = 'room_id=messages.room_id and target=messages.seq and reaction=emoji.key'
  const users =
    user === undefined
      ? `(select group_concat(user_id) from reactions where ${of})`
      : `(select user_id from reactions where ${of} and user_id=${user})`
  return `iif(messages.reactions is null,'',ifnull((select group_concat(char(10)||${line('reaction', {
    room: 'messages.room_id',
    message: 'messages.seq',
    reaction: text('emoji.key'),
    users: `'['||users||']'`,
  })},'') from (select key,${users} as users from json_each(messages.reactions) as emoji) as emoji where users is not null),''))`
}

/** A message, and its reactions on the lines behind it. */
export const messageLines = (scope: Scope): string =>
  `${line('message', messageFields(scope))}||${reactionLines()}`

/** A message of the one user whose data it is, without what others gave it. */
export const ownMessageLine = line('message', messageFields('user'))

export const changeLine = line('change', {
  room: 'room_id',
  seq: 'seq',
  kind: text('type'),
  target: 'target',
  actor: 'actor_id',
  createdAt: time('created_at'),
  reaction: text('reaction'),
  added: `iif(reaction is null,null,iif(is_added,'true','false'))`,
})

/** Nobody but a member, and the admin, sees how far it has read. */
export const memberLine = (scope: Scope, table = ''): string =>
  line('member', {
    room: `${table}room_id`,
    ordinal: 'ordinal',
    user: `${table}user_id`,
    joinedAt: time('joined_at'),
    role: text('role', 'member'),
    lastSentAt: scope !== 'room' && time('last_sent_at'),
    readSeq: scope !== 'room' && unlessZero('read_seq'),
  })

export const heldLine = (scope: Scope): string =>
  line('held', {
    room: 'room_id',
    id: text('id'),
    author: 'author_id',
    createdAt: time('created_at'),
    text: text('text'),
    files: files('held'),
    replyTo: 'reply_to',
    target: 'target',
    refusedAt: scope !== 'room' && time('refused_at'),
    mentioned: scope === 'site' && text('mentioned'),
    keyIndex: scope === 'site' && bytes('idempotency_key'),
    contentHash: scope === 'site' && bytes('content_hash'),
  })

export const hookLine = (scope: Scope): string =>
  line('hook', {
    id: 'id',
    room: 'room_id',
    name: text('name'),
    createdAt: time('created_at'),
    lastUsedAt: time('last_used_at'),
    secretHash: scope === 'site' && text('secret_hash'),
  })

export const sanctionLine = (scope: Scope): string =>
  line('sanction', {
    room: unlessZero('room_id'),
    user: 'user_id',
    kind: text('kind'),
    name: text('name'),
    until: time('until'),
    reason: text('reason'),
    createdAt: time('created_at'),
    nameKey: scope === 'site' && text('name_key'),
    subject: scope === 'site' && text('subject'),
    lastNameKey: scope === 'site' && text('last_name_key'),
  })

export const reportLine = line('report', {
  room: 'room_id',
  number: 'number',
  message: 'target',
  reporter: 'reporter_id',
  reason: text(`nullif(reason,'')`),
  createdAt: time('created_at'),
  resolvedAt: time('resolved_at'),
})

export const auditLine = line('audit', {
  room: unlessZero('room_id'),
  number: 'number',
  action: text('action'),
  actor: 'actor_id',
  // Not the incoming webhook whose message was deleted or pinned.
  subject: 'iif(subject_id<0,null,subject_id)',
  createdAt: time('created_at'),
  detail: `nullif(${json('detail')},'{}')`,
})

export const blockedFileLine = line('blockedFile', {
  hash: text('hash'),
  name: text('name'),
  createdAt: time('created_at'),
})

export const mentionLine = line('mention', { room: 'room_id', message: 'seq', createdAt: time('created_at') })

/** SQL for a line that says that a user is no member any more. */
export const noMemberLine = (room: string, user: string): string =>
  line('absent', { of: `'"member"'`, room, from: user, upTo: user })

/** A line that says that there are no users or rooms with these ids any more. */
export const absentLine = (of: 'user' | 'room', from: number, upTo: number): string =>
  JSON.stringify({ type: 'absent', of, from, upTo })

/** SQL for such a line about the ids between two others, and a line break; empty if there are none between. A bound number is no integer to SQLite. */
export const gapLine = (of: 'user' | 'room', before: string, id: string): string =>
  `iif(${id}>${before}+1,${line('absent', { of: `'"${of}"'`, from: `cast(${before}+1 as int)`, upTo: `(${id}-1)` })},null)`

export const lastLine = (given: { lines: number; users?: number; rooms?: number }): string =>
  JSON.stringify({ type: 'end', ...given })
