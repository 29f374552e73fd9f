import type { DataLine } from '../../contract/data-lines'
import { FOREVER, SITE } from '../../db/fragments'
import type {
  audit,
  blockedFiles,
  changes,
  files,
  formerUsers,
  held,
  hooks,
  members,
  mentions,
  messages,
  reactions,
  reports,
  rooms,
  sanctions,
  siteSettings,
  users,
} from '../../db/schema'
import { nameKey } from '../../lib/name-key'
import { base64url } from '../../lib/token'
import { ownWords, storedWords } from '../../moderation/blocked-words'
import { type FileOf, storedFiles } from './file-rows'

type LineOf<Type extends DataLine['type']> = Extract<DataLine, { type: Type }>
/** A row in which bytes are hexadecimal digits. */
type Row<Table extends { $inferSelect: object }, Bytes extends string = never> = Omit<
  Table['$inferSelect'],
  Bytes
> & {
  [Column in Bytes]?: string | null
}

export type MessageRow = Row<typeof messages, 'keyHash'>
export type Rows = {
  users: Row<typeof users>[]
  formerUsers: Row<typeof formerUsers>[]
  siteSettings: Row<typeof siteSettings>[]
  members: Row<typeof members>[]
  messages: MessageRow[]
  mentions: Row<typeof mentions>[]
  changes: Row<typeof changes>[]
  files: Row<typeof files>[]
  reactions: Row<typeof reactions>[]
  held: Row<typeof held, 'idempotencyKey' | 'contentHash'>[]
  hooks: Row<typeof hooks>[]
  sanctions: Row<typeof sanctions>[]
  reports: Row<typeof reports>[]
  audit: Row<typeof audit>[]
  blockedFiles: Omit<Row<typeof blockedFiles>, 'id'>[]
}

export const noRows = (): Rows => ({
  users: [],
  formerUsers: [],
  siteSettings: [],
  members: [],
  messages: [],
  mentions: [],
  changes: [],
  files: [],
  reactions: [],
  held: [],
  hooks: [],
  sanctions: [],
  reports: [],
  audit: [],
  blockedFiles: [],
})

const ms = (time: string): number => Date.parse(time)
const msOrNull = (time: string | undefined): number | null => (time === undefined ? null : ms(time))

/** Returns a hash that no token has. */
export const hashOfNoToken = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

const siteRoles = { moderator: 'siteModerator', admin: 'admin' } as const

/** Returns the row of a user. Only an instance that was empty takes roles on the whole site from a file. */
export const userRow = (
  line: LineOf<'user'>,
  { id, keeps, name }: { id: number; keeps: boolean; name: string },
): Rows['users'][number] => ({
  id,
  name,
  nameKey: nameKey(name),
  tokenHash: line.tokenHash ?? hashOfNoToken(),
  createdAt: ms(line.createdAt),
  protected: line.protected ?? false,
  subject: line.subject ?? null,
  loginName: line.loginName ?? null,
  avatar: line.avatar ?? null,
  siteRole: line.role && keeps ? siteRoles[line.role] : null,
  approvedAt: msOrNull(line.approvedAt),
  bannedUntil: line.bannedUntil === 'forever' ? FOREVER : (msOrNull(line.bannedUntil) ?? 0),
})

export const formerUserRow = (line: LineOf<'formerUser'>, id: number): Rows['formerUsers'][number] => ({
  id,
  name: line.name,
  nameKey: nameKey(line.name),
  subject: line.subject ?? null,
  deletedAt: ms(line.deletedAt),
})

export const siteRow = (line: LineOf<'site'>): Rows['siteSettings'][number] => ({
  id: 1,
  slowModeSeconds: line.slowModeSeconds ?? 0,
  newcomerLinkSeconds: line.newcomerLinkSeconds ?? 0,
  newcomerMentionSeconds: line.newcomerMentionSeconds ?? 0,
  newcomerReactionSeconds: line.newcomerReactionSeconds ?? 0,
  blockedWords: storedWords(line.blockedWords ?? []),
  reactions: line.reactions ?? null,
  approval: line.approval ?? null,
})

/** Returns how a room's row has a wait: 0 is as the site says, and -1 is none. */
const ownSeconds = (seconds: number | undefined): number =>
  seconds === undefined ? 0 : seconds === 0 ? -1 : seconds

/** The row of a room as `import_ids` keeps it. Its members and messages are counted when it is stored. */
export type RoomRow = Omit<typeof rooms.$inferSelect, 'memberOffset' | 'emptyNumbers'>

export const roomRow = (line: LineOf<'room'>, id: number, ownerId: number | null): RoomRow => ({
  id,
  name: line.name,
  nameKey: nameKey(line.name),
  title: line.title ?? null,
  createdAt: ms(line.createdAt),
  ownerId,
  topic: line.topic ?? null,
  readers: line.readers ?? 'anyone',
  posters: line.posters ?? 'anyone',
  slowModeSeconds: ownSeconds(line.slowModeSeconds),
  archived: line.archived ?? false,
  newcomerLinkSeconds: ownSeconds(line.newcomerLinkSeconds),
  blockedWords: ownWords(line.blockedWords ?? null) ?? '[]',
  reactions: line.reactions ?? null,
  pinned: JSON.stringify(line.pinned ?? []),
  approval: line.approval ?? null,
  newcomerMentionSeconds: ownSeconds(line.newcomerMentionSeconds),
  newcomerReactionSeconds: ownSeconds(line.newcomerReactionSeconds),
  firstSeq: line.firstSeq ?? 1,
  retentionDays: line.retentionDays ?? null,
})

