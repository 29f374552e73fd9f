import { env } from 'cloudflare:workers'
import type { Message } from '../../src/contract'
import { ok } from './api'
import { roomIdOf } from './live'

export const reactionPath = (room: string, seq: number, emoji: string) =>
  `${room}/message/${seq}/reaction/${encodeURIComponent(emoji)}`
export const addReaction = (room: string, seq: number, emoji: string, userName: string) =>
  ok<Message>('PUT', reactionPath(room, seq, emoji), { body: { userName } })
export const takeBackReaction = (room: string, seq: number, emoji: string, userName: string) =>
  ok<Message>('DELETE', `${reactionPath(room, seq, emoji)}?userName=${encodeURIComponent(userName)}`)
/** The changes in the log of a room. */
export const changesOf = async (room: string) => {
  const { results } = await env.DB.prepare(
    'select seq, type, target, reaction, is_added from changes where room_id = ? order by seq',
  )
    .bind(await roomIdOf(room))
    .all()
  return results
}
/** The number of rows of reactions in a room. */
export const reactionRows = async (room: string) =>
  env.DB.prepare('select count(*) as count from reactions where room_id = ?')
    .bind(await roomIdOf(room))
    .first('count')
