import { type SQL, sql } from 'drizzle-orm'
import type { Actor, Network, RoomRequest } from '../auth/actor'
import { authorize } from '../auth/authorization'
import { isNetworkRefusal, type Refusal } from '../auth/refusals'
import type { Role } from '../contract'
import type { CloseReason } from '../contract/close-codes'
import { batch, type Database } from '../db/client'
import type { WithPlaceholders } from '../db/prepared-statements'
import type { Name } from '../lib/name'
import type { Attachment } from './attachment'
import { lastSeq } from './store'

/** D1's answer about an actor and a room. */
export type Access = {
  /** The reason why the actor may not read, if there is one. */
  refusal: Refusal | null
  roomId: number | null
  userId: number | null
  userName: string | null
  role: Role
  /** The number of the log's first entry. */
  first: number | null
}

/** Returns a request like this one as SQL, with the actor of a row of `asked`: a JSON array of actors of the same kind. */
const requestOf = ({ room, actor, now, network: given }: RoomRequest): WithPlaceholders<RoomRequest, SQL> => {
  const field = (path: string) => sql`(asked.value ->> ${sql.raw(`'$.${path}'`)})`
  const { credential } = actor
  const { kind } = credential
  const network = given && { hash: field('network.hash'), milliseconds: sql`${given.milliseconds}` }
  const common = { room: { name: sql`${room.name}`, key: sql`${room.key}` }, now: sql`${now}`, network }
  switch (kind) {
    case 'none':
    case 'admin': {
      const user = actor.user && { name: field('user.name'), key: field('user.key') }
      return { ...common, actor: { credential: { kind }, user } }
    }
    // Leaves the name out, because the user may have been renamed since.
    case 'token':
      return { ...common, actor: { credential: { kind, hash: field('credential.hash') }, user: undefined } }
    case 'login': {
      const unused = sql`null`
      const subject = field('credential.subject')
      const { role } = credential
      const login = { kind, subject, name: unused, nameKey: unused, role, expires: unused }
      return { ...common, actor: { credential: login, user: undefined } }
    }
  }
}

/** An actor, with the network that it listens from. */
type Asked = Actor & { network: Network | undefined }

/** Returns a text of all that the SQL for an actor depends on. */
const kindOf = ({ credential, user, network }: Asked): string => {
  const role = credential.kind === 'login' ? credential.role?.kind : undefined
  return `${credential.kind} ${role} ${Boolean(user)} ${Boolean(network)}`
}

/**
 * Selects the access of actors that are like that of the request: of the same kind, and with or without a name. The first row has the
 * number of the log's last entry, too, and the version of what no entry tells of.
 */
const selectAccess = (db: Database, request: RoomRequest, roomId: number, actors: Asked[]) =>
  db
    .select({
      index: sql<number>`asked.key`.as('asked_index'),
      access: sql<string>`(
        select json_object('refusal', refusal, 'roomId', room_id, 'userId', user_id, 'userName', user_name, 'role', role, 'first', first_seq)
        from ${authorize(requestOf(request), 'read', { hasStart: true })})`.as('access'),
      last: sql<number | null>`case when asked.key = 0 then ${lastSeq(sql`${roomId}`)} end`.as('last'),
      version: sql<
        string | null
      >`case when asked.key = 0 then (select version from versions where subject = 'names') end`.as(
        'version',
      ),
    })
    .from(sql`json_each(${JSON.stringify(actors)}) as asked`)

type Checking = { room: Name; roomId: number; actors: Map<string, Asked> }

/**
 * Checks whether actors may still read a room, in one batch, however many they are. Returns the access of each by the key that it has in
 * `actors`, the number of the log's last entry, and a text that changes when entries are shown in another way without a later entry that tells so.
 */
export const checkAccess = async (
  db: Database,
  { room, roomId, actors }: Checking,
): Promise<{ last: number; version: string; access: Map<string, Access> }> => {
  const now = Date.now()
  const groups = Map.groupBy(actors, ([, actor]) => kindOf(actor))
  const statements: Record<string, ReturnType<typeof selectAccess>> = {}
  for (const [name, group] of groups) {
    const alike = group.map(([, actor]) => actor)
    const [first] = alike
    if (!first) continue
    const { network, ...actor } = first
    statements[name] = selectAccess(db, { room, actor, network, now }, roomId, alike)
  }
  const results = await batch(db, statements)
  const access = new Map<string, Access>()
  let [last, version] = [0, '']
  for (const [name, rows] of Object.entries(results))
    for (const row of rows) {
      const [key] = groups.get(name)?.[row.index] ?? []
      const found: Access = JSON.parse(row.access)
      if (key !== undefined) access.set(key, found)
      last = row.last ?? last
      if (row.index === 0) version = `${found.first} ${row.version}`
    }
  return { last, version, access }
}

const reasonOf = (refusal: Refusal): CloseReason => {
  // The answer to its next request says until when.
  if (isNetworkRefusal(refusal)) return 'reconnect'
  switch (refusal) {
    case 'invalid token':
      return 'expired'
    case 'no chatroom':
      return 'deleted'
    case 'banned':
    case 'banned from site':
      return 'banned'
    case 'not you':
    case 'no user':
    case 'unusable name':
    case 'token required':
    case 'always protected':
    case 'muted':
    case 'sanctioned':
    case 'has a role':
    case 'archived':
    case 'members only':
    case 'not allowed':
    case 'admins only':
    case 'site staff only':
    case 'blocked word':
    case 'link too soon':
    case 'file too soon':
    case 'mention too soon':
    case 'reaction too soon':
      return 'reconnect'
  }
}

/** Returns why a connection has to be closed, or undefined. A client whose name has changed reconnects, and is told the new one. */
export const closeReasonOf = (
  { roomId, user }: Attachment,
  now: Access | undefined,
): CloseReason | undefined => {
  if (now?.refusal) return reasonOf(now.refusal)
  if (now?.roomId !== roomId) return 'deleted'
  return now.userId === (user?.id ?? null) && now.userName === (user?.name ?? null) ? undefined : 'reconnect'
}
