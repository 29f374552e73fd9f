import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, Message } from '../../src/contract'
import { openDatabase } from '../../src/db/client'
import { removeStart } from '../../src/sweep/log-start'
import { call, newUser, ok, roomWithUser, say } from '../support/api'
import { answeringAfter } from '../support/database'
import { roomIdOf } from '../support/live'
import { addReaction, changesOf } from '../support/reactions'
import { asAdmin } from '../support/site'

describe('two runs at once', () => {
  it('of an erasure take back no reaction of another person, wherever they meet', async () => {
    const { room, userName } = await roomWithUser()
    const other = await newUser()
    for (let nth = 1, hasMet = true; hasMet; nth++) {
      const user = await newUser()
      const { seq } = await say(room, userName, 'x')
      for (const { name } of [user, other]) await addReaction(room, seq, '🎉', name)
      hasMet = false
      const erase = (db = env.DB) =>
        call('DELETE', `/api/users/${user.id}?messages=delete`, { ...asAdmin, db })
      const meet = () => {
        hasMet = true
        return erase()
      }
      expect((await erase(answeringAfter(meet, nth))).status).toBe(200)
      const { reactions } = await ok<Message>('GET', `${room}/message/${seq}`)
      expect([nth, reactions]).toMatchObject([nth, [{ reaction: '🎉', count: 1 }]])
      const changes = (await changesOf(room)).filter(({ target }) => target === seq)
      expect(changes.map(({ is_added }) => is_added)).toEqual([1, 1, 0])
      expect(await env.DB.prepare('select count(*) as count from erasures').first('count')).toBe(0)
    }
  })

  it('never move the beginning of a log back', async () => {
    const { room, userName } = await roomWithUser()
    for (let i = 0; i < 5; i++) await say(room, userName, 'x')
    const start = { roomId: await roomIdOf(room), from: 1, rows: 100, now: Date.now() }
    const open = (d1: D1Database) => openDatabase(d1, { bookmark: undefined, reading: false }).db
    const other = () => removeStart(open(env.DB), { ...start, upTo: 5 })
    await removeStart(open(answeringAfter(other)), { ...start, upTo: 3 })
    expect(await ok<Chatroom>('GET', room)).toMatchObject({ firstSeq: 5 })
  })
})