/** Gives the ids of people who are named in the line of this number. */
export type UserOf = (id: number) => number

/** Returns the row of a message. Only an instance that was empty takes incoming webhooks: elsewhere `keeps` is false, and nobody is the author. */
export const messageRow = (
  line: LineOf<'message'>,
  roomId: number,
  { userOf, fileOf, keeps }: { userOf: UserOf; fileOf: FileOf; keeps: boolean },
): MessageRow => ({
  roomId,
  seq: line.seq,
  authorId: line.hook !== undefined && keeps ? -line.hook : userOf(line.author),
  bot: line.bot ?? null,
  text: line.text ?? null,
  createdAt: ms(line.createdAt),
  editedAt: msOrNull(line.editedAt),
  deletedAt: msOrNull(line.deletedAt),
  // `idempotencyColumn` makes a blob or a text of it.
  idempotencyKey:
    line.keyIndex === undefined ? (line.key === undefined ? null : `t${line.key}`) : `x${line.keyIndex}`,
  fingerprint: line.fingerprint ?? null,
  replyTo: line.replyTo ?? null,
  mentions: line.mentions?.map(({ id, name }) => ({ id: userOf(id), name })) ?? null,
  reactions: null,
  files: storedFiles(line, roomId, fileOf),
  keyHash: line.keyHash ?? null,
})

/** Returns the rows for the lists of those whom a message mentions. Its author has none. */
export const mentionRows = ({ roomId, seq, authorId, createdAt, mentions }: MessageRow): Rows['mentions'] =>
  (mentions ?? [])
    .filter(({ id }) => id !== authorId)
    .map(({ id }) => ({ userId: id, roomId, seq, createdAt }))

export const changeRow = (
  line: LineOf<'change'>,
  roomId: number,
  userOf: UserOf,
): Rows['changes'][number] => ({
  roomId,
  seq: line.seq,
  type: line.kind,
  target: line.target,
  actorId: userOf(line.actor),
  createdAt: ms(line.createdAt),
  reaction: line.kind === 'reaction' ? line.reaction : null,
  isAdded: line.kind === 'reaction' ? line.added : null,
  // The room's row has what is true at the end of the import.
  emptyNumbers: 0,
})

export const memberRow = (
  line: LineOf<'member'>,
  roomId: number,
  userOf: UserOf,
): Rows['members'][number] => ({
  roomId,
  ordinal: line.ordinal,
  userId: userOf(line.user),
  joinedAt: ms(line.joinedAt),
  role: line.role ?? 'member',
  lastSentAt: msOrNull(line.lastSentAt),
  readSeq: line.readSeq ?? 0,
})

export const heldRow = (
  line: LineOf<'held'>,
  roomId: number,
  { userOf, fileOf }: { userOf: UserOf; fileOf: FileOf },
): Rows['held'][number] => ({
  createdAt: ms(line.createdAt),
  id: line.id,
  roomId,
  authorId: userOf(line.author),
  text: line.text ?? null,
  replyTo: line.replyTo ?? null,
  mentioned: line.mentioned ?? null,
  target: line.target ?? null,
  idempotencyKey: line.keyIndex ?? null,
  contentHash: line.contentHash ?? null,
  refusedAt: msOrNull(line.refusedAt),
  files: storedFiles(line, roomId, fileOf),
})

export const hookRow = (line: LineOf<'hook'>, roomId: number): Rows['hooks'][number] => ({
  id: line.id,
  roomId,
  name: line.name,
  secretHash: line.secretHash ?? hashOfNoToken(),
  createdAt: ms(line.createdAt),
  lastUsedAt: msOrNull(line.lastUsedAt),
})

export const sanctionRow = (
  line: LineOf<'sanction'>,
  roomId: number | undefined,
  userOf: UserOf,
): Rows['sanctions'][number] => ({
  roomId: roomId ?? SITE,
  userId: userOf(line.user),
  kind: line.kind,
  nameKey: line.nameKey ?? nameKey(line.name ?? ''),
  until: msOrNull(line.until),
  reason: line.reason ?? null,
  createdAt: ms(line.createdAt),
  name: line.name ?? null,
  subject: line.subject ?? null,
  lastNameKey: line.lastNameKey ?? null,
  // Networks are hashed with a secret of the instance that was exported.
  network: null,
  networkUntil: null,
  networkSince: null,
})

export const reportRow = (
  line: LineOf<'report'>,
  roomId: number,
  userOf: UserOf,
): Rows['reports'][number] => ({
  roomId,
  number: line.number,
  target: line.message,
  reporterId: userOf(line.reporter),
  reason: line.reason ?? '',
  createdAt: ms(line.createdAt),
  resolvedAt: msOrNull(line.resolvedAt),
})

export const auditRow = (
  line: LineOf<'audit'>,
  roomId: number | undefined,
  userOf: UserOf,
): Rows['audit'][number] => ({
  roomId: roomId ?? SITE,
  number: line.number,
  action: line.action,
  actorId: line.actor === undefined ? null : userOf(line.actor),
  subjectId: line.subject === undefined ? null : userOf(line.subject),
  detail: line.detail ?? {},
  createdAt: ms(line.createdAt),
})
