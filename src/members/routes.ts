import { Hono } from 'hono'
import type { Actor, Credential, RoomRequest } from '../auth/actor'
import type { TargetRow } from '../auth/authorization'
import { readRequest, roleRequest, writeRequest, writerOf } from '../auth/credential'
import { Refused } from '../auth/refusals'
import {
  actorQuery,
  chatroomParams,
  joinBody,
  type Member,
  type MemberState,
  memberBody,
  memberListQuery,
  memberParams,
  newSanctionBody,
  readBody,
  readerQuery,
  type SanctionKind,
  type ServerFrame,
} from '../contract'
import type { Database } from '../db/client'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound, userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { time } from '../lib/time'
import type { Deleted } from '../messages/delete-recent'
import { deletedView, tellDeleted } from '../messages/tell-deleted'
import { sanctionView } from '../moderation/sanction-view'
import { liftSanction } from '../moderation/sanctions'
import { notify } from '../notify'
import { sanction } from './ban'
import { markRead } from './read-mark'
import { appoint, findMember, join, leave, listMembers, type MemberRow } from './store'

const memberView = (chatroom: string, { userName, avatar, role, joinedAt }: MemberRow): Member => ({
  chatroom,
  userName,
  avatar,
  role,
  joinedAt: time(joinedAt),
})

const sanctionStateOf = (json: string | null): MemberState['ban'] => {
  if (json === null) return null
  const { until, reason }: { until: number | null; reason: string | null } = JSON.parse(json)
  return { until: until === null ? null : time(until), reason }
}

const stateView = (chatroom: string, { userName, role, joinedAt, ban, mute }: TargetRow): MemberState => ({
  chatroom,
  userName,
  role,
  joinedAt: joinedAt === null ? null : time(joinedAt),
  ban: sanctionStateOf(ban),
  mute: sanctionStateOf(mute),
})

const memberFrame = ({ userName, role }: MemberState): ServerFrame => ({
  type: 'member',
  userName,
  role: role === 'guest' ? null : role,
})

type NewSanction = { seconds: number | null; reason: string | null; deleteMessagesSeconds?: number }

/** Imposes a sanction, or lifts it where `given` is null. */
const changeSanction = (
  db: Database,
  request: RoomRequest,
  user: Name,
  kind: SanctionKind,
  given: NewSanction | null,
): Promise<{ chatroom: string; target: TargetRow; deleted?: Deleted | undefined } | undefined> => {
  if (given === null) return liftSanction(db, request, user, kind)
  return sanction(db, request, user, { kind, ...given })
}

const memberNotFound = ({ name }: Name) =>
  new Problem('member-not-found', `"${name}" is not a member of this chatroom.`)

/**
 * Returns who takes a member out of a room: the user of the token or login, or the `userName` of the query, or else the member.
 * The admin acts for nobody whom it names.
 */
const leaverOf = (credential: Credential, named: Name | undefined, member: Name): Actor => {
  switch (credential.kind) {
    case 'none':
      return { credential, user: named ?? member }
    case 'admin':
      return { credential, user: undefined }
    case 'token':
    case 'login':
      return { credential, user: named }
  }
}

