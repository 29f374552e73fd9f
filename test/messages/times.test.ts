import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { Member, Message } from '../../src/contract'
import { fresh, newRoom, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

/** Runs a function, and returns true if a time lies within its run. */
const during = async <Done>(act: () => Promise<Done>) => {
  const before = Date.now()
  const done = await act()
  const after = Date.now()
  const wasThen = (time: string | number | undefined) => {
    const at = new Date(time ?? Number.NaN).getTime()
    return before <= at && at <= after
  }
  return { done, wasThen }
}

it('users, rooms, joins, messages, edits and deletions have the time of the request', async () => {
  const user = await during(() => newUser())
  const room = await during(() => newRoom())
  const path = `/chatroom/${room.done.name}`
  const body = { userName: user.done.name, message: 'helo' }
  const joined = await during(() => ok<Member>('PUT', path, { body }))
  const said = await during(() => say(path, body.userName, body.message))
  const edited = await during(() =>
    ok<Message>('PATCH', `${path}/message/1`, { body: { ...body, message: 'hello' } }),
  )
  const deleted = await during(() => ok<Message>('DELETE', `${path}/message/1?userName=${body.userName}`))
  expect({
    user: user.wasThen(user.done.createdAt),
    room: room.wasThen(room.done.createdAt),
    joined: joined.wasThen(joined.done.joinedAt),
    said: said.wasThen(said.done.createdAt),
    edited: edited.wasThen(edited.done.editedAt),
    deleted: deleted.wasThen(deleted.done.deletedAt),
  }).toEqual({ user: true, room: true, joined: true, said: true, edited: true, deleted: true })
})

it('an edit or deletion in the log names its user and time', async () => {
  const { room, owner, moderator, member } = await roomFixture()
  const message = `${room}/message`
  for (const text of ['one', 'two', 'three', 'four']) await say(room, member.name, text)
  const admin = { token: fresh('admin'), env: { ADMIN_TOKEN: '' } }
  admin.env.ADMIN_TOKEN = admin.token
  const { wasThen } = await during(async () => {
    await ok('PATCH', `${message}/1`, { body: { userName: member.name, message: 'uno' } })
    await ok('DELETE', `${message}/1?userName=${member.name}`)
    await ok('DELETE', `${message}/2`, { token: moderator.token })
    await ok('DELETE', `${message}/3?userName=${owner.name}`, admin)
    const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'
    await ok('DELETE', `${message}?author=${member.name}&${span}`, { token: owner.token })
  })
  const { results } = await env.DB.prepare(
    'select target, type, actor_id, created_at from changes where room_id = (select id from rooms where name = ?)',
  )
    .bind(room.split('/').at(-1))
    .all<{ target: number; type: string; actor_id: number; created_at: number }>()
  expect(results.map(({ target, type, actor_id }) => [target, type, actor_id])).toEqual([
    [1, 'edit', member.id],
    [1, 'delete', member.id],
    [2, 'delete', moderator.id],
    // The admin is nobody's id, also when it names somebody.
    [3, 'delete', 0],
    [4, 'delete', owner.id],
  ])
  expect(results.filter(({ created_at }) => !wasThen(created_at))).toEqual([])
})
