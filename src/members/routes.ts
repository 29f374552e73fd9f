import { type Context, Hono } from 'hono'
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
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { Problem } from '../http/problem'
import { messageNotFound, userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { time } from '../lib/time'
import { banNetworkMilliseconds } from '../limits/numbers'
import type { Deleted } from '../messages/delete-recent'
import { deletedView, tellDeleted } from '../messages/tell-deleted'
import { networkUntilView, sanctionView } from '../moderation/sanction-view'
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

type SanctionJson = { until: number | null; reason: string | null; networkUntil: number | null }
const sanctionJson = (json: string | null): SanctionJson | null => (json === null ? null : JSON.parse(json))

const sanctionStateOf = (vars: Env['Bindings'], json: string | null): MemberState['ban'] => {
  const sanction = sanctionJson(json)
  if (sanction === null) return null
  const { until, reason, networkUntil } = sanction
  return { until: until === null ? null : time(until), reason, ...networkUntilView(vars, networkUntil) }
}

const stateView = (
  vars: Env['Bindings'],
  chatroom: string,
  { userName, role, joinedAt, ban, mute }: TargetRow,
): MemberState => ({
  chatroom,
  userName,
  role,
  joinedAt: joinedAt === null ? null : time(joinedAt),
  ban: sanctionStateOf(vars, ban),
  mute: sanctionStateOf(vars, mute),
})

const memberFrame = ({ userName, role }: MemberState): ServerFrame => ({
  type: 'member',
  userName,
  role: role === 'guest' ? null : role,
})

type NewSanction = {
  seconds: number | null
  reason: string | null
  deleteMessagesSeconds?: number
  /** The ban may hold for the network too. */
  network?: boolean
}

const impose = (
  c: Context<Env>,
  request: RoomRequest,
  target: Parameters<typeof sanction>[2],
  { network, ...wanted }: NewSanction & { kind: SanctionKind },
): ReturnType<typeof sanction> => {
  const isOfNetwork = wanted.kind === 'ban' && network
  const networkMilliseconds = isOfNetwork ? banNetworkMilliseconds(c.env) : undefined
  return sanction(c.var.db, request, target, { ...wanted, networkMilliseconds })
}

/** Imposes a sanction, or lifts it where `given` is null. */
const changeSanction = (
  c: Context<Env>,
  request: RoomRequest,
  user: Name,
  kind: SanctionKind,
  given: NewSanction | null,
): Promise<{ chatroom: string; target: TargetRow; deleted?: Deleted | undefined } | undefined> => {
  if (given === null) return liftSanction(c.var.db, request, user, kind)
  return impose(c, request, user, { kind, ...given })
}

const memberNotFound = ({ name }: Name) =>
  new Problem('member-not-found', `"${name}" is not a member of this chatroom.`)

/**
 * Returns who takes a member out of a room: the user of the token or login, or the `userName` of the query, or else the member.
 * An admin acts as itself, also if it names a user.
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
        : await changeSanction(c, request, userName, ban === undefined ? 'mute' : 'ban', ban ?? mute ?? null)
    if (!changed) throw userNotFound(userName.name)
    const { deleted } = changed
    const state = { ...stateView(c.env, changed.chatroom, changed.target), ...deletedView(deleted) }
    const { roomId, userId } = changed.target
    notify(c, name.key, async (hub) => {
      const { until = null, reason = null, networkUntil } = state.ban ?? {}
      if (ban) await hub.ban(roomId, userId, { type: 'banned', until, reason })
      await hub.broadcast(roomId, memberFrame(state))
      // Others may listen from the network.
      await hub.checkAccess(ban && networkUntil ? undefined : userId)
    })
    tellDeleted(c, deleted)
    return c.json(state, 200)
  })
  .post('/:name/sanction', valid('param', chatroomParams), valid('json', newSanctionBody), async (c) => {
    const { authorOf, ...wanted } = c.req.valid('json')
    const request = await roleRequest(c, c.req.valid('param').name)
    const imposed = await impose(c, request, { authorOf }, wanted)
    if (!imposed) throw messageNotFound(authorOf)
    const { chatroom, target, others, deleted } = imposed
    const { roomId, userId, userName } = target
    const { kind, seconds, reason } = wanted
    const until = seconds === null ? null : request.now + 1000 * seconds
    const row = { userId, userName, kind, until, reason, createdAt: request.now }
    const { networkUntil = null } = sanctionJson(kind === 'ban' ? target.ban : null) ?? {}
    const body = sanctionView(c.env, { ...row, networkUntil })
    notify(c, request.room.key, async (hub) => {
      // A muted user is not shown as typing any more.
      if (kind === 'mute') return hub.checkAccess(others.length > 0 ? undefined : userId)
      await hub.ban(roomId, userId, { type: 'banned', until: body.until, reason })
      for (const user of [{ userName }, ...others])
        await hub.broadcast(roomId, { type: 'member', userName: user.userName, role: null })
      if (body.networkUntil || others.length > 0) await hub.checkAccess()
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
