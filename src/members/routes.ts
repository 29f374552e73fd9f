import { Hono } from 'hono'
import type { TargetRow } from '../auth/authorization'
import { actorOf, authorityOf, readerOf, writerOf } from '../auth/credential'
import { refusedBecause } from '../auth/refusals'
import {
  actorQuery,
  chatroomParams,
  joinBody,
  type Member,
  type MemberState,
  memberBody,
  memberListQuery,
  memberParams,
  readerQuery,
  type ServerFrame,
} from '../contract'
import type { Database } from '../db/client'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { Problem, userNotFound } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { imposeSanction, liftSanction, type SanctionKind } from '../moderation/sanctions'
import { notify } from '../notify'
import { appoint, findMember, join, leave, listMembers, type MemberRow, type Named } from './store'

const memberView = (chatroom: string, { userName, role, joinedAt }: MemberRow): Member => ({
  chatroom,
  userName,
  role,
  joinedAt: time(joinedAt),
})

const sanctionView = (json: string | null): MemberState['ban'] => {
  if (json === null) return null
  const { until, reason }: { until: number | null; reason: string | null } = JSON.parse(json)
  return { until: until === null ? null : time(until), reason }
}

const stateView = (chatroom: string, { userName, role, joinedAt, ban, mute }: TargetRow): MemberState => ({
  chatroom,
  userName,
  role: role === 'admin' ? 'guest' : role,
  joinedAt: joinedAt === null ? null : time(joinedAt),
  ban: sanctionView(ban),
  mute: sanctionView(mute),
})

const memberFrame = ({ userName, role }: MemberState): ServerFrame => ({
  type: 'member',
  userName,
  role: role === 'guest' ? null : role,
})

type Punishment = { seconds: number | null; reason: string | null }

const sanctioned = (db: Database, aim: Named, kind: SanctionKind, given: Punishment | null) => {
  if (given === null) return liftSanction(db, aim, kind)
  const until = given.seconds === null ? null : Date.now() + 1000 * given.seconds
  return imposeSanction(db, aim, kind, { until, reason: given.reason })
}

const memberNotFound = (userName: string) =>
  new Problem('member-not-found', `"${userName}" is not a member of this chatroom.`)

/** Joining, `PUT /chatroom/:name`, and `/chatroom/:name/member`. */
export const members = new Hono<Env>()
  .put(
    '/:name',
    valid('param', chatroomParams),
    valid('query', actorQuery),
    valid('json', joinBody),
    async (c) => {
      const { name } = c.req.valid('param')
      const { userName = c.req.valid('query').userName } = c.req.valid('json')
      const joined = await join(c.var.db, nameKey(name), await actorOf(c, userName), Date.now())
      if (joined.outcome === 'refused')
        throw refusedBecause(joined.refusal, { chatroom: name, user: userName })
      const { userName: newcomer, role } = joined.member
      if (joined.isNew)
        notify(c, nameKey(name), (hub) => hub.tell({ type: 'member', userName: newcomer, role }))
      return c.json(memberView(joined.chatroom, joined.member), 200)
    },
  )
  .get('/:name/member', valid('param', chatroomParams), valid('query', memberListQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor, userName } = c.req.valid('query')
    const actor = await readerOf(c, userName)
    const listed = await listMembers(c.var.db, { roomKey: nameKey(name), actor, limit, cursor })
    if (listed.outcome === 'refused') throw refusedBecause(listed.refusal, { chatroom: name, user: userName })
    const { chatroom, page } = listed
    const last = page.rows.at(-1)
    const path = `/chatroom/${encodeURIComponent(chatroom)}/member`
    const next = page.more && last ? nextPage(c, path, { limit, cursor: last.ordinal, userName }) : null
    return c.json({ members: page.rows.map((row) => memberView(chatroom, row)), next }, 200)
  })
  .get('/:name/member/:userName', valid('param', memberParams), valid('query', readerQuery), async (c) => {
    const { name, userName } = c.req.valid('param')
    const { userName: reader } = c.req.valid('query')
    const actor = await readerOf(c, reader)
    const found = await findMember(c.var.db, { roomKey: nameKey(name), actor, userKey: nameKey(userName) })
    switch (found.outcome) {
      case 'refused':
        throw refusedBecause(found.refusal, { chatroom: name, user: reader })
      case 'no member':
        throw memberNotFound(userName)
      case 'found':
        return c.json(memberView(found.chatroom, found.member), 200)
    }
  })
  .patch('/:name/member/:userName', valid('param', memberParams), valid('json', memberBody), async (c) => {
    const { name, userName } = c.req.valid('param')
    const { role, ban, mute } = c.req.valid('json')
    const aim = { roomKey: nameKey(name), actor: await authorityOf(c), userKey: nameKey(userName) }
    const done =
      role !== undefined
        ? await appoint(c.var.db, aim, role, Date.now())
        : await sanctioned(c.var.db, aim, ban === undefined ? 'mute' : 'ban', ban ?? mute ?? null)
    switch (done.outcome) {
      case 'refused':
        throw refusedBecause(done.refusal, { chatroom: name })
      case 'no user':
        throw userNotFound(userName)
      case 'done': {
        const state = stateView(done.chatroom, done.target)
        const { userId } = done.target
        notify(c, aim.roomKey, async (hub) => {
          if (ban)
            await hub.expel(userId, 'banned', { type: 'banned', until: null, reason: null, ...state.ban })
          await hub.tell(memberFrame(state))
        })
        return c.json(state, 200)
      }
    }
  })
  .delete('/:name/member/:userName', valid('param', memberParams), async (c) => {
    const { name, userName } = c.req.valid('param')
    const credential = await writerOf(c)
    // Without a token the name in the path is the only one there is: who leaves.
    const userKey = credential.kind === 'none' ? nameKey(userName) : undefined
    const aim = { roomKey: nameKey(name), actor: { credential, userKey }, userKey: nameKey(userName) }
    const left = await leave(c.var.db, aim)
    switch (left.outcome) {
      case 'refused':
        throw left.refusal === 'no user'
          ? memberNotFound(userName)
          : refusedBecause(left.refusal, { chatroom: name, user: userName })
      case 'no user':
      case 'no member':
        throw memberNotFound(userName)
      case 'done':
        notify(c, aim.roomKey, async (hub) => {
          await hub.expel(left.target.userId, 'again')
          await hub.tell({ type: 'member', userName: left.target.userName, role: null })
        })
        return c.json({ chatroom: left.chatroom, userName: left.target.userName, left: true as const }, 200)
    }
  })
