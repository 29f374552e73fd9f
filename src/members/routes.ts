import { Hono } from 'hono'
import {
  chatroomParams,
  type Member,
  memberBody,
  memberListQuery,
  memberParams,
  readerQuery,
} from '../contract'
import type { Env } from '../env'
import { actorOf, authorityOf, readerOf } from '../identity/credential'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { Problem, refusedBecause, userNotFound } from '../problem'
import { valid } from '../validate'
import { appoint, findMember, leave, listMembers, type MemberRow } from './store'

export const memberView = (chatroom: string, { userName, role, joinedAt }: MemberRow): Member => ({
  chatroom,
  userName,
  role,
  joinedAt: new Date(joinedAt).toISOString(),
})

const memberNotFound = (userName: string) =>
  new Problem('member-not-found', `"${userName}" is not a member of this chatroom.`)

/** `/chatroom/:name/member`. */
export const members = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', memberListQuery), async (c) => {
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
  .get('/:userName', valid('param', memberParams), valid('query', readerQuery), async (c) => {
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
  .patch('/:userName', valid('param', memberParams), valid('json', memberBody), async (c) => {
    const { name, userName } = c.req.valid('param')
    const { role } = c.req.valid('json')
    const actor = await authorityOf(c)
    const named = { roomKey: nameKey(name), actor, userKey: nameKey(userName) }
    const appointed = await appoint(c.var.db, named, role, Date.now())
    switch (appointed.outcome) {
      case 'refused':
        throw refusedBecause(appointed.refusal, { chatroom: name })
      case 'no user':
        throw userNotFound(userName)
      case 'appointed':
        return c.json(memberView(appointed.chatroom, appointed.member), 200)
    }
  })
  .delete('/:userName', valid('param', memberParams), async (c) => {
    const { name, userName } = c.req.valid('param')
    const left = await leave(c.var.db, nameKey(name), await actorOf(c, userName))
    switch (left.outcome) {
      case 'refused':
        throw left.refusal === 'no user'
          ? memberNotFound(userName)
          : refusedBecause(left.refusal, { chatroom: name, user: userName })
      case 'no member':
        throw memberNotFound(userName)
      case 'left':
        return c.json({ chatroom: left.chatroom, userName: left.userName, left: true as const }, 200)
    }
  })
