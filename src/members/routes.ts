import { Hono } from 'hono'
import { chatroomParams, listQuery, type Member, memberParams } from '../contract'
import type { Env } from '../env'
import { actorOf } from '../identity/credential'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { chatroomNotFound, Problem, refusedBecause } from '../problem'
import { valid } from '../validate'
import { findMember, leave, listMembers, type MemberRow } from './store'

export const memberView = ({ chatroom, userName, joinedAt }: MemberRow): Member => ({
  chatroom,
  userName,
  role: 'member',
  joinedAt: new Date(joinedAt).toISOString(),
})

const memberNotFound = (userName: string) =>
  new Problem('member-not-found', `"${userName}" is not a member of this chatroom.`)

/** `/chatroom/:name/member`. */
export const members = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const listed = await listMembers(c.var.db, { roomKey: nameKey(name), limit, cursor })
    if (listed.outcome === 'no chatroom') throw chatroomNotFound(name)
    const { chatroom, page } = listed
    const last = page.rows.at(-1)
    const path = `/chatroom/${encodeURIComponent(chatroom)}/member`
    const next = page.more && last ? nextPage(c, path, { limit, cursor: last.ordinal }) : null
    return c.json({ members: page.rows.map((row) => memberView({ ...row, chatroom })), next }, 200)
  })
  .get('/:userName', valid('param', memberParams), async (c) => {
    const { name, userName } = c.req.valid('param')
    const found = await findMember(c.var.db, { roomKey: nameKey(name), userKey: nameKey(userName) })
    switch (found.outcome) {
      case 'no chatroom':
        throw chatroomNotFound(name)
      case 'no member':
        throw memberNotFound(userName)
      case 'found':
        return c.json(memberView(found.member), 200)
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