/** Joining, `PUT /chatroom/:name`, and `/chatroom/:name/member`. */
export const members = new Hono<Env>()
  .put(
    '/:name',
    valid('param', chatroomParams),
    valid('query', actorQuery),
    valid('json', joinBody),
    async (c) => {
      const { userName = c.req.valid('query').userName } = c.req.valid('json')
      const request = await writeRequest(c, c.req.valid('param').name, userName)
      const { roomId, chatroom, member, isNew } = await join(c.var.db, request)
      const { userName: newcomer, role } = member
      if (isNew) {
        const frame = { type: 'member', userName: newcomer, role } as const
        notify(c, request.room.key, (hub) => hub.broadcast(roomId, frame))
      }
      return c.json(memberView(chatroom, member), 200)
    },
  )
  .get('/:name/member', valid('param', chatroomParams), valid('query', memberListQuery), async (c) => {
    const { limit, cursor, userName } = c.req.valid('query')
    const request = await readRequest(c, c.req.valid('param').name, userName)
    const { chatroom, page } = await listMembers(c.var.db, request, { limit, cursor })
    const last = page.rows.at(-1)
    const path = `/chatroom/${encodeURIComponent(chatroom)}/member`
    const query = { limit, cursor: last?.ordinal, userName: userName?.name }
    const next = page.more ? nextPage(c, path, query) : null
    return c.json({ members: page.rows.map((row) => memberView(chatroom, row)), next }, 200)
  })
  .get('/:name/member/:userName', valid('param', memberParams), valid('query', readerQuery), async (c) => {
    const { name, userName } = c.req.valid('param')
    const request = await readRequest(c, name, c.req.valid('query').userName)
    const { chatroom, member } = await findMember(c.var.db, request, userName)
    if (!member) throw memberNotFound(userName)
    return c.json(memberView(chatroom, member), 200)
  })
  .patch('/:name/member/:userName', valid('param', memberParams), valid('json', memberBody), async (c) => {
    const { name, userName } = c.req.valid('param')
    const { role, ban, mute } = c.req.valid('json')
    const request = await roleRequest(c, name)
    const changed: Awaited<ReturnType<typeof changeSanction>> =
      role !== undefined
        ? await appoint(c.var.db, request, userName, role)
        : await changeSanction(
            c.var.db,
            request,
            userName,
            ban === undefined ? 'mute' : 'ban',
            ban ?? mute ?? null,
          )
    if (!changed) throw userNotFound(userName.name)
    const { deleted } = changed
    const state = { ...stateView(changed.chatroom, changed.target), ...deletedView(deleted) }
    const { roomId, userId } = changed.target
    notify(c, name.key, async (hub) => {
      if (ban) await hub.ban(roomId, userId, { type: 'banned', until: null, reason: null, ...state.ban })
      await hub.broadcast(roomId, memberFrame(state))
      await hub.checkAccess(userId)
    })
    tellDeleted(c, deleted)
    return c.json(state, 200)
  })
  .post('/:name/sanction', valid('param', chatroomParams), valid('json', newSanctionBody), async (c) => {
    const { authorOf, ...wanted } = c.req.valid('json')
    const request = await roleRequest(c, c.req.valid('param').name)
    const imposed = await sanction(c.var.db, request, { authorOf }, wanted)
    if (!imposed) throw messageNotFound(authorOf)
    const { chatroom, target, deleted } = imposed
    const { roomId, userId, userName } = target
    const { kind, seconds, reason } = wanted
    const until = seconds === null ? null : request.now + 1000 * seconds
    const body = sanctionView({ userId, userName, kind, until, reason, createdAt: request.now })
    if (kind === 'ban')
      notify(c, request.room.key, async (hub) => {
        await hub.ban(roomId, userId, { type: 'banned', until: body.until, reason })
        await hub.broadcast(roomId, { type: 'member', userName, role: null })
      })
    tellDeleted(c, deleted)
    const path = `/chatroom/${encodeURIComponent(chatroom)}/sanction`
    return c.json({ ...body, ...deletedView(deleted) }, 201, { Location: path })
  })
  .delete('/:name/member/:userName', valid('param', memberParams), valid('query', actorQuery), async (c) => {
    const { name, userName } = c.req.valid('param')
    const { userName: named } = c.req.valid('query')
    const request = { room: name, actor: leaverOf(await writerOf(c), named, userName), now: Date.now() }
    const left = await leave(c.var.db, request, userName).catch((error: unknown) => {
      if (!named && error instanceof Refused && error.refusal === 'no user') throw memberNotFound(userName)
      throw error
    })
    if (!left) throw memberNotFound(userName)
    const { chatroom, target } = left
    notify(c, name.key, async (hub) => {
      await hub.broadcast(target.roomId, { type: 'member', userName: target.userName, role: null })
      await hub.checkAccess(target.userId)
    })
    return c.json({ chatroom, userName: target.userName, left: true as const }, 200)
  })
  .put('/:name/member/:userName/read', valid('param', memberParams), valid('json', readBody), async (c) => {
    const { name, userName } = c.req.valid('param')
    const request = await writeRequest(c, name, userName)
    const mark = await markRead(c.var.db, request, c.req.valid('json').seq)
    if (!mark) throw memberNotFound(userName)
    return c.json(mark, 200)
  })
