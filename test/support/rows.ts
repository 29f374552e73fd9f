import { env } from 'cloudflare:workers'
import { createToken } from '../../src/lib/token'
import { fresh } from './api'

/** Puts a message that waits for approval into a room. Returns its id. */
export const hold = async (room: string, { id }: { id: number }): Promise<string> => {
  const heldId = fresh('held')
  await env.DB.prepare(
    `insert into held (created_at, id, room_id, author_id, text)
      select max(?, 1 + ifnull((select max(created_at) from held), 0)), ?, id, ?, 'x' from rooms where name = ?`,
  )
    .bind(Date.now(), heldId, id, room.split('/').at(-1))
    .run()
  return heldId
}

/** Gives a room an incoming webhook. Returns its id and its secret. */
export const addHook = async (room: string): Promise<{ id: number; secret: string }> => {
  const { token: secret, tokenHash } = await createToken()
  const hook = await env.DB.prepare(
    "insert into hooks (room_id, name, secret_hash, created_at) select id, 'CI', ?, 0 from rooms where name = ? returning id",
  )
    .bind(tokenHash, room.split('/').at(-1))
    .first<{ id: number }>()
  return { id: hook?.id ?? 0, secret }
}

/** Puts a webhook that is off into a room. Returns its id. */
export const addWebhook = async (room: string): Promise<number> => {
  const id = await env.DB.prepare(
    `insert into webhooks (room_id, url, events, format, secret, since, created_at, stopped, stopped_at)
      select id, 'https://example.org', '["message"]', 'standard', 'whsec_eA==', '{"log":9007199254740991}', 0, 'byHand', 0 from rooms where name = ?
      returning id`,
  )
    .bind(room.split('/').at(-1))
    .first<number>('id')
  return id ?? 0
}

/** Puts a file of five bytes, whose bytes are not there, into a room, as an import does. Returns its id and the import's. */
export const addImportedFile = async (room: string): Promise<{ id: string; import: string }> => {
  const file = { id: fresh('f').padEnd(22, '-').slice(-22), import: fresh('import') }
  const name = room.split('/').at(-1)
  await env.DB.batch([
    env.DB.prepare(
      "insert into import_ids (import_id, kind, old_id, new_id) select ?, 'room', 1, id from rooms where name = ?",
    ).bind(file.import, name),
    env.DB.prepare(
      "insert into files (room_id, id, user_id, name, type, bytes, state, created_at) select id, ?, 1, 'x.txt', 'text/plain', 5, 'used', 0 from rooms where name = ?",
    ).bind(file.id, name),
  ])
  return file
}
