import type { Actor } from '../auth/actor'
import { refusedBecause } from '../auth/refusals'
import type { Message } from '../contract'
import type { Database } from '../db/client'
import { Problem } from '../http/problem'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { digest } from '../lib/token'
import { slowMode } from '../limits/limit-problems'
import { insertMessage, type MessageRow } from './store'

export const messageView = (chatroom: string, row: MessageRow): Message => ({
  seq: row.seq,
  chatroom,
  userName: row.userName,
  message: row.text,
  createdAt: time(row.createdAt),
  ...(row.editedAt !== null && { editedAt: time(row.editedAt) }),
  ...(row.deletedAt !== null && { deletedAt: time(row.deletedAt) }),
})

type Sending = {
  chatroom: string
  actor: Actor
  userName?: string | undefined
  text: string
  key: string | undefined
}
type Sent = { roomId: number; message: Message; row: MessageRow; replayed: boolean; joined: boolean }

/** Sends a message, by whichever door it came; throws the problem that keeps it from being stored. */
export const sendMessage = async (
  db: Database,
  { chatroom, actor, userName, text, key }: Sending,
): Promise<Sent> => {
  const idempotency = key === undefined ? undefined : { key, fingerprint: await digest(`${key} ${text}`) }
  const sent = await insertMessage(db, {
    roomKey: nameKey(chatroom),
    actor,
    text,
    now: Date.now(),
    idempotency,
  })
  switch (sent.outcome) {
    case 'refused':
      throw refusedBecause(sent.refusal, { chatroom, user: userName })
    case 'too soon':
      throw slowMode(sent.waitMilliseconds)
    case 'key reused':
      throw new Problem('idempotency-key-reused', 'This Idempotency-Key stood for another message.')
    case 'sent':
    case 'replayed': {
      const message = messageView(sent.chatroom, sent.message)
      const { roomId, joined } = sent
      return { roomId, message, row: sent.message, replayed: sent.outcome === 'replayed', joined }
    }
  }
}
